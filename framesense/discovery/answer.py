"""What a search found, as JSON and as a contact sheet."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from framesense.atomic import write_atomically
from framesense.discovery.search import FoundShot
from framesense.discovery.sheet import in_rows, write_sheet
from framesense.discovery.snapshots import decoded
from framesense.records import Box, FilmReport, TagBox

_SHOWN = 40  # shots on the sheet, for each character

Found = Mapping[str, tuple[FoundShot, ...]]


@dataclass(frozen=True, slots=True)
class ShotAnswer:
    """A shot that shows the character."""

    index: int  # 0-based, as in the report
    start_s: float
    end_s: float
    score: float  # of its best box
    boxes: tuple[TagBox, ...]  # best first


@dataclass(frozen=True, slots=True)
class CharacterAnswer:
    """Where a character is."""

    name: str
    references: tuple[str, ...]  # files
    shots: tuple[ShotAnswer, ...]  # best first


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked of a film, and found."""

    film: str
    film_sha256: str
    threshold: float
    characters: tuple[CharacterAnswer, ...]
    schema: str = "framesense.found"


def write(
    path: Path,
    report: FilmReport,
    references: Mapping[str, tuple[Path, ...]],
    found: Found,
    *,
    threshold: float,
) -> None:
    """As JSON. Raises OutputError."""
    characters = tuple(
        CharacterAnswer(
            name,
            tuple(os.fsencode(file).decode(errors="replace") for file in references[name]),
            tuple(_shot(report, shot) for shot in shots),
        )
        for name, shots in found.items()
    )
    answer = Answer(report.film.path, report.film.sha256, threshold, characters)
    write_atomically(path, msgspec.json.format(msgspec.json.encode(answer), indent=1) + b"\n")


def draw(path: Path, found: Found) -> None:
    """A PNG: each character's best box of its best shots. Raises OutputError."""
    rows = []
    for name, shots in found.items():
        cells = [
            (
                decoded(shot.hits[0].snapshot.jpeg),
                f"{name}  {shot.shot + 1}  {shot.score:.2f}",
            )
            for shot in shots[:_SHOWN]
        ]
        rows += in_rows(cells)
    told = ", ".join(f"{name} in {len(shots)} shots" for name, shots in found.items())
    write_sheet(path, told, rows)


def _shot(report: FilmReport, found: FoundShot) -> ShotAnswer:
    shot = report.shots[found.shot].shot
    boxes = tuple(
        TagBox(
            hit.snapshot.frame,
            hit.snapshot.time_s,
            min(1.0, max(0.0, hit.score)),
            hit.snapshot.box or Box(0, 0, 1, 1),
        )
        for hit in found.hits
    )
    return ShotAnswer(shot.index, shot.start_s, shot.end_s, found.score, boxes)
