"""Which predictor answers: by what training has seen of the viewer and of the film.

    film rated      viewer rated      the factorisation machine ("fm")
                    viewer new        the crowd: the film's own levels, by age and gender
    film new        viewer rated      the network and the machine without "raters", half each
                    viewer new        the line ("linear")

For viewers who rated, a film with n ratings moves from what it shows to who rated it:

    weight of the warm answer = 1 / (1 + exp(-(a + b·log(1 + n))))

a and b are learned on a tenth of the ratings, hidden from a smaller rater. (Films of which all but
a few ratings were hidden instead are better answered by what they show; but they are well-known
films, and those that really have few ratings are not. See `benchmarks/rating.md`.)
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from framesense.rating import levels
from framesense.rating.cold import ColdModel, ColdPredictor
from framesense.rating.crowd import Crowd, CrowdPredictor
from framesense.rating.gibbs import Sampling
from framesense.rating.linear import Linear, LinearPredictor
from framesense.rating.models import Predictor, Show, between, silent
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers
from framesense.rating.vocabulary import indices
from framesense.rating.warm import WarmModel, WarmPredictor

HIDDEN = 0.1  # of the ratings
ENOUGH = 50  # hidden ratings: with fewer nothing is learned of the switch
DEFAULT_SWITCH = (1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Blended:
    """The whole rater's settings."""

    name: str = "rater"
    warm: WarmModel = field(default_factory=lambda: WarmModel(workers=2))
    content: WarmModel = field(
        default_factory=lambda: WarmModel("fm-content", raters=False, chains=1)
    )
    cold: ColdModel = field(default_factory=ColdModel)

    def fit(self, data: RatingSet, *, seed: int, show: Show = silent) -> BlendedPredictor:
        """Learn the switch on hidden ratings, then all parts on all of `data.ratings`."""
        switch = self._switch(data, seed, between(show, 0.0, 0.25))
        return BlendedPredictor(
            warm=self.warm.fit(data, seed=seed, show=between(show, 0.25, 0.65)),
            crowd=Crowd().fit(data, seed=seed),
            content=self.content.fit(data, seed=seed, show=between(show, 0.65, 0.8)),
            cold=self.cold.fit(data, seed=seed, show=between(show, 0.8, 1.0)),
            linear=Linear().fit(data, seed=seed),
            counts=np.bincount(data.ratings.film, minlength=len(data.films) + 1),
            film_ids=data.films.ids,
            switch=switch,
        )

    def _switch(self, data: RatingSet, seed: int, show: Show) -> tuple[float, float]:
        """a and b of the least log-loss, over ratings hidden from a smaller rater."""
        order = np.random.default_rng(seed).permutation(len(data.ratings))
        hidden, shown = np.split(order, [round(HIDDEN * len(order))])
        if len(hidden) < ENOUGH:
            return DEFAULT_SWITCH
        short = Sampling(iterations=120, burn_in=30, keep_every=2)
        seen = data.only(shown)
        warm_model = WarmModel(chains=1, sampling=short)
        content_model = WarmModel(chains=1, raters=False, sampling=short)
        cold_model = replace(self.cold, networks=1)
        fitted: list[Predictor] = [
            warm_model.fit(seen, seed=seed, show=between(show, 0.0, 0.4)),
            content_model.fit(seen, seed=seed, show=between(show, 0.4, 0.6)),
            cold_model.fit(seen, seed=seed, show=between(show, 0.6, 1.0)),
        ]
        tested = data.ratings.take(hidden)
        warm, content, cold = (
            part.predict(data.viewers, data.films, tested.user, tested.film) for part in fitted
        )
        count = np.bincount(seen.ratings.film, minlength=len(data.films))[tested.film]
        truth = np.arange(len(hidden)), tested.level - 1
        return _least_loss(warm[truth], ((content + cold) / 2)[truth], count)


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


def warm_weight(switch: tuple[float, float], count: Rows) -> Floats:
    """How much the warm answer counts for films of so many ratings (n,); 0 of none."""
    a, b = switch
    weight = 1 / (1 + np.exp(-(a + b * np.log1p(count))))
    return np.where(count > 0, weight, 0.0)


def _least_loss(warm: Floats, content: Floats, count: Rows) -> tuple[float, float]:
    """The switch under which the true levels, given these probabilities (n,), are likeliest."""
    from scipy.optimize import minimize

    def loss(switch: Floats) -> float:
        weight = warm_weight((switch[0], switch[1]), count)
        return float(-np.log(weight * warm + (1 - weight) * content).mean())

    best = minimize(loss, DEFAULT_SWITCH, method="L-BFGS-B", bounds=[(-6, 6), (0, 6)])
    return float(best.x[0]), float(best.x[1])
