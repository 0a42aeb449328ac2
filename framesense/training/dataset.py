"""Labelled pictures: a folder for each class, or a CSV or JSON table.

The folder that `framesense discover` made will do, once groups of it have been named; what is still
called `group-01` is left out. Pictures in a folder `nobody`, or with that label, show none of the
classes.

A `labels.csv` in a folder says what the pictures below it show; see `labels_table`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framesense.errors import InputError
from framesense.training.labels_table import LabelledImage, names_pictures, read_table

SUFFIXES = {".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
DISCOVERED = {"character": "characters", "scene": "settings"}  # kind -> folder of `discover`
_NOBODY = {"nobody", "none"}  # the label of what shows none of the classes
_SNAPSHOT = re.compile(r"shot-\d+-frame-\d+")
_UNNAMED = re.compile(r"group-\d+")


@dataclass(frozen=True, slots=True)
class DataSet:
    """Pictures in the order of their names, where neighbours are often frames of one shot."""

    labels: tuple[str, ...]  # sorted
    items: tuple[LabelledImage, ...]
    several: bool  # a picture may have no label, or more than one
    unnamed: tuple[Path, ...] = ()  # groups that nobody has named yet

    def targets(self) -> NDArray[Any]:
        """(n,) int64 numbers of classes; or, with several labels, (n, classes) float32 of 0, 1."""
        number = {label: index for index, label in enumerate(self.labels)}
        if not self.several:
            return np.array([number[item.labels[0]] for item in self.items], np.int64)
        table = np.zeros((len(self.items), len(self.labels)), np.float32)
        for row, item in enumerate(self.items):
            table[row, [number[label] for label in item.labels]] = 1
        return table

    def at(self, rows: NDArray[np.int64]) -> DataSet:
        """The pictures at these places, with the same classes."""
        return DataSet(self.labels, tuple(self.items[row] for row in rows), self.several)

    def fingerprint(self) -> str:
        """sha256 over every picture's bytes, labels and box."""
        digest = hashlib.sha256()
        for item in self.items:
            digest.update(hashlib.sha256(item.path.read_bytes()).digest())
            digest.update(repr((item.labels, item.box)).encode())
        return digest.hexdigest()


def read(data: Path, *, kind: str = "") -> DataSet:
    """A folder with a folder for each class, a folder with a `labels.csv`, or a table.

    In a folder that `discover` made, `kind` says which half of it. Raises InputError for a table
    that cannot be used, where it is not told which half is meant, and where there are fewer than
    two classes.
    """
    folder, table = source(data, kind)
    classes: set[str] = set()
    if table is None:
        items = _folders(folder)
        classes = {path.name for path in _class_folders(folder)}
    elif table.suffix.lower() in {".csv", ".json"} and table.is_file():
        items = read_table(table)
        if table.parent != folder:
            half = folder.resolve()
            items = [item for item in items if item.path.parent.resolve().is_relative_to(half)]
    else:
        raise InputError(
            f"{data}: no labelled pictures",
            remedy="name a folder with a folder for each class, or a .csv or .json table",
        )
    items = [replace(i, labels=tuple(x for x in i.labels if x not in _NOBODY)) for i in items]
    classes = classes - _NOBODY | {label for item in items for label in item.labels}
    named = sorted(label for label in classes if not _UNNAMED.fullmatch(label))
    unnamed = {item.path.parent for item in items if _UNNAMED.fullmatch("".join(item.labels))}
    if len(named) < 2:
        raise InputError(
            f"{data}: {len(named) or 'no'} class{'es' * (not named)}"
            + f", {len(unnamed)} groups without a name" * bool(unnamed),
            remedy="name at least two groups"
            if unnamed
            else "give at least two classes, each with pictures of its own",
        )
    kept = [item for item in items if set(item.labels) <= set(named)]
    kept.sort(key=lambda item: _order(item.path))
    several = any(len(item.labels) != 1 for item in kept)
    return DataSet(tuple(named), tuple(kept), several, tuple(sorted(unnamed)))


def source(data: Path, kind: str) -> tuple[Path, Path | None]:
    """The folder whose folders are classes; and the table that tells instead, if there is one.

    Raises InputError where it is not told which half of a discovered folder is meant.
    """
    if not data.is_dir():
        return data.parent, data
    half = data / DISCOVERED.get(kind, "")
    folder = half if half.is_dir() else data
    tables = [table for table in (folder / "labels.csv", data / "labels.csv") if table.is_file()]
    halves = [name for name in DISCOVERED.values() if (data / f"{name}.csv").is_file()]
    if folder == data and halves and not tables:
        raise InputError(
            f"{data}: which of {' and '.join(halves)} is {kind or 'meant'}?",
            remedy=f"name one of these folders, as {data / halves[0]}",
        )
    return folder, tables[0] if tables else None


def pictures_in(folder: Path) -> list[Path]:
    """The pictures in a folder and below it, in the order of their names."""
    found = (path for path in folder.rglob("[!.]*") if path.suffix.lower() in SUFFIXES)
    return sorted(found, key=natural)


def natural(path: Path) -> list[tuple[int, str]]:
    """A key that sorts frame 9 before frame 10."""
    parts = re.findall(r"\d+|\D+", path.as_posix())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _order(path: Path) -> list[tuple[int, str]]:
    """Snapshots of a film in its order, whatever folders they lie in; else by the whole path."""
    return natural(Path(path.name) if _SNAPSHOT.match(path.name) else path)


def _class_folders(data: Path) -> list[Path]:
    return [path for path in data.iterdir() if path.is_dir() and not path.name.startswith(".")]


def _folders(data: Path) -> list[LabelledImage]:
    edited = _edited(data.absolute())
    return [
        LabelledImage(path, edited.get(path.name, (folder.name,)))
        for folder in _class_folders(data)
        for path in pictures_in(folder)
    ]


def _edited(data: Path) -> dict[str, tuple[str, ...]]:
    """Labels by the picture's name, where the table of `discover` no longer says its group's."""
    table = data.with_name(f"{data.name}.csv")
    rows = read_table(table) if names_pictures(table) else []
    depth = len(data.parts)
    return {
        row.path.name: row.labels
        for row in rows
        if row.labels not in ((), row.path.parts[depth : depth + 1])
    }
