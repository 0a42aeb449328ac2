"""Which pictures train and which test: contiguous stretches, since neighbouring frames leak."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from framesense.errors import InputError
from framesense.training.dataset import DataSet

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Places in a data set, in its order."""

    training: Rows
    held_out: Rows


def folds(data: DataSet, count: int) -> list[Split]:
    """Every class cut into `count` contiguous parts, each held out once.

    Where pictures have several labels it is every folder of them that is cut. Raises InputError for
    a class with fewer pictures than parts.
    """
    part = np.full(len(data.items), -1)
    for stretch in _stretches(data, at_least=count):
        part[stretch.rows] = stretch.picture * count // stretch.pictures
    return [_checked(data, part == k) for k in range(count)]


def last_share(data: DataSet, share: float) -> Split:
    """The last pictures of every class, or folder, are held out, at least one and never all."""
    held = np.zeros(len(data.items), bool)
    for stretch in _stretches(data, at_least=2):
        count = min(max(1, round(share * stretch.pictures)), stretch.pictures - 1)
        held[stretch.rows[stretch.picture >= stretch.pictures - count]] = True
    return _checked(data, held)


@dataclass(frozen=True, slots=True, eq=False)
class _Stretch:
    """What is cut: pictures in their order, and parts of one picture stay together."""

    rows: Rows
    picture: Rows  # the number of the picture that each row shows, from 0

    @property
    def pictures(self) -> int:
        return int(self.picture.max()) + 1


def _stretches(data: DataSet, *, at_least: int) -> list[_Stretch]:
    """The sequences to cut, each long enough."""
    if data.several:
        folders = np.array([str(item.path.parent) for item in data.items])
        sequences = {f"folder {name}": np.flatnonzero(folders == name) for name in set(folders)}
    else:
        targets = data.targets()
        sequences = {f"class {n}": np.flatnonzero(targets == i) for i, n in enumerate(data.labels)}
    stretches = []
    for name, rows in sequences.items():
        number: dict[Path, int] = {}
        picture = [number.setdefault(data.items[row].path, len(number)) for row in rows]
        if len(number) < at_least:
            raise InputError(
                f"{name} has {len(number)} usable pictures, {at_least} are needed",
                remedy="add pictures or remove it",
            )
        stretches.append(_Stretch(rows, np.array(picture)))
    return stretches


def _checked(data: DataSet, held: NDArray[np.bool_]) -> Split:
    """The split, in which every class has something to learn from."""
    split = Split(np.flatnonzero(~held), np.flatnonzero(held))
    learnt = {label for row in split.training for label in data.items[row].labels}
    if missing := [label for label in data.labels if label not in learnt]:
        raise InputError(
            f"all pictures of class {missing[0]} are among those held out, the last of each folder",
            remedy="add pictures of it that come earlier, or remove the class",
        )
    return split
