"""`discovery.json`: what was discovered in which film, and what a second run must know."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from framesense.atomic import write_atomically
from framesense.discovery.groups import Group
from framesense.errors import InputError, UsageError

NAME = "discovery.json"
_SCHEMA = "framesense.discovery"


@dataclass(frozen=True, slots=True)
class Found:
    """The groups of one kind, and every picture that was ever written for it."""

    groups: tuple[Group, ...] = ()
    pictures: tuple[str, ...] = ()  # names of files


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a folder of groups is of."""

    version: str  # of framesense
    film: str  # name of its file
    film_sha256: str
    characters: Found = Found()
    settings: Found = Found()
    schema: str = _SCHEMA


def write(folder: Path, discovery: Discovery) -> None:
    """Raises OutputError."""
    write_atomically(folder / NAME, msgspec.json.format(msgspec.json.encode(discovery), indent=1))


def read(folder: Path, *, film_sha256: str) -> Discovery | None:
    """What an earlier run wrote here; None where there was none.

    Raises UsageError for groups of another film, InputError for a file that is damaged.
    """
    path = folder / NAME
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Discovery)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise InputError(
            f"{path}: cannot be read ({error})", remedy="name another folder"
        ) from error
    if found.film_sha256 != film_sha256:
        raise UsageError(f"{folder}: holds groups of {found.film}", remedy="name another folder")
    return found
