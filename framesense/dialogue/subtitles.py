"""A film's lines from its subtitles: one file or track is chosen, the others are named."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from framesense.config import DialogueConfig
from framesense.dialogue import language
from framesense.dialogue.beside import SUFFIXES, beside, file_candidate
from framesense.dialogue.candidates import Candidate, ranked
from framesense.dialogue.cues import lines_from
from framesense.dialogue.inside import inside
from framesense.errors import InputError
from framesense.records import Line


@dataclass(frozen=True, slots=True)
class Subtitles:
    """What was read; without lines where the film has no readable subtitles."""

    lines: tuple[Line, ...] = ()  # by time
    source: str | None = None  # a file's name, or `track 2 (srt)`
    language: str | None = None  # BCP-47
    notes: tuple[str, ...] = ()  # for people: what was guessed, broken or passed by, each named


def read_subtitles(film: Path, config: DialogueConfig, *, given: Path | None = None) -> Subtitles:
    """The lines of the best subtitles that can be read: `candidates.ranked` says which.

    given: a subtitle file that the user names; it comes first whatever its name is.

    A broken file becomes a note and the next best is taken. Raises InputError only for a `given`
    file that is not there, or has another suffix than .srt, .vtt, .ass and .ssa.
    """
    candidates, notes = _found(film)
    if given is not None:
        candidates.append(_named_by_user(given))
    order = ranked(candidates, wanted=config.language)
    for index, candidate in enumerate(order):
        try:
            reading = candidate.read(candidate.language)
        except InputError as error:
            notes.append(str(error))
            continue
        text = "\n".join(cue.text for cue in reading.cues)
        tag = candidate.language or language.guessed(text)
        lines = lines_from(reading.cues, language=tag, source=candidate.name)
        if not lines:
            notes.append(f"{candidate.name}: holds no text")
            continue
        notes += reading.notes
        if tag and not candidate.language:
            notes.append(f"{candidate.name}: its language, {tag}, is a guess")
        if backwards := sum(cue.end_s < cue.start_s for cue in reading.cues):
            notes.append(f"{candidate.name}: {backwards} cues end before they begin; left out")
        notes += [f"{other.name}: passed by for {candidate.name}" for other in order[index + 1 :]]
        return Subtitles(tuple(lines), candidate.name, tag, tuple(notes))
    return Subtitles(notes=tuple(notes))


def _found(film: Path) -> tuple[list[Candidate], list[str]]:
    candidates, notes = beside(film)
    try:
        tracks, more = inside(film)
    except InputError as error:
        return candidates, [*notes, str(error)]
    return candidates + tracks, notes + more


def _named_by_user(path: Path) -> Candidate:
    if not path.is_file():
        raise InputError(f"{path}: no such file", remedy="name a subtitle file")
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path}: not a subtitle file", remedy=f"known: {', '.join(SUFFIXES)}")
    parts = [part for part in path.stem.lower().split(".")[1:] if language.tag(part)]
    return file_candidate(path, parts[-1:], place="named")
