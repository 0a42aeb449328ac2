"""How right a list of shots is: boundaries against truth made by eye.

The truth is a CSV with the columns `nominal_frame, type, zone_first, zone_last, hard_frame,
uncertain, note`, one row a change of content, frames 0-based and counted by decoding. `type` is
cut, fade, dissolve, wipe or ignore. `hard_frame` is the first frame of the new shot where the
change is abrupt, and empty where it is gradual.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from framesense.errors import InputError

TYPES = ("cut", "fade", "dissolve", "wipe")
COLUMNS = ("nominal_frame", "type", "zone_first", "zone_last", "hard_frame")


@dataclass(frozen=True, slots=True)
class Boundary:
    """One true change of content."""

    nominal: int  # first frame of the new shot; half-way where the change is gradual
    kind: str  # cut, fade, dissolve or wipe
    first: int  # frame of the change
    last: int
    hard: int | None  # first frame of the new shot, where the change is abrupt


@dataclass(frozen=True, slots=True)
class Truth:
    """A clip's boundaries in order, and the stretches in which nothing is counted."""

    boundaries: tuple[Boundary, ...]
    ignored: tuple[tuple[int, int], ...] = ()  # first and last frame


@dataclass(frozen=True, slots=True)
class Score:
    """Counts, and what follows from them; each is 1 where there was nothing to find or say."""

    found: int
    missed: int
    false: int

    @property
    def precision(self) -> float:
        """found / (found + false)"""
        said = self.found + self.false
        return self.found / said if said else 1.0

    @property
    def recall(self) -> float:
        """found / (found + missed)"""
        there = self.found + self.missed
        return self.found / there if there else 1.0

    @property
    def f1(self) -> float:
        """2 found / (2 found + false + missed): harmonic mean of precision and recall."""
        total = 2 * self.found + self.false + self.missed
        return 2 * self.found / total if total else 1.0


@dataclass(frozen=True, slots=True)
class Grade:
    """A list of boundaries against the truth at one tolerance."""

    tolerance: int  # frames
    hard: Score  # abrupt changes only
    every: Score  # all changes
    gradual_found: int
    gradual_total: int
    misses: tuple[Boundary, ...]
    false_alarms: tuple[int, ...]  # frames


def read_truth(path: Path) -> Truth:
    """Read a truth file; raises InputError that names the line that is wrong."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise InputError(
                    f"{path}: no column {missing[0]}",
                    remedy=f"the truth of its boundaries has {','.join(COLUMNS)}",
                )
            rows = [(reader.line_num, row) for row in reader]
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: not a CSV file ({error})") from error
    boundaries, ignored = [], []
    for line, row in rows:
        where = f"{path}, line {line}"
        first, last = _frame(row, "zone_first", where), _frame(row, "zone_last", where)
        if first > last:
            raise InputError(f"{where}: zone_first {first} lies after zone_last {last}")
        if row["type"] == "ignore":
            ignored.append((first, last))
        elif row["type"] in TYPES:
            nominal = _frame(row, "nominal_frame", where)
            hard = _frame(row, "hard_frame", where) if row["hard_frame"] else None
            boundaries.append(Boundary(nominal, row["type"], first, last, hard))
        else:
            raise InputError(
                f"{where}: unknown type {row['type']!r}",
                remedy=f"known: {', '.join(TYPES)}, ignore",
            )
    return Truth(tuple(sorted(boundaries, key=lambda b: b.nominal)), tuple(ignored))


def grade(starts: Iterable[int], truth: Truth, *, tolerance: int) -> Grade:
    """Grade the first frames of the shots after the first one.

    A boundary is found by one frame within the tolerance of its `hard` or nominal frame, or
    anywhere in its zone; a second frame there is a false one. For the hard score only `hard`
    frames count as found, and frames in any zone without one are left out. Frames in ignored
    stretches are dropped.
    """
    frames = [
        frame
        for frame in sorted(set(starts))
        if not any(first <= frame <= last for first, last in truth.ignored)
    ]
    pairs = _match(frames, truth.boundaries, tolerance, zones=True)
    abrupt = [boundary for boundary in truth.boundaries if boundary.hard is not None]
    hard_pairs = _match(frames, abrupt, tolerance, zones=False)
    outside = [
        frame
        for frame in frames
        if frame not in hard_pairs.values()
        and not any(b.first <= frame <= b.last and b.first < b.last for b in truth.boundaries)
        and frame not in {pairs[b] for b in pairs if b.hard is None}
    ]
    gradual = [boundary for boundary in truth.boundaries if boundary.hard is None]
    false_alarms = tuple(frame for frame in frames if frame not in pairs.values())
    missed = tuple(boundary for boundary in truth.boundaries if boundary not in pairs)
    return Grade(
        tolerance=tolerance,
        hard=Score(len(hard_pairs), len(abrupt) - len(hard_pairs), len(outside)),
        every=Score(len(pairs), len(missed), len(false_alarms)),
        gradual_found=sum(boundary in pairs for boundary in gradual),
        gradual_total=len(gradual),
        misses=missed,
        false_alarms=false_alarms,
    )


def _match(
    frames: Sequence[int], boundaries: Sequence[Boundary], tolerance: int, *, zones: bool
) -> dict[Boundary, int]:
    """Each boundary with the frame that finds it, one to one, the nearest pairs first."""
    pairs = []
    for boundary in boundaries:
        aim = boundary.nominal if boundary.hard is None else boundary.hard
        for frame in frames:
            in_zone = zones and boundary.first <= frame <= boundary.last
            if abs(frame - aim) <= tolerance or in_zone:
                pairs.append((abs(frame - aim), boundary.nominal, frame, boundary))
    found: dict[Boundary, int] = {}
    for _, _, frame, boundary in sorted(pairs, key=lambda pair: pair[:3]):
        if boundary not in found and frame not in found.values():
            found[boundary] = frame
    return found


def _frame(row: dict[str, Any], column: str, where: str) -> int:
    text = row[column] or ""
    if not text.strip().isdigit():
        raise InputError(f"{where}: {column} is {text!r}, not a frame number")
    return int(text)
