"""Subtitle files in the film's folder: `film.srt`, `film.en.vtt`, `film.pt-BR.forced.ass`, …"""

from __future__ import annotations

from pathlib import Path

from framesense.dialogue import language
from framesense.dialogue.candidates import Candidate, Place, Reading
from framesense.dialogue.encoding import decoded
from framesense.dialogue.parsing import parse
from framesense.errors import InputError

SUFFIXES = (".srt", ".vtt", ".ass", ".ssa")
_SOUNDS = {"sdh", "cc"}
_FLAGS = {"forced", "default", "foreign", "full", "captions", "subtitles", "subs", "sub"} | _SOUNDS
_OTHER = {"descriptions", "chapters", "metadata", "commentary"}  # tracks that are no dialogue
_MAX_BYTES = 32 * 2**20  # a film's subtitles take a hundredth of it


def beside(film: Path) -> tuple[list[Candidate], list[str]]:
    """The files that are named like the film, and notes on those that are passed by."""
    candidates, notes = [], []
    try:
        paths = sorted(film.absolute().parent.iterdir())
    except OSError as error:
        return [], [f"{film.parent}: subtitles are not looked for ({error.strerror})"]
    for path in paths:
        if path.suffix.lower() not in SUFFIXES or not path.is_file():
            continue
        if path.stem != film.stem and not path.stem.startswith(f"{film.stem}."):
            continue
        parts = path.stem[len(film.stem) :].lower().split(".")[1:]
        unknown = [part for part in parts if part not in _FLAGS and not language.tag(part)]
        if other := sorted(_OTHER.intersection(parts)):
            notes.append(f"{path.name}: holds {other[0]}, no dialogue; passed by")
        elif unknown:
            notes.append(f"{path.name}: passed by, since {unknown[0]} is no language we know")
        else:
            candidates.append(file_candidate(path, parts))
    return candidates, notes


def file_candidate(path: Path, parts: list[str], *, place: Place = "beside") -> Candidate:
    """parts: what stands in the file's name between the film's and the suffix, in lower case."""
    codes = [tag for part in parts if part not in _FLAGS and (tag := language.tag(part))]
    hearing = "hi" in parts and len(codes) > 1  # Hindi where it stands alone
    return Candidate(
        name=path.name,
        place=place,
        language=codes[0] if codes else None,
        forced="forced" in parts or "foreign" in parts,
        sounds=hearing or bool(_SOUNDS.intersection(parts)),
        read=lambda tag: _read(path, tag),
    )


def _read(path: Path, tag: str | None) -> Reading:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"{path.name}: too large for subtitles")
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror})") from error
    text, encoding = decoded(raw, language=tag)
    cues = parse(text, name=path.name)
    told = encoding.startswith("utf")
    notes = () if told else (f"{path.name}: read as {encoding}, which is a guess",)
    if "\ufffd" in text:
        notes = (*notes, f"{path.name}: some characters are damaged")
    return Reading(tuple(cues), notes)
