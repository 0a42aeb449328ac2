"""Films are read once, in order, with the times the file gives."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from framesense.errors import FilmError
from framesense.film.decode import Film
from framesense.records import FilmFacts, Frame
from framesense.testing import scenes, write_film


def read(path: Path) -> tuple[list[Frame], FilmFacts]:
    with Film(path) as film:
        frames = list(film.frames())
        return frames, film.facts(sha256="")


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [
        ("h264.mp4", "libx264", "yuv420p"),
        ("h264.mov", "libx264", "yuv444p"),
        ("h264.ts", "libx264", "yuv420p"),
        ("hevc10.mkv", "libx265", "yuv420p10le"),
        ("vp8.webm", "libvpx", "yuv420p"),
        ("vp9.webm", "libvpx-vp9", "yuv420p"),
        ("av1.mkv", "libsvtav1", "yuv420p10le"),
        ("mpeg4.avi", "mpeg4", "yuv420p"),
        ("mjpeg.avi", "mjpeg", "yuvj420p"),
        ("prores.mov", "prores_ks", "yuv422p10le"),
    ],
)
def test_every_usual_codec_and_container_gives_each_frame_at_its_time(
    tmp_path: Path, name: str, codec: str, pixel_format: str
) -> None:
    quiet = {"libx265": {"x265-params": "log-level=none"}, "libsvtav1": {"preset": "12"}}
    film = write_film(
        tmp_path / name,
        scenes([20, 10]),
        codec=codec,
        pixel_format=pixel_format,
        codec_options=quiet.get(codec),
    )
    frames, facts = read(film)
    assert [frame.ordinal for frame in frames] == list(range(30))
    steps = np.diff([frame.time_s for frame in frames])
    assert steps == pytest.approx(1 / 24, abs=0.0011)  # containers round to milliseconds
    assert facts.frames_decoded == 30
    assert facts.fps == 24
    assert not facts.variable_frame_rate
    assert facts.packets_corrupt == 0
    assert facts.duration_s == pytest.approx(30 / 24, abs=0.003)
    mean_colour = next(iter(scenes([1]))).mean(axis=(0, 1))
    assert frames[0].small.mean(axis=(0, 1)) == pytest.approx(mean_colour, abs=9)


def test_a_fragmented_mp4_that_claims_no_frame_count_is_counted_by_decoding(tmp_path: Path) -> None:
    film = write_film(
        tmp_path / "fragmented.mp4",
        scenes([40]),
        container_options={"movflags": "frag_keyframe+empty_moov"},
    )
    assert read(film)[1].frames_decoded == 40


def test_variable_frame_rate_keeps_the_files_own_times(tmp_path: Path) -> None:
    times_ms = [0, 40, 100, 101, 300, 1000]
    frames, facts = read(write_film(tmp_path / "vfr.mkv", scenes([6]), pts_ms=times_ms))
    assert [round(frame.time_s * 1000) for frame in frames] == times_ms
    assert facts.variable_frame_rate


@pytest.mark.parametrize(
    "rate", [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(12)]
)
def test_the_nominal_rate_is_the_exact_ratio(tmp_path: Path, rate: Fraction) -> None:
    film = write_film(tmp_path / "rate.mkv", scenes([60]), fps=rate)  # times in whole milliseconds
    facts = read(film)[1]
    assert facts.fps == rate
    assert not facts.variable_frame_rate


@pytest.mark.parametrize(("turn", "corner"), [(90, (0, -1)), (180, (-1, -1)), (270, (-1, 0))])
def test_rotation_metadata_is_applied(tmp_path: Path, turn: int, corner: tuple[int, int]) -> None:
    image = np.zeros((96, 160, 3), np.uint8)
    image[:48, :80] = 255  # white where the picture's top left is, before turning
    frames, facts = read(write_film(tmp_path / "turned.mp4", [image] * 3, clockwise_deg=turn))
    small, full = frames[0].small, frames[0].picture.bgr(max_side=1000)
    size = (160, 96) if turn != 180 else (96, 160)
    assert full.shape[:2] == size
    assert small.shape[:2] == ((128, 77) if turn != 180 else (77, 128))
    assert (facts.height, facts.width) == size
    assert small[corner].mean() > 200
    assert small[-1 - corner[0], -1 - corner[1]].mean() < 50
    assert facts.rotation_deg == turn


def test_anamorphic_pixels_are_made_square(tmp_path: Path) -> None:
    film = write_film(tmp_path / "wide.mp4", scenes([3]), pixel_aspect=Fraction(4, 3))
    frames, facts = read(film)
    assert (facts.width, facts.height) == (213, 96)
    assert frames[0].picture.bgr(max_side=1000).shape == (96, 213, 3)


@pytest.mark.parametrize(("width", "height"), [(161, 97), (1, 1), (3, 200)])
def test_odd_and_tiny_sizes(tmp_path: Path, width: int, height: int) -> None:
    film = write_film(
        tmp_path / "odd.mkv",
        scenes([5], width=width, height=height),
        codec="ffv1",
        pixel_format="yuv444p",
    )
    frames, facts = read(film)
    assert (facts.width, facts.height, len(frames)) == (width, height, 5)


def test_a_large_picture_is_scaled_down_when_kept(tmp_path: Path) -> None:
    film = write_film(tmp_path / "8k.mp4", [np.full((4320, 7680, 3), 90, np.uint8)] * 2)
    frames, facts = read(film)
    assert (facts.width, facts.height) == (7680, 4320)
    assert frames[0].small.shape == (72, 128, 3)
    assert frames[0].picture.bgr(max_side=1920).shape == (1080, 1920, 3)


def test_a_film_that_changes_its_size_keeps_one_small_size(tmp_path: Path) -> None:
    wide = write_film(tmp_path / "wide.ts", scenes([20]))
    tall = write_film(tmp_path / "tall.ts", scenes([20], width=96, height=160))
    film = tmp_path / "both.ts"
    film.write_bytes(wide.read_bytes() + tall.read_bytes())
    frames, _ = read(film)
    assert len(frames) > 30
    assert {frame.small.shape for frame in frames} == {(77, 128, 3)}
    assert {frame.picture.bgr(max_side=999).shape for frame in frames} > {(160, 96, 3)}


def test_audio_tracks_are_listed(tmp_path: Path) -> None:
    facts = read(write_film(tmp_path / "tone.mp4", scenes([12]), tone_s=0.5))[1]
    assert [(track.codec, track.channels) for track in facts.audio] == [("aac", 1)]


def test_an_audio_track_that_starts_earlier_does_not_move_the_picture(tmp_path: Path) -> None:
    frames, _ = read(write_film(tmp_path / "late.ts", scenes([12]), tone_s=1.0))
    assert 0 <= frames[0].time_s < 0.2  # and not the 1.4 s that transport streams start with


def test_damage_in_the_middle_is_counted_and_passed_over(tmp_path: Path) -> None:
    film = write_film(
        tmp_path / "damaged.mp4", scenes([60, 60]), codec_options={"g": "10", "crf": "10"}
    )
    data = bytearray(film.read_bytes())
    middle = len(data) // 2
    data[middle : middle + len(data) // 8] = bytes(len(data) // 8)
    film.write_bytes(data)
    frames, facts = read(film)
    assert facts.packets_corrupt > 0
    assert 60 <= len(frames) <= 120
    assert facts.duration_s == pytest.approx(5.0, abs=0.5)


def test_a_cut_download_gives_what_is_there_and_says_so(tmp_path: Path) -> None:
    film = write_film(
        tmp_path / "cut.mp4", scenes([72, 72]), container_options={"movflags": "faststart"}
    )
    film.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    frames, facts = read(film)
    assert 0 < len(frames) < 144
    assert facts.truncated


def test_what_the_decoder_keeps_waiting_is_bounded_and_let_go(tmp_path: Path) -> None:
    film = Film(write_film(tmp_path / "long.mp4", scenes([600])))
    frames = film.frames()
    next(frames)
    film.close()  # while the decoding thread waits for room
    assert film.facts(sha256="").frames_decoded < 200


def test_a_file_name_that_is_not_utf8_is_told_as_far_as_it_can_be(tmp_path: Path) -> None:
    film = tmp_path / os.fsdecode(b"caf\xe9.mp4")
    write_film(tmp_path / "film.mp4", scenes([5])).rename(film)
    assert read(film)[1].path.encode().endswith("caf\N{REPLACEMENT CHARACTER}.mp4".encode())


def test_closing_a_film_half_read_never_hangs(sample: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from framesense.film.decode import Film\n"
        "for last in (0, 7, 60, 200):\n"
        "    film = Film(Path(sys.argv[1]))\n"
        "    for frame in film.frames():\n"
        "        if frame.ordinal == last: break\n"
        "    film.close()"
    )
    subprocess.run([sys.executable, "-c", script, str(sample)], check=True, timeout=60)


class TestWhatIsNotAFilm:
    def refuse(self, path: Path, words: str) -> None:
        with pytest.raises(FilmError, match=words) as caught:
            read(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_missing(self, tmp_path: Path) -> None:
        self.refuse(tmp_path / "nowhere.mp4", "no such file")

    def test_folder(self, tmp_path: Path) -> None:
        self.refuse(tmp_path, "is a folder")

    def test_a_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        path = tmp_path / "pipe.mp4"
        os.mkfifo(path)
        self.refuse(path, "not a file on a disk")

    def test_empty(self, tmp_path: Path) -> None:
        path = tmp_path / "empty.mp4"
        path.touch()
        self.refuse(path, "is empty")

    def test_text(self, tmp_path: Path) -> None:
        path = tmp_path / "text.mp4"
        path.write_text("once upon a time " * 200)
        self.refuse(path, "not a film")

    def test_a_playlist_in_disguise_opens_nothing_else(self, tmp_path: Path) -> None:
        real = write_film(tmp_path / "real.ts", scenes([10]))
        path = tmp_path / "list.mp4"
        path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{real}\n#EXT-X-ENDLIST\n")
        self.refuse(path, "not a film")

    def test_audio_only(self, tmp_path: Path) -> None:
        import av

        from framesense.testing import _tone

        path = tmp_path / "song.mp4"
        with av.open(str(path), "w") as out:
            stream = out.add_stream("aac", rate=44_100, layout="mono")
            for tone in _tone(0.5):
                out.mux(stream.encode(tone))
            out.mux(stream.encode(None))
        self.refuse(path, "audio only")

    def test_without_its_index(self, tmp_path: Path) -> None:
        path = write_film(tmp_path / "cut.mp4", scenes([30]))
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        self.refuse(path, "not a film")

    def test_with_no_frame_at_all(self, tmp_path: Path) -> None:
        path = write_film(
            tmp_path / "hollow.mp4", scenes([2]), container_options={"movflags": "faststart"}
        )
        data = path.read_bytes()
        start = data.index(b"mdat") + 4
        path.write_bytes(data[:start] + bytes(len(data) - start))
        self.refuse(path, "no frame")
