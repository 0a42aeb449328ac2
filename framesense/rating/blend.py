"""Which predictor answers: by what training has seen of the viewer and of the film.

    film rated      viewer rated      the factorisation machine ("fm")
                    viewer new        the crowd: the film's own levels, by age and gender
    film new        viewer rated      the network and the machine without "raters", half each
                    viewer new        the line ("linear")

For viewers who rated, a film moves from what it shows to who rated it as ratings come
(`framesense.rating.rehearsal`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from framesense.rating import levels
from framesense.rating.cold import ColdModel, ColdPredictor
from framesense.rating.crowd import Crowd, CrowdPredictor
from framesense.rating.fitting import Fit, fit_all
from framesense.rating.linear import Linear, LinearPredictor
from framesense.rating.models import Predictor, Show, between, silent
from framesense.rating.protocols import validation
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers
from framesense.rating.rehearsal import Rehearsal, rehearsed, warm_weight
from framesense.rating.vocabulary import indices
from framesense.rating.warm import WarmModel, WarmPredictor

COST_OF_CHAIN, COST_OF_NETWORK = 42.0, 17.0  # s, on ML-100K


@dataclass(frozen=True, slots=True)
class Blended:
    """The whole rater's settings."""

    name: str = "rater"
    warm: WarmModel = field(default_factory=WarmModel)
    content: WarmModel = field(
        default_factory=lambda: WarmModel("fm-content", raters=False, chains=1)
    )
    cold: ColdModel = field(default_factory=ColdModel)
    workers: int = 1  # processes, see `fit_all`

    def fit(self, data: RatingSet, *, seed: int, show: Show = silent) -> BlendedPredictor:
        """Learn from all of `data.ratings`. Raises what `rehearse_and_fit` raises."""
        return self.rehearse_and_fit(data, seed=seed, show=show)[0]

    def rehearse_and_fit(
        self, data: RatingSet, *, seed: int, show: Show = silent
    ) -> tuple[BlendedPredictor, Rehearsal]:
        """The rater, and how a smaller one did.

        Raises InputError for fewer than two ratings, DeviceError as `fit_all` does.
        """
        part = validation(np.arange(len(data.ratings)), data.ratings, seed=seed)
        seen, tested = data.only(part.train), data.ratings.take(part.test)
        small = replace(
            self,
            warm=replace(self.warm, chains=1),
            content=replace(self.content, chains=1),
            cold=replace(self.cold, networks=1),
        )
        fits = [*self._fits(data), *small._fits(seen)]  # the longest first
        most = between(show, 0.0, 0.97)
        *whole, warm, cold, content = fit_all(fits, seed=seed, workers=self.workers, show=most)
        of_warm, of_cold, of_content = (
            predictor.predict(data.viewers, data.films, tested.user, tested.film)
            for predictor in (warm, cold, content)
        )
        count = np.bincount(seen.ratings.film, minlength=len(data.films))[tested.film]
        rehearsal = rehearsed(of_warm, (of_content + of_cold) / 2, tested, count)
        predictor = BlendedPredictor(
            warm=cast(WarmPredictor, whole[0]),
            crowd=Crowd().fit(data, seed=seed),
            content=cast(WarmPredictor, whole[2]),
            cold=cast(ColdPredictor, whole[1]),
            linear=Linear().fit(data, seed=seed),
            counts=np.bincount(data.ratings.film, minlength=len(data.films) + 1),
            film_ids=data.films.ids,
            switch=rehearsal.switch,
        )
        return predictor, rehearsal

    def _fits(self, data: RatingSet) -> list[Fit]:
        return [
            Fit(self.warm, data, self.warm.chains * COST_OF_CHAIN),
            Fit(self.cold, data, self.cold.networks * COST_OF_NETWORK),
            Fit(self.content, data, self.content.chains * COST_OF_CHAIN),
        ]


@dataclass(frozen=True, slots=True, eq=False)
class BlendedPredictor:
    warm: WarmPredictor
    crowd: CrowdPredictor  # for new viewers
    content: WarmPredictor  # for new films, with `cold`
    cold: ColdPredictor
    linear: LinearPredictor  # for new viewers of new films
    counts: Rows  # int64, (f + 1,), training ratings of each film; 0 of a stranger, the last
    film_ids: tuple[str, ...]
    switch: tuple[float, float]

    def predict(self, viewers: Viewers, films: Films, user: Rows, film: Rows) -> Floats:
        """Distributions, float64, (n, 5)."""
        known = np.isin(np.array(viewers.ids)[user], self.warm.encoding.viewer_ids)
        count = self.counts[indices(films.ids, self.film_ids)[film]]
        weight = warm_weight(self.switch, count)
        rated = count > 0
        answer = np.zeros((len(user), 5))
        cases: tuple[tuple[Predictor, Floats, NDArray[np.bool_]], ...] = (
            (self.warm, weight, known & rated),
            (self.content, (1 - weight) / 2, known),
            (self.cold, (1 - weight) / 2, known),
            (self.crowd, np.ones(len(user)), ~known & rated),
            (self.linear, np.ones(len(user)), ~known & ~rated),
        )
        for predictor, share, rows in cases:
            if rows.any():
                found = predictor.predict(viewers, films, user[rows], film[rows])
                answer[rows] += share[rows, None] * found
        return levels.normalised(answer)
