"""Which predictor answers: by what training has seen of the viewer and of the film.

    film rated      viewer rated      the factorisation machine ("fm")
                    viewer new        the crowd: the film's own levels, by age and gender
    film new        viewer rated      the network and the machine without "raters", half each
                    viewer new        the line ("linear")

Between the first and the last, a film with n ratings moves from what it shows to who rated it:

    weight of the warm answer = 1 / (1 + exp(-(a + b·log(1 + n))))

a and b are learned on validation films, of each of which only a few ratings were shown.
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

SHOWN = (0, 1, 2, 4, 8, 16, 32)  # ratings that a validation film keeps in training, in turn
ENOUGH = 50  # ratings in all: with fewer nothing is learned of the switch
DEFAULT_SWITCH = (-1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Blended:
    """The whole rater's settings."""

    name: str = "rater"
    warm: WarmModel = field(default_factory=lambda: WarmModel(workers=2))
    content: WarmModel = field(
        default_factory=lambda: WarmModel("fm-content", raters=False, chains=1, workers=2)
    )
    cold: ColdModel = field(default_factory=ColdModel)

    def fit(self, data: RatingSet, *, seed: int, show: Show = silent) -> BlendedPredictor:
        """Learn the switch on validation films, then all parts on all of `data.ratings`."""
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
        """a and b of the least log-loss, over films that were shown to a smaller rater in part."""
        shown, hidden = _partly_shown(data, seed)
        if len(hidden) < ENOUGH or len(shown) < ENOUGH:
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
        answer = np.zeros((len(user), 5))
        rated = count > 0
        cases: tuple[tuple[Predictor, NDArray[np.bool_]], ...] = (
            (self.warm, rated & known),
            (self.crowd, rated & ~known),
        )
        for predictor, rows in cases:
            if rows.any():
                answer[rows] = predictor.predict(viewers, films, user[rows], film[rows])
        weight = warm_weight(self.switch, count)
        little = weight < 0.99  # above, the rest would not be seen
        for parts, rows in (
            ((self.content, self.cold), little & known),
            ((self.linear,), little & ~known),
        ):
            if rows.any():
                found = [part.predict(viewers, films, user[rows], film[rows]) for part in parts]
                share = weight[rows, None]
                answer[rows] = share * answer[rows] + (1 - share) * np.mean(found, axis=0)
        return levels.normalised(answer)


def warm_weight(switch: tuple[float, float], count: Rows) -> Floats:
    """How much the warm answer counts for films of so many ratings (n,); 0 of none."""
    a, b = switch
    weight = 1 / (1 + np.exp(-(a + b * np.log1p(count))))
    return np.where(count > 0, weight, 0.0)


def _partly_shown(data: RatingSet, seed: int) -> tuple[Rows, Rows]:
    """A tenth of the films each keep few ratings; rows to train on, and the rest of theirs."""
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(data.films))[: max(1, len(data.films) // 10)]
    keep = np.full(len(data.films), len(data.ratings))
    keep[chosen] = np.resize(SHOWN, len(chosen))
    order = rng.permutation(len(data.ratings))
    film = data.ratings.film[order]
    by_film = np.argsort(film, kind="stable")
    starts = np.searchsorted(film[by_film], film[by_film])
    place = np.empty(len(order), np.int64)  # of a rating among its film's, from 0
    place[order[by_film]] = np.arange(len(order)) - starts
    shown = place < keep[data.ratings.film]
    return np.flatnonzero(shown), np.flatnonzero(~shown)


def _least_loss(warm: Floats, content: Floats, count: Rows) -> tuple[float, float]:
    """The switch under which the true levels, given these probabilities (n,), are likeliest."""
    from scipy.optimize import minimize

    def loss(switch: Floats) -> float:
        weight = warm_weight((switch[0], switch[1]), count)
        return float(-np.log(weight * warm + (1 - weight) * content).mean())

    best = minimize(loss, DEFAULT_SWITCH, method="L-BFGS-B", bounds=[(-6, 6), (0, 6)])
    return float(best.x[0]), float(best.x[1])
