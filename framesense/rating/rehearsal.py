"""What a smaller rater, of nine tenths of the ratings, shows when it is held to the rest.

How right its machine is, and when a film is better known by who rated it than by what it shows.

A film with n ratings moves from what it shows to who rated it:

    weight of the warm answer = 1 / (1 + exp(-(a + b·log(1 + n))))

(Films of which all but a few ratings were hidden instead are better answered by what they show; but
they are well-known films, and those that really have few ratings are not. See
`benchmarks/rating.md`.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framesense.rating.metrics import Scores, score
from framesense.rating.ratings import Floats, Ratings, Rows

ENOUGH = 50  # ratings: with fewer nothing is learned of the switch
DEFAULT_SWITCH = (1.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Rehearsal:
    switch: tuple[float, float]  # a and b
    scores: Scores  # of the machine's answers
    probabilities: Floats  # float64, (n, 5), these answers
    level: Rows  # int64, (n,), what was held out


def rehearsed(warm: Floats, shown: Floats, tested: Ratings, count: Rows) -> Rehearsal:
    """Of the answers (n, 5) by who rated a film and by what it shows, to the ratings held out.

    `count` (n,) says how many others have rated the film.
    """
    truth = np.arange(len(tested)), tested.level - 1
    enough = len(tested) >= ENOUGH
    return Rehearsal(
        switch=_least_loss(warm[truth], shown[truth], count) if enough else DEFAULT_SWITCH,
        scores=score(warm, tested.level, tested.user),
        probabilities=warm,
        level=tested.level,
    )


def warm_weight(switch: tuple[float, float], count: Rows) -> Floats:
    """How much the warm answer counts for films of so many ratings (n,); 0 of none."""
    a, b = switch
    weight = 1 / (1 + np.exp(-(a + b * np.log1p(count))))
    return np.where(count > 0, weight, 0.0)


def _least_loss(warm: Floats, shown: Floats, count: Rows) -> tuple[float, float]:
    """The switch under which the true levels, given these probabilities (n,), are likeliest."""
    from scipy.optimize import minimize

    def loss(switch: Floats) -> float:
        weight = warm_weight((switch[0], switch[1]), count)
        return float(-np.log(weight * warm + (1 - weight) * shown).mean())

    best = minimize(loss, DEFAULT_SWITCH, method="L-BFGS-B", bounds=[(-6, 6), (0, 6)])
    return float(best.x[0]), float(best.x[1])
