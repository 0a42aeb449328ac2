"""What new viewers think of new films, when next to nothing is known of either: a line.

    score = mean + genres + year + year² + tags + looks
                 + female + age + occupation + genres × female + genres × age

Fitted by ridge regression; what is unknown is average. The answer is the overall distribution of
levels tilted to the score. Models that learn more are sure of too much here: the factorisation
machine is worse than the overall distribution (benchmarks/rating.md, cold-both).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from framesense.rating import content, levels
from framesense.rating.models import Show, silent
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers
from framesense.rating.vocabulary import indices, standards

SHRINK = 2000.0  # imagined ratings at the mean
SAID = 0.5  # columns of viewers are so much smaller: four times as many imagined ratings for them
CHUNK = 20_000  # ratings at a time; bounds the memory


@dataclass(frozen=True, slots=True)
class Linear:
    """Its two constants were chosen on validation viewers and films."""

    name: str = "linear"

    def fit(self, data: RatingSet, *, seed: int, show: Show = silent) -> LinearPredictor:
        """Of all of `data.ratings`; the seed changes nothing."""
        rated, watched = data.ratings, data.films.content
        looks = watched.looks if watched else ()
        film = np.unique(rated.film)
        mean, sd = standards(content.looks(data.films, looks)[film])
        columns = Columns(
            genres=data.films.genres,
            tags=watched.tags if watched else (),
            looks=looks,
            look_mean=mean,
            look_sd=sd,
            year=_mean(_decades(data.films)[rated.film]),
            person=standards(_said(data.viewers)[rated.user])[0],
            occupations=tuple(sorted(set(data.viewers.occupation) - {""})),
        )
        count, level = len(rated), float(rated.level.mean())
        size = columns.size
        within, total, towards = np.zeros((size, size)), np.zeros(size), np.zeros(size)
        for rows, x in columns.of(data.viewers, data.films, rated.user, rated.film):
            within += x.T @ x
            total += x.sum(axis=0)
            towards += x.T @ (rated.level[rows] - level)
        centre = total / count
        within -= count * np.outer(centre, centre)
        slope = np.asarray(np.linalg.solve(within + SHRINK * np.eye(size), towards), np.float64)
        return LinearPredictor(
            columns, slope, level - float(centre @ slope), levels.shares(rated.level)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What the line sees of a pair; 0 is unknown or average."""

    genres: tuple[str, ...]
    tags: tuple[str, ...]
    looks: tuple[str, ...]
    look_mean: Floats  # float64, (looks,), over the films rated
    look_sd: Floats  # float64, (looks,), above 0
    year: float  # average over the ratings, decades
    person: Floats  # float64, (2,), average over the ratings: share of women, age in decades
    occupations: tuple[str, ...]

    @property
    def size(self) -> int:
        genres = len(self.genres)
        return 3 * genres + 2 + len(self.tags) + len(self.looks) + 2 + len(self.occupations)

    def of(
        self, viewers: Viewers, films: Films, user: Rows, film: Rows
    ) -> Iterator[tuple[Rows, Floats]]:
        """Rows of the pairs (n,), and their columns, (rows, size)."""
        genres = content.genres(films, self.genres)
        year = np.nan_to_num(_decades(films) - self.year)
        looks = (content.looks(films, self.looks) - self.look_mean) / self.look_sd
        shown = np.column_stack(
            [genres, year, year**2, content.tags(films, self.tags), np.nan_to_num(looks)]
        )
        said = SAID * np.nan_to_num(_said(viewers) - self.person)
        work = SAID * np.eye(len(self.occupations) + 1)[:, :-1]
        work = work[indices(viewers.occupation, self.occupations)]
        for start in range(0, len(user), CHUNK):
            rows = np.arange(start, min(start + CHUNK, len(user)))
            u, f = user[rows], film[rows]
            crossed = [genres[f] * said[u][:, [side]] for side in (0, 1)]
            yield rows, np.hstack([shown[f], said[u], work[u], *crossed])


@dataclass(frozen=True, slots=True, eq=False)
class LinearPredictor:
    columns: Columns
    slope: Floats  # float64, (columns.size,)
    intercept: float
    shares: Floats  # float64, (5,), of the training levels

    def predict(self, viewers: Viewers, films: Films, user: Rows, film: Rows) -> Floats:
        """Distributions, float64, (n, 5)."""
        score = np.full(len(user), self.intercept)
        for rows, x in self.columns.of(viewers, films, user, film):
            score[rows] += x @ self.slope
        return levels.with_mean(self.shares, score)


def _decades(films: Films) -> Floats:
    return films.year / 10


def _said(viewers: Viewers) -> Floats:
    """Whether a woman, and age in decades, (v, 2); NaN where unknown."""
    female = [{"F": 1.0, "M": 0.0}.get(word, np.nan) for word in viewers.gender]
    return np.column_stack([np.array(female), viewers.age / 10])


def _mean(values: Floats) -> float:
    """Of the known values; 0 of none."""
    return float(standards(values[:, None])[0][0])
