"""What a film says and how it sounds, read in a thread of its own beside the pictures."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from framesense.config import Config
from framesense.dialogue import SoundTrack, listen, read_subtitles
from framesense.records import Line, ModelFacts


@dataclass(frozen=True, slots=True)
class Heard:
    """All lines of the film and what its audio track measures."""

    lines: tuple[Line, ...] = ()  # by time
    track: SoundTrack | None = None
    models: tuple[ModelFacts, ...] = ()
    notes: tuple[str, ...] = ()  # for people: what was guessed, broken or left out
    busy_s: float = 0.0


class Hearing:
    """Starts at once; `heard` waits for the end. Both raise what the dialogue stage raises."""

    def __init__(self, film: Path, config: Config, *, offline: bool) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="framesense-hearing")
        self._heard = self._pool.submit(_hear, film, config, offline)

    @property
    def heard(self) -> Heard:
        return self._heard.result()

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def _hear(film: Path, config: Config, offline: bool) -> Heard:
    begun = time.perf_counter()
    dialogue = config.dialogue
    lines: tuple[Line, ...] = ()
    models: tuple[ModelFacts, ...] = ()
    notes: tuple[str, ...] = ()
    given = Path(dialogue.subtitle_file) if dialogue.subtitle_file else None
    if dialogue.subtitles or given:
        read = read_subtitles(film, dialogue, given=given)
        lines, notes = read.lines, read.notes
    if dialogue.transcribe and not lines:
        from framesense.dialogue.transcribe import Transcriber

        spoken = Transcriber(dialogue, device=config.detect.device, offline=offline)
        transcript = spoken.transcribe(film)
        lines, models = transcript.lines, (transcript.model,)
    track = listen(film, offline=offline) if dialogue.sound else None
    if track:
        models, notes = models + track.models, notes + track.notes
    return Heard(lines, track, models, notes, time.perf_counter() - begun)
