"""What a rating data set holds, as frozen values: who rated which film how high.

Viewers and films are rows, numbered from 0; a rating names them by row. A preference is always a
distribution over the five levels (see `framesense.rating.levels`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
"""Row numbers, int64, (n,)."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """One row a rating, in the order of the file. No viewer rates a film twice."""

    user: Rows  # int64, (n,), row of `Viewers`
    film: Rows  # int64, (n,), row of `Films`
    level: Rows  # int64, (n,), 1 to 5
    time_s: Rows  # int64, (n,), Unix seconds; 0 where the file has none

    def __len__(self) -> int:
        return len(self.level)

    def __repr__(self) -> str:
        return f"Ratings(n={len(self)})"

    def take(self, rows: Rows) -> Ratings:
        """Only these rows, in their order."""
        return Ratings(self.user[rows], self.film[rows], self.level[rows], self.time_s[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Viewers:
    """People, and what they said of themselves. An unknown viewer has NaN and empty strings."""

    ids: tuple[str, ...]  # (v,), unique
    age: Floats  # float64, (v,), years; NaN: unknown
    gender: tuple[str, ...]  # (v,), "F", "M" or ""
    occupation: tuple[str, ...]  # (v,), a word of MovieLens, or ""

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        return f"Viewers(n={len(self)})"


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What watching the films has shown: tags by screen time, and measures of the look."""

    tags: tuple[str, ...]  # (t,), labels
    weight: Floats  # float64, (f, t), 0 to 1: share of the film that shows the tag; 0: absent
    looks: tuple[str, ...]  # (k,), names of the measures
    look: Floats  # float64, (f, k), any unit; NaN: unknown

    def __repr__(self) -> str:
        return f"Content(films={len(self.weight)}, tags={len(self.tags)}, looks={len(self.looks)})"


@dataclass(frozen=True, slots=True, eq=False)
class Films:
    """Films, and what is known of them before anybody has rated them."""

    ids: tuple[str, ...]  # (f,), unique
    titles: tuple[str, ...]  # (f,), "" where unknown
    year: Floats  # float64, (f,), of release; NaN: unknown
    genres: tuple[str, ...]  # (g,), names
    has_genre: NDArray[np.bool_]  # bool, (f, g)
    content: Content | None = None  # None: nobody has watched them for us

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        return f"Films(n={len(self)}, genres={len(self.genres)})"


@dataclass(frozen=True, slots=True, eq=False)
class RatingSet:
    """A whole data set, and what one must know of it."""

    name: str
    licence: str  # one line
    ratings: Ratings
    viewers: Viewers
    films: Films
    notes: tuple[str, ...] = ()  # what had to be assumed while reading, for people

    def only(self, rows: Rows) -> RatingSet:
        """The same viewers and films with these ratings alone: all that a model may learn from."""
        return replace(self, ratings=self.ratings.take(rows))
