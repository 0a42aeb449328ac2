"""From names to numbers, and from one list of names to another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from framesense.rating.ratings import Floats, Rows


def indices(words: Sequence[str], known: Sequence[str]) -> Rows:
    """Each word's place among the known ones, int64, (n,); `len(known)` for a strange word."""
    place = {word: number for number, word in enumerate(known)}
    return np.array([place.get(word, len(known)) for word in words], dtype=np.int64)


def aligned(
    values: Floats, names: Sequence[str], wanted: Sequence[str], *, missing: float = 0.0
) -> Floats:
    """Columns (n, names) put under the wanted names, (n, wanted); strange names are dropped."""
    result = np.full((len(values), len(wanted)), missing)
    places = indices(names, wanted)
    for source, place in enumerate(places):
        if place < len(wanted):
            result[:, place] = values[:, source]
    return result


def standards(values: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each column (k,) over its known values; 0 and 1 of none."""
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values, 0).sum(axis=0) / count
    square = np.where(known, (values - mean) ** 2, 0).sum(axis=0) / count
    return mean, np.where(square > 0, np.sqrt(square), 1.0)
