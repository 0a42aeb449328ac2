"""Subtitles that could be a film's lines, before any is read, and which comes first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from framesense.dialogue.language import same
from framesense.dialogue.parsing import Cue

Place = Literal["named", "beside", "inside"]
_PLACES: tuple[Place, ...] = ("named", "beside", "inside")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subtitle file or track."""

    name: str  # a file's name, or `track 2 (srt)`
    place: Place  # named by the user, beside the film, in its container
    language: str | None  # BCP-47, as its name or the container says
    forced: bool  # holds only what is foreign to the film's own language
    sounds: bool  # for the hard of hearing: names sounds and speakers
    read: Callable[[str | None], Reading] = field(repr=False)  # of its language; raises InputError


@dataclass(frozen=True, slots=True)
class Reading:
    """The cues of a candidate."""

    cues: tuple[Cue, ...]
    notes: tuple[str, ...] = ()  # for people: what had to be guessed


def ranked(candidates: list[Candidate], *, wanted: str) -> list[Candidate]:
    """Best first: named by the user, in the wanted language, beside the film before inside it,
    whole before forced, with sounds before without, then without a language in the name before
    with one, and by name.

    wanted: BCP-47 tag, or nothing.
    """
    return sorted(
        candidates,
        key=lambda one: (
            one.place != "named",
            bool(wanted) and not same(one.language, wanted),
            _PLACES.index(one.place),
            one.forced,
            not one.sounds,
            one.language or "",
            one.name,
        ),
    )
