"""A preference as a distribution over the five levels, and the single numbers drawn from it.

Every model answers with probabilities, float64, (n, 5), rows summing to 1. Accuracy is measured on
the mode, absolute error on the median and squared error on the mean, each the best answer under
its own loss.
"""

from __future__ import annotations

import numpy as np

from framesense.rating.ratings import Floats, Rows

LEVELS = np.arange(1, 6)
LIKE = 4
"""From this level on, a film is liked."""

FLOOR = 1e-6
"""No level is ever held impossible."""


def normalised(weights: Floats) -> Floats:
    """Weights (n, 5), at least 0, as probabilities (n, 5), none below about `FLOOR`."""
    floored = np.maximum(weights, FLOOR)
    shares: Floats = floored / floored.sum(axis=1, keepdims=True)
    return shares


def mode(probabilities: Floats) -> Rows:
    """The most likely level, int64, (n,), 1 to 5."""
    return np.asarray(probabilities.argmax(axis=1) + 1, dtype=np.int64)


def median(probabilities: Floats) -> Rows:
    """The lowest level with half of the probability at or below it, int64, (n,), 1 to 5."""
    below = probabilities.cumsum(axis=1) < 0.5
    return np.asarray(np.minimum(below.sum(axis=1) + 1, 5), dtype=np.int64)


def mean(probabilities: Floats) -> Floats:
    """The expected level, float64, (n,), 1 to 5."""
    expected: Floats = probabilities @ LEVELS
    return expected


def like(probabilities: Floats) -> Floats:
    """Probability of level 4 or 5, float64, (n,), 0 to 1."""
    liked: Floats = probabilities[:, LEVELS >= LIKE].sum(axis=1)
    return liked


def shares(level: Rows) -> Floats:
    """How often each level occurs, float64, (5,); one imagined rating a level keeps all above 0."""
    counts = np.bincount(level - 1, minlength=5) + 1.0
    frequencies: Floats = counts / counts.sum()
    return frequencies


def with_mean(probabilities: Floats, wanted: Floats) -> Floats:
    """The distributions nearest to the given ones whose means are the wanted ones.

    Nearest in Kullback-Leibler divergence: q_k ∝ p_k · exp(t·k), the exponential tilt, with t found
    by bisection. `probabilities` is (n, 5) or (5,) for all rows, `wanted` (n,) is clipped to
    1.05…4.95, as no distribution with all levels possible has a mean at the ends.
    """
    target = np.clip(wanted, 1.05, 4.95)
    base = np.log(normalised(np.broadcast_to(probabilities, (len(target), 5))))
    low, high = np.full(len(target), -30.0), np.full(len(target), 30.0)
    for _ in range(40):  # halves 60 to below 1e-10
        middle = (low + high) / 2
        too_low = mean(_tilted(base, middle)) < target
        low, high = np.where(too_low, middle, low), np.where(too_low, high, middle)
    return normalised(_tilted(base, (low + high) / 2))


def _tilted(log_weights: Floats, tilt: Floats) -> Floats:
    scores = log_weights + tilt[:, None] * (LEVELS - 3)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    tilted: Floats = weights / weights.sum(axis=1, keepdims=True)
    return tilted
