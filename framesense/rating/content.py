"""What films show, under the names that a model knows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from framesense.rating.ratings import Films, Floats
from framesense.rating.vocabulary import aligned


def genres(films: Films, known: Sequence[str]) -> Floats:
    """Float64, (f, known), 0 or 1."""
    return aligned(films.has_genre.astype(np.float64), films.genres, known)


def tags(films: Films, known: Sequence[str]) -> Floats:
    """Weights, float64, (f, known), 0 to 1; 0 for films that nobody has watched."""
    if films.content is None:
        return np.zeros((len(films), len(known)))
    return aligned(films.content.weight, films.content.tags, known)


def looks(films: Films, known: Sequence[str]) -> Floats:
    """Measures, float64, (f, known); NaN where unknown."""
    if films.content is None:
        return np.full((len(films), len(known)), np.nan)
    return aligned(films.content.look, films.content.looks, known, missing=np.nan)
