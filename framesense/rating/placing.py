"""Measures of a film's look on the scale of the films that a rater has learned from.

Measures of our own are taken as they are. The Mise-en-Scène data set's are scaled logarithms of
measures of trailers: f7, whose raw values are whole numbers, gives its formula away,

    f7 = (ln(n + 0.01) - ln 1.01) / (ln 2956.01 - ln 1.01),    n shots in the trailer,

but a film's own number of shots, or their length, is not its trailer's, and the units of the other
columns are not told. So such a measure is carried over by rank: a film that stands at a quantile of
a catalogue of analysed films is put at that quantile of the films learned from. Which takes a
catalogue; with too small a one the measure is left unknown.
"""

from __future__ import annotations

import numpy as np

from framesense.rating.ratings import Floats
from framesense.rating.watched import FOREIGN, LOOKS

ENOUGH = 20  # films of a catalogue, to tell a film's rank to about a tenth


def placed(look: Floats, catalogue: Floats, known: tuple[str, ...], quantiles: Floats) -> Floats:
    """`look` (n, looks) under the names `LOOKS`, with foreign measures placed or NaN.

    `catalogue` (m, looks) holds measures of many films, these among them; `quantiles` (known, q)
    those of the films learned from, under the names `known`.
    """
    result = look.copy()
    for column, name in enumerate(LOOKS):
        if name not in FOREIGN:
            continue
        among = catalogue[:, column]
        among = among[~np.isnan(among)]
        if name in known and len(among) >= ENOUGH:
            result[:, column] = _at(_rank(look[:, column], among), quantiles[known.index(name)])
        else:
            result[:, column] = np.nan
    return result


def _rank(values: Floats, among: Floats) -> Floats:
    """Middle rank of each value, 0 to 1: the share below and half of the equals."""
    below = (among < values[:, None]).mean(axis=1)
    upto = (among <= values[:, None]).mean(axis=1)
    return np.where(np.isnan(values), np.nan, (below + upto) / 2)


def _at(rank: Floats, quantiles: Floats) -> Floats:
    return np.interp(rank, np.linspace(0, 1, len(quantiles)), quantiles)
