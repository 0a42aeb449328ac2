"""Which subtitles are a film's: beside it, in it, named by the user, broken or passed by."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from framesense.config import DialogueConfig
from framesense.dialogue import lines_of, outside, read_subtitles
from framesense.errors import InputError
from framesense.records import Line, Shot
from framesense.testing import scenes, write_film

SRT = "1\n00:00:00,000 --> 00:00:01,000\n{}\n"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return write_film(tmp_path / "film.mkv", scenes([24]))


def beside(film: Path, name: str, text: str = "") -> None:
    (film.parent / name).write_text(SRT.format(text or name), encoding="utf-8")


def source(film: Path, **settings: Any) -> str | None:
    return read_subtitles(film, DialogueConfig(**settings)).source


class TestBeside:
    def test_a_film_without_subtitles_has_no_lines_and_no_notes(self, film: Path) -> None:
        found = read_subtitles(film, DialogueConfig())
        assert (found.lines, found.source, found.notes) == ((), None, ())

    @pytest.mark.parametrize(
        ("name", "tag"),
        [("film.srt", None), ("film.en.srt", "en"), ("film.eng.SRT", "en"),
         ("film.pt-BR.srt", "pt-BR"),
         ("film.de.forced.srt", "de"), ("film.en.sdh.srt", "en"), ("film.hi.srt", "hi")],
    )  # fmt: skip
    def test_its_name_gives_the_language(self, film: Path, name: str, tag: str | None) -> None:
        beside(film, name)
        found = read_subtitles(film, DialogueConfig())
        assert found.lines == (Line(0.0, 1.0, name, language=tag, source=name),)
        assert found.language == tag

    @pytest.mark.parametrize("name", ["film2.srt", "other.srt", "film.txt", "film.part2.srt"])
    def test_other_files_are_not_the_films(self, film: Path, name: str) -> None:
        beside(film, name)
        assert source(film) is None

    def test_descriptions_and_chapters_are_named_and_passed_by(self, film: Path) -> None:
        beside(film, "film.descriptions.en.vtt")
        found = read_subtitles(film, DialogueConfig())
        assert found.lines == ()
        assert found.notes == (
            "film.descriptions.en.vtt: holds descriptions, no dialogue; passed by",
        )

    def test_the_wanted_language_wins_then_whole_ones_with_sounds(self, film: Path) -> None:
        for name in ("film.de.srt", "film.en.forced.srt", "film.en.srt", "film.en.sdh.srt"):
            beside(film, name)
        assert source(film) == "film.en.sdh.srt"
        assert source(film, language="de") == "film.de.srt"
        notes = read_subtitles(film, DialogueConfig()).notes
        assert "film.de.srt: passed by for film.en.sdh.srt" in notes

    @pytest.mark.parametrize("raw", [b"", b"\x00\xff\xfe", b"\xff\xd8\xff\xe0JFIF", b"1\n00:00:0"])
    def test_a_broken_file_is_a_note_that_names_it_and_the_next_is_taken(
        self, film: Path, raw: bytes
    ) -> None:
        (film.parent / "film.srt").write_bytes(raw)
        beside(film, "film.en.srt")
        found = read_subtitles(film, DialogueConfig())
        assert found.source == "film.en.srt"
        assert [note for note in found.notes if note.startswith("film.srt: ")]

    def test_guesses_are_stated(self, film: Path, shared: Path) -> None:
        text = (shared / "subtitles" / "elephants_dream.captions.ru.vtt").read_text("utf_8")
        (film.parent / "film.vtt").write_bytes(text.encode("cp1251"))
        found = read_subtitles(film, DialogueConfig())
        assert found.language == "ru" and found.lines[0].text == "Слева мы видим..."
        assert found.notes == (
            "film.vtt: read as cp1251, which is a guess",
            "film.vtt: its language, ru, is a guess",
        )

    def test_cues_that_end_before_they_begin_are_counted(self, film: Path) -> None:
        text = SRT.format("fine") + "\n2\n00:00:05,000 --> 00:00:04,000\nodd\n"
        (film.parent / "film.srt").write_text(text)
        found = read_subtitles(film, DialogueConfig())
        assert [line.text for line in found.lines] == ["fine"]
        assert found.notes == ("film.srt: 1 cues end before they begin; left out",)

    def test_a_file_of_another_name_may_be_given(self, film: Path, tmp_path: Path) -> None:
        beside(film, "film.srt")
        given = tmp_path / "the script.fr.srt"
        given.write_text(SRT.format("allô"), encoding="latin-1")
        found = read_subtitles(film, DialogueConfig(), given=given)
        assert (found.source, found.language) == ("the script.fr.srt", "fr")
        assert found.lines[0].text == "allô"

    @pytest.mark.parametrize("name", ["absent.srt", "film.mkv"])
    def test_a_given_file_must_be_there_and_be_subtitles(self, film: Path, name: str) -> None:
        with pytest.raises(InputError, match=name):
            read_subtitles(film, DialogueConfig(), given=film.parent / name)


def with_track(
    path: Path,
    codec: str,
    events: Sequence[tuple[int, int, str]],
    language: str = "ger",
    *,
    begins_s: int = 0,
) -> Path:
    """A film with a text track; events: start and length in ms, and the text.

    begins_s: the timestamp of the film's first frame, to which the events' add.
    """
    import av
    from av.subtitles.subtitle import SubtitleSet

    header = b"[Script Info]\n\n[V4+ Styles]\nFormat: Name\nStyle: Default\n\n[Events]\n"
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=24)
        video.width, video.height, video.pix_fmt = 160, 96, "yuv420p"
        track = out.add_stream(codec)
        track.metadata["language"] = language
        track.codec_context.subtitle_header = header
        track.time_base = track.codec_context.time_base = Fraction(1, 1000)
        for index, image in enumerate(scenes([120])):
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = index + 24 * begins_s, Fraction(1, 24)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        for start, length, text in events:
            ass = f"0,0,Default,Emo,0,0,0,,{text}".encode()
            packet = track.codec_context.encode_subtitle(SubtitleSet.create(ass, 0, length, start))
            packet.stream, packet.time_base = track, Fraction(1, 1000)
            packet.pts = packet.dts = start + 1000 * begins_s
            packet.duration = length
            out.mux(packet)
    return path


EVENTS = [(500, 1000, "Fish & {\\i1}chips{\\i0}"), (2000, 1500, "[door slams]")]


class TestInside:
    @pytest.mark.parametrize(
        ("file", "codec"), [("a.mkv", "srt"), ("a.mkv", "ass"), ("a.mp4", "mov_text")]
    )
    def test_a_text_track_is_read(self, tmp_path: Path, file: str, codec: str) -> None:
        film = with_track(tmp_path / file, codec, EVENTS)
        found = read_subtitles(film, DialogueConfig())
        assert [(line.start_s, line.end_s, line.text, line.sound) for line in found.lines] == [
            (0.5, 1.5, "Fish & chips", False),
            (2.0, 3.5, "door slams", True),
        ]
        assert found.language == "de" and str(found.source).startswith("track 1 (")
        assert {line.speaker for line in found.lines} <= {None, "Emo"}

    def test_a_file_beside_the_film_wins_but_for_the_language(self, tmp_path: Path) -> None:
        film = with_track(tmp_path / "a.mkv", "srt", EVENTS)
        beside(film, "a.en.srt")
        assert source(film) == "a.en.srt"
        assert source(film, language="de") == "track 1 (srt)"

    def test_times_count_from_the_films_first_moment(self, tmp_path: Path) -> None:
        film = with_track(tmp_path / "a.mkv", "srt", EVENTS, begins_s=10)
        found = read_subtitles(film, DialogueConfig())
        assert [line.start_s for line in found.lines] == [0.5, 2.0]

    def test_a_cue_without_an_end_lasts_until_the_next(self, tmp_path: Path) -> None:
        events = [(500, 0, "one"), (2000, 0, "two")]
        film = with_track(tmp_path / "a.mkv", "srt", events)
        found = read_subtitles(film, DialogueConfig())
        assert [line.end_s for line in found.lines] == [2.0, 7.0]

    def test_a_track_of_pictures_is_named_and_passed_by(self, shared: Path) -> None:
        film = shared / "films" / "popeye_p1_1440x1074.mkv"
        found = read_subtitles(film, DialogueConfig())
        assert found.lines == ()
        assert found.notes == ("track 1 (pgssub): holds pictures of text; passed by",)

    def test_what_is_no_film_is_a_note(self, tmp_path: Path) -> None:
        (tmp_path / "a.mp4").write_bytes(b"nothing")
        (note,) = read_subtitles(tmp_path / "a.mp4", DialogueConfig()).notes
        assert "a.mp4" in note


class TestRealCaptions:
    @pytest.mark.parametrize(
        ("name", "count"),
        [("ar", 77), ("en", 78), ("ja", 77), ("ru", 84), ("sv", 81)],
    )
    def test_every_cue_of_elephants_dream_is_read(
        self, film: Path, shared: Path, name: str, count: int
    ) -> None:
        file = shared / "subtitles" / f"elephants_dream.captions.{name}.vtt"
        shutil.copy(file, film.parent / f"film.{name}.vtt")
        found = read_subtitles(film, DialogueConfig())
        assert len({(line.start_s, line.end_s) for line in found.lines}) == count
        assert found.language == name and found.notes == ()

    @pytest.mark.parametrize(
        ("file", "count"), [("sintel.en", 26), ("sintel.it", 26), ("tears_of_steel.en", 76)]
    )
    def test_every_cue_of_the_subrip_files_is_read(
        self, film: Path, shared: Path, file: str, count: int
    ) -> None:
        found = read_subtitles(film, DialogueConfig(), given=shared / "subtitles" / f"{file}.srt")
        assert len(found.lines) == count and found.language == file[-2:]

    @pytest.mark.parametrize(
        ("part", "sounds"),
        [
            ("p1", ["barking and roaring"]),
            ("p2", ["laughing", "muttering", "squawk", "squawk", "scream"]),
        ],
    )
    def test_every_caption_of_popeye_is_in_its_shot(
        self, shared: Path, part: str, sounds: list[str]
    ) -> None:
        film = shared / "films" / f"popeye_{part}_1440x1074.mkv"
        given = shared / "films" / f"popeye_{part}.eng.srt"
        lines = read_subtitles(film, DialogueConfig(), given=given).lines
        shots = shots_of(shared / "films" / f"popeye_{part}_1440x1074.shots.csv", fps=24)
        for line in lines:
            if line.start_s >= shots[-1].end_s:
                continue
            middle_s = (line.start_s + min(line.end_s, shots[-1].end_s)) / 2
            home = next(shot for shot in shots if shot.start_s <= middle_s < shot.end_s)
            having = [shot for shot in shots if line in lines_of(shot, lines)]
            assert home in having
            for shot in having:  # no shot has a line that it does not overlap
                assert shot.start_s < line.end_s and line.start_s < shot.end_s
        assert [line.text for line in lines if line.sound] == sounds
        assert not [line for line in lines if "<" in line.text]

    def test_captions_of_another_film_are_told_by_the_films_end(self, shared: Path) -> None:
        film = shared / "films" / "sintel_trailer-720p.mp4"
        given = shared / "subtitles" / "sintel.en.srt"
        lines = read_subtitles(film, DialogueConfig(), given=given).lines
        note = outside(lines, duration_s=52.2)
        assert note == "sintel.en.srt: 26 of 26 lines begin after the film's end"


def shots_of(path: Path, *, fps: int) -> list[Shot]:
    """Of a file of shot truth."""
    import csv

    with path.open() as file:
        rows = list(csv.DictReader(file))
    spans = [(int(row["start_frame"]), int(row["end_frame"])) for row in rows]
    return [
        Shot(index, first, last, first, last, first / fps, last / fps, "cut")
        for index, (first, last) in enumerate(spans)
    ]
