"""Which pictures train and which test: contiguous stretches, since neighbouring frames leak."""

from __future__ import annotations

from dataclasses import dataclass

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
    for rows in _stretches(data, at_least=count):
        part[rows] = np.arange(len(rows)) * count // len(rows)
    return [_checked(data, part == k) for k in range(count)]


def last_share(data: DataSet, share: float) -> Split:
    """The last pictures of every class, or folder, are held out, at least one and never all."""
    held = np.zeros(len(data.items), bool)
    for rows in _stretches(data, at_least=2):
        count = min(max(1, round(share * len(rows))), len(rows) - 1)
        held[rows[-count:]] = True
    return _checked(data, held)


def _stretches(data: DataSet, *, at_least: int) -> list[Rows]:
    """The sequences to cut, each long enough."""
    if data.several:
        folders = np.array([str(item.path.parent) for item in data.items])
        sequences = {f"folder {name}": np.flatnonzero(folders == name) for name in set(folders)}
    else:
        targets = data.targets()
        sequences = {f"class {n}": np.flatnonzero(targets == i) for i, n in enumerate(data.labels)}
    for name, rows in sequences.items():
        if len(rows) < at_least:
            raise InputError(
                f"{name} has {len(rows)} usable pictures, {at_least} are needed",
                remedy="add pictures or remove it",
            )
    return list(sequences.values())


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
