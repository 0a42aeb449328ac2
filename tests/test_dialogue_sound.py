"""The audio track: its clock, its loudness, where somebody speaks, and what."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from framesense import assets
from framesense.config import DialogueConfig
from framesense.dialogue import listen, sound_of
from framesense.dialogue.audio import RATE_HZ, Wave, stretches
from framesense.dialogue.sentences import Word, sentences
from framesense.dialogue.transcribe import Transcriber, quietest
from framesense.dialogue.voice import NAME, VoiceMeter
from framesense.errors import AssetError, InputError, UsageError
from framesense.records import Shot
from framesense.testing import scenes, write_film
from tests.conftest import require

Signal = Callable[[Any], Any]  # seconds -> amplitude


def beeps(seconds: Any) -> Any:
    """A tenth of a second of 1 kHz at each half second past."""
    on = (seconds % 1 >= 0.5) & (seconds % 1 < 0.6)
    return np.where(on, 0.5 * np.sin(2 * np.pi * 1000 * seconds), 0.0)


def film_with_sound(
    path: Path,
    signal: Signal,
    *,
    codec: str = "pcm_s16le",
    layout: str = "stereo",
    seconds: float = 3.0,
    late_s: float = 0.0,
    gap_s: tuple[float, float] = (0.0, 0.0),
) -> Path:
    """late_s: how long after the picture the sound begins; gap_s: from when to when none is."""
    import av

    rate, block = 48_000, 1024
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=24)
        video.width, video.height, video.pix_fmt = 160, 96, "yuv420p"
        sound: Any = out.add_stream(codec, rate=rate, layout=layout)
        for index, image in enumerate(scenes([24])):
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = index, Fraction(1, 24)
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        for start in range(0, int(seconds * rate), block):
            if gap_s[0] <= start / rate < gap_s[1]:
                continue
            wave = signal((start + np.arange(block)) / rate)
            out.mux(sound.encode(_audio_frame(wave, sound, start + round(late_s * rate))))
        out.mux(sound.encode(None))
    return path


def _audio_frame(wave: Any, stream: Any, pts: int) -> Any:
    import av

    form, layout = stream.codec_context.format.name, stream.codec_context.layout
    channels = np.repeat(wave[None].astype(np.float32), layout.nb_channels, axis=0)
    if form == "s16":
        channels = (channels.T.reshape(1, -1) * 32767).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(channels, format=form, layout=layout.name)
    frame.sample_rate, frame.pts, frame.time_base = 48_000, pts, Fraction(1, 48_000)
    return frame


def whole(film: Path) -> Wave:
    return np.concatenate([stretch.wave for stretch in stretches(film, seconds=1.0)])


def onsets(wave: Wave) -> list[float]:
    """When sound begins after silence, in seconds."""
    loud = np.flatnonzero(np.abs(wave) > 0.05) / RATE_HZ
    return [float(at) for at in loud[np.diff(loud, prepend=-1.0) > 0.1]]


class TestClock:
    @pytest.mark.parametrize(
        ("file", "settings", "expected"),
        [
            ("a.mkv", {}, [0.5, 1.5, 2.5]),
            ("a.mp4", {"codec": "aac"}, [0.5, 1.5, 2.5]),
            ("a.mkv", {"layout": "5.1"}, [0.5, 1.5, 2.5]),
            ("a.mkv", {"layout": "mono"}, [0.5, 1.5, 2.5]),
            ("a.mkv", {"late_s": 0.7}, [1.2, 2.2, 3.2]),
            ("a.mkv", {"gap_s": (0.9, 1.9)}, [0.5, 2.5]),
        ],
    )
    def test_sound_comes_when_it_is_heard(
        self, tmp_path: Path, file: str, settings: dict[str, Any], expected: list[float]
    ) -> None:
        film = film_with_sound(tmp_path / file, beeps, **settings)
        assert onsets(whole(film)) == pytest.approx(expected, abs=0.003)

    def test_a_mix_of_channels_does_not_clip(self, tmp_path: Path) -> None:
        film = film_with_sound(tmp_path / "a.mkv", beeps, layout="5.1")
        assert np.abs(whole(film)).max() == pytest.approx(0.5, abs=0.02)

    def test_a_file_cut_short_gives_what_it_has(self, tmp_path: Path) -> None:
        film = film_with_sound(tmp_path / "a.mkv", beeps)
        film.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
        assert 0.5 < len(whole(film)) / RATE_HZ < 3.0

    def test_no_audio_is_nothing_and_no_film_an_error(self, tmp_path: Path) -> None:
        film = write_film(tmp_path / "a.mp4", scenes([24]))
        assert listen(film, offline=True) is None
        (tmp_path / "b.mp4").write_bytes(b"nothing")
        with pytest.raises(InputError, match=r"b\.mp4"):
            listen(tmp_path / "b.mp4")


def shot(start_s: float, end_s: float) -> Shot:
    return Shot(0, 0, 1, 0, 1, start_s, end_s, "cut")


class TestLoudness:
    def test_is_that_of_the_standard(self, tmp_path: Path) -> None:
        """A 1 kHz sine of amplitude a in both of two channels measures 20 log10(a) LUFS."""
        film = film_with_sound(
            tmp_path / "a.mkv", lambda s: 0.1 * np.sin(2 * np.pi * 1000 * s), seconds=4.0
        )
        sound = sound_of(shot(1.0, 3.0), listen(film, offline=True))
        assert sound is not None
        assert sound.loudness_lufs == pytest.approx(20 * math.log10(0.1), abs=0.2)

    def test_each_shot_has_its_own(self, tmp_path: Path) -> None:
        def louder(seconds: Any) -> Any:
            return np.where(seconds < 2, 0.01, 0.1) * np.sin(2 * np.pi * 1000 * seconds)

        film = film_with_sound(tmp_path / "a.mkv", louder, seconds=4.0)
        track = listen(film, offline=True)
        quiet, loud = sound_of(shot(0.5, 1.5), track), sound_of(shot(2.5, 3.5), track)
        assert quiet is not None and loud is not None
        assert quiet.loudness_lufs == pytest.approx(-40, abs=0.5)
        assert loud.loudness_lufs == pytest.approx(-20, abs=0.5)

    def test_silence_has_none(self, tmp_path: Path) -> None:
        film = film_with_sound(tmp_path / "a.mkv", lambda seconds: 0 * seconds)
        sound = sound_of(shot(0, 3), listen(film, offline=True))
        assert sound is not None and sound.loudness_lufs is None


@pytest.fixture(scope="module")
def voice_model() -> Path:
    return assets.obtain(assets.named(NAME))


@pytest.mark.usefixtures("voice_model")
class TestSpeech:
    def test_the_trailers_three_sentences_are_found(self, shared: Path) -> None:
        """Spoken at 12.0–14.4 and 18.7–20.0 s; the third, at 42–44 s, lies under music."""
        track = listen(shared / "films" / "sintel_trailer-720p.mp4")
        assert track is not None and track.duration_s == pytest.approx(51.95, abs=0.05)
        shares = [
            sound.speech_share if (sound := sound_of(shot(*span), track)) else None
            for span in [(12.2, 14.3), (18.8, 19.9), (42.0, 44.0)]
        ]
        assert shares[0] and shares[0] > 0.9
        assert shares[1] and shares[1] > 0.9
        assert shares[2] and shares[2] > 0.2
        rest = sound_of(shot(24.0, 41.0), track)
        assert rest is not None and rest.speech_share is not None and rest.speech_share < 0.02

    def test_a_tune_is_not_speech(self, sample: Path) -> None:
        sound = sound_of(shot(0.0, 53.4), listen(sample))
        assert sound is not None and sound.loudness_lufs is not None
        assert sound.speech_share is not None and sound.speech_share < 0.02

    def test_neither_is_silence(self) -> None:
        assert max(VoiceMeter().push(np.zeros(10 * RATE_HZ, np.float32))) < 0.1

    def test_a_stream_may_come_in_any_parts(self) -> None:
        wave = np.random.default_rng(1).normal(0, 0.1, 4 * RATE_HZ).astype(np.float32)
        at_once, meter = VoiceMeter().push(wave), VoiceMeter()
        parts = array("f")
        for part in np.array_split(wave, 37):
            parts.extend(meter.push(part))
        assert len(at_once) == 125 and parts.tolist() == pytest.approx(at_once.tolist(), abs=1e-4)


def test_without_the_voice_model_loudness_is_measured_and_a_note_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESENSE_CACHE", str(tmp_path / "cache"))
    film = film_with_sound(tmp_path / "a.mkv", beeps)
    track = listen(film, offline=True)
    assert track is not None and track.speech is None and "silero-vad" in track.notes[0]
    sound = sound_of(shot(0, 3), track)
    assert sound is not None and sound.speech_share is None and sound.loudness_lufs is not None


class TestSentences:
    def test_end_at_their_marks_and_at_pauses(self) -> None:
        words = [
            Word(0.0, 0.4, " Are"), Word(0.4, 0.8, " you"), Word(0.8, 1.2, " hurt?"),
            Word(1.3, 1.5, " No"), Word(4.0, 4.4, " maybe"),
        ]  # fmt: skip
        assert list(sentences(words)) == [
            Word(0.0, 1.2, "Are you hurt?"),
            Word(1.3, 1.5, "No"),
            Word(4.0, 4.4, "maybe"),
        ]

    def test_a_long_one_ends_at_a_comma(self) -> None:
        words = [Word(float(at), at + 0.9, " on,") for at in range(12)]
        assert [len(said.text.split()) for said in sentences(words)] == [9, 3]

    def test_no_words_make_none(self) -> None:
        assert list(sentences([])) == []


def test_a_part_of_the_sound_is_cut_where_it_is_quietest() -> None:
    wave = np.ones(60 * RATE_HZ, np.float32)
    wave[int(47.25 * RATE_HZ) : int(47.75 * RATE_HZ)] = 0
    assert 47.25 <= quietest(wave) / RATE_HZ <= 47.75
    assert quietest(wave[: RATE_HZ // 10]) == RATE_HZ // 10


@pytest.fixture(scope="module")
def transcriber() -> Transcriber:
    try:
        import faster_whisper  # noqa: F401
    except ImportError:
        require("transcribe", False, "framesense[transcribe] is not installed")
    return Transcriber(DialogueConfig(), device="cpu")


class TestTranscribe:
    def test_the_trailers_words_are_heard_in_time(
        self, transcriber: Transcriber, shared: Path
    ) -> None:
        heard = transcriber.transcribe(shared / "films" / "sintel_trailer-720p.mp4")
        first, second = heard.lines[:2]
        assert first.text == "What brings you to the land of the gatekeepers?"
        assert (first.start_s, first.end_s) == pytest.approx((12.0, 14.4), abs=0.5)
        assert second.text.startswith("I'm searching for")
        assert second.start_s == pytest.approx(18.7, abs=0.3)
        assert (first.language, first.source, heard.language) == ("en", "whisper-tiny.en", "en")

    def test_a_long_film_is_heard_in_parts_and_in_time(
        self, transcriber: Transcriber, shared: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("framesense.dialogue.transcribe._PART_S", 20.0)
        heard = transcriber.transcribe(shared / "films" / "sintel_trailer-720p.mp4")
        assert heard.lines[-1].text.endswith("as long as I can remember.")
        assert heard.lines[-1].start_s == pytest.approx(42.4, abs=0.6)

    def test_nobody_speaks_in_a_tune_or_without_sound(
        self, transcriber: Transcriber, sample: Path, tmp_path: Path
    ) -> None:
        silent = write_film(tmp_path / "a.mp4", scenes([24]))
        assert [transcriber.transcribe(film).lines for film in (sample, silent)] == [(), ()]

    @pytest.mark.parametrize(
        ("settings", "error"),
        [
            ({"whisper": "tinny"}, UsageError),
            ({"language": "fr"}, UsageError),
            ({"whisper": "a folder"}, AssetError),
            ({"whisper": "large-v3"}, AssetError),
        ],
    )
    def test_a_model_that_cannot_serve_is_named(
        self,
        transcriber: Transcriber,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        settings: dict[str, str],
        error: type[Exception],
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "a folder").mkdir()
        (tmp_path / "a folder" / "model.bin").write_bytes(b"torn")
        with pytest.raises(error, match=settings.get("whisper", "fr")):
            Transcriber(DialogueConfig(**settings), device="cpu", offline=True)
