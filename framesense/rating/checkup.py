"""A quick look at how right a rater will be: one chain, a tenth of the ratings held out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framesense.rating.metrics import Scores, score
from framesense.rating.models import Show, silent
from framesense.rating.protocols import validation
from framesense.rating.ratings import Floats, RatingSet, Rows
from framesense.rating.warm import WarmModel


@dataclass(frozen=True, slots=True, eq=False)
class Checkup:
    scores: Scores
    probabilities: Floats  # float64, (n, 5), of the ratings held out
    level: Rows  # int64, (n,), what they were


def checkup(data: RatingSet, *, seed: int = 0, show: Show = silent) -> Checkup:
    """Raises InputError for fewer than two ratings."""
    part = validation(np.arange(len(data.ratings)), data.ratings, seed=seed)
    fitted = WarmModel(chains=1).fit(data.only(part.train), seed=seed, show=show)
    tested = data.ratings.take(part.test)
    answer = fitted.predict(data.viewers, data.films, tested.user, tested.film)
    return Checkup(score(answer, tested.level, tested.user), answer, tested.level)
