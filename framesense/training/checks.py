"""What is wrong with labelled pictures, found before hours are spent on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from framesense.errors import InputError
from framesense.records import Image
from framesense.training.dataset import DataSet
from framesense.training.pictures import read_image

TINY = 10  # pictures; a class with fewer is named
_SAME = 4  # bits of 64 in which the hashes of one picture, stored twice, may differ
_SHOWN = 5  # files named in one finding


@dataclass(frozen=True, slots=True)
class Finding:
    """Something amiss that does not stop a training."""

    problem: str  # one line
    files: tuple[Path, ...] = ()

    def __str__(self) -> str:
        more = f" and {len(self.files) - _SHOWN} more" if len(self.files) > _SHOWN else ""
        named = ", ".join(str(path) for path in self.files[:_SHOWN])
        return f"{self.problem}: {named}{more}" if self.files else self.problem


@dataclass(frozen=True, slots=True, eq=False)
class Readable:
    """A data set whose pictures are all in memory."""

    data: DataSet
    images: list[Image]  # one for each item
    findings: list[Finding]


def readable(data: DataSet, *, max_side: int | None = None) -> Readable:
    """What can be decoded, kept at `max_side` px, and what is amiss.

    Raises InputError for labels that differ only in case, and for classes without a picture.
    """
    _same_but_for_case(data.labels)
    kept, images, broken = [], [], []
    for row, item in enumerate(data.items):
        try:
            images.append(read_image(item.path, item.box, max_side=max_side))
            kept.append(row)
        except InputError:
            broken.append(item)
    usable = data.at(np.array(kept, np.int64))
    count = Counter(label for item in usable.items for label in item.labels)
    findings = []
    if data.unnamed:
        findings.append(Finding("groups without a name are left out", data.unnamed))
    if broken:
        files = tuple(item.path for item in broken)
        findings.append(Finding("unreadable pictures are left out", files))
    for label in data.labels:
        if not count[label]:
            files = tuple(item.path for item in broken if label in item.labels)
            problem = Finding(f"class {label} has no usable picture", files)
            raise InputError(str(problem), remedy="add some or remove the class")
        if count[label] < TINY:
            files = tuple(item.path for item in usable.items if label in item.labels)
            findings.append(Finding(f"class {label} is tiny, {count[label]} pictures", files))
    return Readable(usable, images, findings)


@dataclass(frozen=True, slots=True, eq=False)
class Unlabelled:
    """Pictures without labels, all in memory."""

    images: list[Image]
    findings: list[Finding]


def readable_unlabelled(paths: Sequence[Path], *, max_side: int | None = None) -> Unlabelled:
    """What can be decoded, and what cannot."""
    images, broken = [], []
    for path in paths:
        try:
            images.append(read_image(path, max_side=max_side))
        except InputError:
            broken.append(path)
    findings = [Finding("unreadable pictures are left out", tuple(broken))] if broken else []
    return Unlabelled(images, findings)


def hashes(images: Sequence[Image]) -> NDArray[np.bool_]:
    """(n, 64) bits of the perceptual hash: small changes of a picture flip few of them."""
    rows = [imagehash.phash(Pillow.fromarray(image[..., ::-1])).hash.ravel() for image in images]
    return np.array(rows, bool).reshape(-1, 64)


def leaked(
    hashed: NDArray[np.bool_], training: NDArray[np.int64], held_out: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Those of `training` that show again in `held_out`, by the hashes of all pictures."""
    bits = hashed.astype(np.int16)
    ours, theirs = bits[training], bits[held_out]
    differing = ours.sum(1)[:, None] + theirs.sum(1)[None] - 2 * ours @ theirs.T  # Hamming
    return np.asarray(training[(differing <= _SAME).any(axis=1)])


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """What may train when the held-out pictures are to be new to it."""

    rows: NDArray[np.int64]  # places in the data set
    finding: Finding | None


def keep_apart(
    data: DataSet,
    hashed: NDArray[np.bool_],
    training: NDArray[np.int64],
    held_out: NDArray[np.int64],
) -> Apart:
    """Training pictures that do not show again in the held-out ones.

    Where a class would have none left, as when all its pictures are of one shot, all stay.
    """
    twins = leaked(hashed, training, held_out)
    if not len(twins):
        return Apart(training, None)
    files = tuple(data.items[row].path for row in twins)
    rows = np.setdiff1d(training, twins)
    if _classes(data, rows) < _classes(data, training):
        return Apart(training, Finding("held-out scores flatter, these show there again", files))
    return Apart(rows, Finding("left out of training, these show again in what is held out", files))


def _classes(data: DataSet, rows: NDArray[np.int64]) -> set[str]:
    return {label for row in rows for label in data.items[row].labels}


def _same_but_for_case(labels: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for label in labels:
        twin = seen.setdefault(label.casefold(), label)
        if twin != label:
            raise InputError(
                f"labels {twin} and {label} differ only in case", remedy="give both one name"
            )
