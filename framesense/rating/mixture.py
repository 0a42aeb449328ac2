"""Several models as one: the average of their distributions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framesense.rating.models import Model, Predictor, Show, between, silent
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers


@dataclass(frozen=True, slots=True)
class Mixture:
    name: str
    parts: tuple[Model, ...]

    def fit(self, data: RatingSet, *, seed: int, show: Show = silent) -> MixturePredictor:
        """Each part learns from all of `data.ratings`."""
        count = len(self.parts)
        return MixturePredictor(
            tuple(
                part.fit(data, seed=seed, show=between(show, number / count, (number + 1) / count))
                for number, part in enumerate(self.parts)
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class MixturePredictor:
    parts: tuple[Predictor, ...]

    def predict(self, viewers: Viewers, films: Films, user: Rows, film: Rows) -> Floats:
        """Distributions, float64, (n, 5)."""
        answers = [part.predict(viewers, films, user, film) for part in self.parts]
        return np.asarray(np.mean(answers, axis=0), dtype=np.float64)
