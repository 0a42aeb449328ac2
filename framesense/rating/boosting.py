"""Gradient-boosted trees over plain columns by the library LightGBM, a baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from framesense.errors import DeviceError
from framesense.rating import content, levels
from framesense.rating.features import History
from framesense.rating.models import Show, silent
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers
from framesense.rating.vocabulary import indices

ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Boosting:
    """A tree ensemble for the five levels as classes."""

    name: str = "lightgbm"

    def fit(self, data: RatingSet, *, seed: int, show: Show = silent) -> BoostingPredictor:
        """Learn from all of `data.ratings`. Raises DeviceError without the library."""
        lightgbm = _lightgbm()
        rated = data.ratings
        watched = data.films.content
        table = Table(
            History.of(data),
            occupations=tuple(sorted(set(data.viewers.occupation))),
            tags=watched.tags if watched else (),
            looks=watched.looks if watched else (),
        )
        columns = table.columns(data.viewers, data.films, rated.user, rated.film, own=rated.level)
        settings = {
            "objective": "multiclass",
            "num_class": 5,
            "learning_rate": 0.05,
            "num_leaves": 31,
            "min_data_in_leaf": 100,
            "feature_fraction": 0.7,
            "num_threads": 1,
            "deterministic": True,
            "seed": seed,
            "verbosity": -1,
        }
        trees = lightgbm.train(settings, lightgbm.Dataset(columns, rated.level - 1), ROUNDS)
        return BoostingPredictor(table, trees)


@dataclass(frozen=True, slots=True, eq=False)
class BoostingPredictor:
    table: Table
    trees: Any

    def predict(self, viewers: Viewers, films: Films, user: Rows, film: Rows) -> Floats:
        """Distributions, float64, (n, 5)."""
        columns = self.table.columns(viewers, films, user, film)
        return levels.normalised(np.asarray(self.trees.predict(columns)))


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """What the trees see of a pair."""

    history: History
    occupations: tuple[str, ...]
    tags: tuple[str, ...]
    looks: tuple[str, ...]

    def columns(
        self, viewers: Viewers, films: Films, user: Rows, film: Rows, own: Rows | None = None
    ) -> Floats:
        """float64, (n, k); `own` are the levels of training rows, left out of their statistics."""
        history = self.history
        has = content.genres(films, history.genres)[film]
        of_viewer = history.of_viewers(viewers, films, user, film, own)
        liking = (of_viewer[:, 3:] * has).sum(axis=1) / np.maximum(has.sum(axis=1), 1)
        female = np.array([word == "F" for word in viewers.gender])[user]
        work = indices(viewers.occupation, self.occupations)[user]
        known = [viewers.age[user], female, work, films.year[film], liking]
        shown = np.hstack([content.tags(films, self.tags), content.looks(films, self.looks)])[film]
        of_film = history.of_films(films, film, own)
        return np.hstack([of_viewer, of_film, has, np.column_stack(known), shown])


def _lightgbm() -> Any:
    try:
        import lightgbm
    except ImportError as error:
        raise DeviceError(
            "the package lightgbm is not installed", remedy="pip install 'framesense[rate]'"
        ) from error
    return lightgbm
