"""Groups on disk: a folder of pictures each, whose name is the name of what they show.

    DIR/characters/group-01/shot-0003-frame-000081-1.jpg
    DIR/characters/group-01.png     contact sheet
    DIR/characters.png              a row of pictures for each group
    DIR/characters.csv              a row for each picture; its labels may be edited instead

Renaming a folder, or moving it into another, names its pictures; moving a picture corrects it;
deleting one rejects it. `arrange` may be repeated and keeps all that.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from framesense.atomic import remove, write_atomically
from framesense.discovery.sheet import Cell, in_rows, write_sheet
from framesense.discovery.snapshots import Gallery, Snapshot, decoded
from framesense.errors import InputError

LOOSE = "group-00"  # of what looks like nothing else
_GROUP = re.compile(r"group-(\d+)")
_ON_A_SHEET, _IN_A_ROW = 48, 8
_COLUMNS = ("image", "labels", "shot", "frame", "time_s", "left", "top", "right", "bottom")


@dataclass(frozen=True, slots=True)
class Group:
    """A folder of pictures that show the same."""

    name: str
    size: int  # pictures
    shots: tuple[int, ...]  # from 1, as people count them


@dataclass(frozen=True, slots=True)
class _Row:
    """What an earlier run wrote of a picture."""

    group: str  # where it lay
    labels: str  # as its user may have edited them


def arrange(
    folder: Path, gallery: Gallery, clusters: NDArray[np.int64], *, seen: Container[str]
) -> tuple[Group, ...]:
    """Write what is new, leave what is there, and renew the sheets and the table.

    clusters: (n,) for each snapshot the number of its cluster, largest first; -1: of none.
    seen: names of pictures of an earlier run: what of them is not there has been deleted.
    Raises OutputError, and InputError for a table that has been damaged.
    """
    table = folder.with_name(folder.name + ".csv")
    known = _read(table)
    homes = _homes(folder)
    for number in sorted(set(clusters.tolist()), key=lambda n: (n < 0, n)):
        members = [s for s, c in zip(gallery.snapshots, clusters, strict=True) if c == number]
        fresh = [s for s in members if s.name not in homes and s.name not in seen]
        if fresh:
            name = LOOSE if number < 0 else _name(members, homes, folder)
            for snapshot in fresh:
                write_atomically(folder / name / snapshot.name, snapshot.jpeg)
                homes[snapshot.name] = Path(name, snapshot.name)
    present = [s for s in gallery.snapshots if s.name in homes]
    _write_table(table, folder.name, present, homes, known)
    return _write_sheets(folder, present, homes, known)


def _homes(folder: Path) -> dict[str, Path]:
    """Where each picture lies, relative to the folder, by its file's name."""
    found = sorted(folder.glob("*/**/shot-*.jpg"))
    return {path.name: path.relative_to(folder) for path in found}


def _name(members: Sequence[Snapshot], homes: Mapping[str, Path], folder: Path) -> str:
    """Of the group in which most of these lie already, or else a new one."""
    votes = Counter(homes[s.name].parts[0] for s in members if s.name in homes)
    votes.pop(LOOSE, None)
    if votes:
        name, most = votes.most_common(1)[0]
        if 2 * most > votes.total():
            return name
    taken = [_GROUP.fullmatch(path.parts[0]) for path in homes.values()]
    taken += [_GROUP.fullmatch(path.name) for path in folder.glob("group-*") if path.is_dir()]
    return f"group-{1 + max((int(m[1]) for m in taken if m), default=0):02}"


def _write_sheets(
    folder: Path, present: Sequence[Snapshot], homes: Mapping[str, Path], known: Mapping[str, _Row]
) -> tuple[Group, ...]:
    members: dict[str, list[Snapshot]] = {}
    for snapshot in present:
        members.setdefault(homes[snapshot.name].parts[0], []).append(snapshot)
    groups = []
    for name, snapshots in sorted(members.items()):
        shots = tuple(sorted({snapshot.shot + 1 for snapshot in snapshots}))
        group = Group(name, len(snapshots), shots)
        title = f"{name}: {group.size} pictures, shots {ranges(group.shots)}"
        write_sheet(folder / f"{name}.png", title, in_rows(_cells(snapshots, _ON_A_SHEET)))
        groups.append(group)
    rows = [_cells(members[group.name], _IN_A_ROW, f"{group.name}  ") for group in groups]
    write_sheet(folder.with_suffix(".png"), f"{len(groups)} groups of {folder.name}", rows)
    for gone in {row.group for row in known.values()} - set(members):
        remove(folder / f"{gone}.png")
    return tuple(groups)


def _cells(snapshots: Sequence[Snapshot], most: int, name: str = "") -> list[Cell]:
    """At most so many of them, evenly spread."""
    shown = [snapshots[i] for i in _spread(len(snapshots), most)]
    return [(decoded(s.jpeg), f"{name}{s.shot + 1}  {s.time_s:.1f} s") for s in shown]


def ranges(numbers: Sequence[int]) -> str:
    """Rising numbers in words: 1-3, 7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _spread(count: int, most: int) -> list[int]:
    """At most so many of the places 0 … count - 1, evenly."""
    return sorted({round(i) for i in np.linspace(0, count - 1, min(count, most))})


def _write_table(
    table: Path,
    kind: str,
    present: Sequence[Snapshot],
    homes: Mapping[str, Path],
    known: Mapping[str, _Row],
) -> None:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for s in present:
        home = homes[s.name]
        labels = _edited(known.get(s.name)) or home.parts[0]
        box = (s.box.x1, s.box.y1, s.box.x2, s.box.y2) if s.box else (0, 0, 1, 1)
        edges = [f"{edge:.4f}" for edge in box]
        rows.writerow(
            [f"{kind}/{home.as_posix()}", labels, s.shot + 1, s.frame, round(s.time_s, 3), *edges]
        )
    write_atomically(table, text.getvalue().encode())


def _edited(row: _Row | None) -> str:
    """The labels, where they are not just the name of the group."""
    return row.labels if row and row.labels != row.group else ""


def _read(table: Path) -> dict[str, _Row]:
    if not table.is_file():
        return {}
    try:
        rows = csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines())
        parts = [(Path(row["image"]).parts, row["labels"]) for row in rows]
        return {path[-1]: _Row(path[1], labels) for path, labels in parts}
    except (OSError, ValueError, LookupError, TypeError, csv.Error) as error:
        raise InputError(
            f"{table}: not the table that discover wrote ({error})", remedy="mend or delete it"
        ) from error
