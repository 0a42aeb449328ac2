"""SVD++ (Koren 2008) by the library scikit-surprise, a baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from framesense.errors import DeviceError
from framesense.rating import levels
from framesense.rating.models import Show, silent
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers


@dataclass(frozen=True, slots=True)
class SvdPlusPlus:
    """The library's defaults: 20 factors, 20 epochs."""

    name: str = "svd++"

    def fit(self, data: RatingSet, *, seed: int, show: Show = silent) -> SvdPlusPlusPredictor:
        """Learn from all of `data.ratings`. Raises DeviceError without the library."""
        surprise = _surprise()
        import pandas as pd

        rated = data.ratings
        users = np.array(data.viewers.ids)[rated.user]
        films = np.array(data.films.ids)[rated.film]
        table = pd.DataFrame({"user": users, "film": films, "level": rated.level})
        reader = surprise.Reader(rating_scale=(1, 5))
        ratings = surprise.Dataset.load_from_df(table, reader).build_full_trainset()
        machine = surprise.SVDpp(random_state=seed, cache_ratings=True).fit(ratings)
        return SvdPlusPlusPredictor(machine, levels.shares(rated.level))


@dataclass(frozen=True, slots=True, eq=False)
class SvdPlusPlusPredictor:
    machine: Any
    shares: Floats  # float64, (5,), of the training levels

    def predict(self, viewers: Viewers, films: Films, user: Rows, film: Rows) -> Floats:
        """Distributions, float64, (n, 5)."""
        pairs = zip(user, film, strict=True)
        means = [self.machine.predict(viewers.ids[u], films.ids[f]).est for u, f in pairs]
        return levels.with_mean(self.shares, np.array(means))


def _surprise() -> Any:
    try:
        import surprise
    except ImportError as error:
        raise DeviceError(
            "the package scikit-surprise is not installed",
            remedy="pip install 'framesense[rate]'",
        ) from error
    return surprise
