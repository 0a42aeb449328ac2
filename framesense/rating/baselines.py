"""The simplest answers, which every other must beat.

Those that give one number give the overall distribution of levels, tilted to that mean. Means are
drawn towards the overall mean when they rest on few ratings. The bias model is
mean + b_viewer + b_film, each deviation shrunk, the film's first (Koren 2008, section 2.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from framesense.rating import levels
from framesense.rating.models import Show, silent
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers
from framesense.rating.vocabulary import indices

Kind = Literal["majority", "viewer-mean", "film-mean", "bias"]
FILM_SHRINK, VIEWER_SHRINK = 5.0, 10.0  # imagined ratings at the overall mean


@dataclass(frozen=True, slots=True)
class Baseline:
    name: Kind

    def fit(self, data: RatingSet, *, seed: int, show: Show = silent) -> BaselinePredictor:
        """Of all of `data.ratings`; the seed changes nothing."""
        rated = data.ratings
        off = rated.level - rated.level.mean()
        film = viewer = None
        if self.name in ("film-mean", "bias"):
            film = _shrunk(rated.film, off, len(data.films), FILM_SHRINK)
            off = off - film[rated.film]
        if self.name in ("viewer-mean", "bias"):
            viewer = _shrunk(rated.user, off, len(data.viewers), VIEWER_SHRINK)
        return BaselinePredictor(
            shares=levels.shares(rated.level),
            mean=float(rated.level.mean()),
            viewer_ids=data.viewers.ids,
            film_ids=data.films.ids,
            viewer=np.zeros(len(data.viewers) + 1) if viewer is None else viewer,
            film=np.zeros(len(data.films) + 1) if film is None else film,
        )


@dataclass(frozen=True, slots=True, eq=False)
class BaselinePredictor:
    shares: Floats  # float64, (5,), of the training levels
    mean: float
    viewer_ids: tuple[str, ...]
    film_ids: tuple[str, ...]
    viewer: Floats  # float64, (v + 1,), deviation; 0 for strangers, the last
    film: Floats  # float64, (f + 1,)

    def predict(self, viewers: Viewers, films: Films, user: Rows, film: Rows) -> Floats:
        """Distributions, float64, (n, 5)."""
        off = self.viewer[indices(viewers.ids, self.viewer_ids)[user]]
        off = off + self.film[indices(films.ids, self.film_ids)[film]]
        if not np.any(off):  # majority: the distribution as it is
            return levels.normalised(np.tile(self.shares, (len(user), 1)))
        return levels.with_mean(self.shares, self.mean + off)


def _shrunk(group: Rows, off: Floats, groups: int, shrink: float) -> Floats:
    """Each group's mean of `off`, drawn towards 0; (groups + 1,), the last 0."""
    count = np.bincount(group, minlength=groups + 1)
    deviation: Floats = np.bincount(group, off, minlength=groups + 1) / (count + shrink)
    return deviation
