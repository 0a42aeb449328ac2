"""How far a score can be trusted: temperature, calibration error, and when to answer "unknown"."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import expit, softmax

Floats = NDArray[np.floating[Any]]
FEW = 10  # answers
SLACK = 0.02  # of F1


def probabilities(logits: Floats, temperature: float, *, several: bool) -> Floats:
    """(n, classes): softmax, or for several labels the sigmoid, of logits / temperature."""
    scaled = np.asarray(logits, np.float64) / temperature
    return np.asarray(expit(scaled) if several else softmax(scaled, axis=1))


def fit_temperature(logits: Floats, targets: NDArray[Any]) -> float:
    """The temperature with the least log loss (Guo et al. 2017), 0.05 to 20.

    As Platt did, each of n truths counts as (n + 1) / (n + 2) true: a few right answers are no
    proof of certainty.
    """
    several = targets.ndim == 2
    sure = (len(targets) + 1) / (len(targets) + 2)

    def log_loss(log_temperature: float) -> float:
        p = probabilities(logits, np.exp(log_temperature), several=several)
        true = np.where(targets > 0, p, 1 - p) if several else p[np.arange(len(p)), targets]
        p_true = np.clip(true, 1e-12, 1 - 1e-12)
        return float(-(sure * np.log(p_true) + (1 - sure) * np.log(1 - p_true)).mean())

    found = minimize_scalar(log_loss, bounds=np.log((0.05, 20)), method="bounded")
    return float(np.exp(found.x))


def fit_threshold(p: Floats, targets: NDArray[Any], *, keep: float = 0.95) -> float:
    """The score below which an answer is "unknown".

    With one label: so that `keep` of the right answers stay. With several, the score from which yes
    is said: the highest with which F1 over all classes is at most SLACK below its best, since in
    use the best of many looks names a shot. Few right answers, or few truths, say little, so both
    are drawn, as if by another FEW, towards chance and 0.5.
    """
    if targets.ndim == 2:
        steps = np.linspace(0.05, 0.95, 19)
        truth = targets > 0
        f1 = [2 * ((p >= s) & truth).sum() / max(1, (p >= s).sum() + truth.sum()) for s in steps]
        highest = steps[np.array(f1) >= max(f1) - SLACK].max()
        return float(0.5 + (highest - 0.5) * truth.sum() / (truth.sum() + FEW))
    right = p.max(1)[p.argmax(1) == targets]
    chance = float(1 / p.shape[1])
    if not len(right):
        return chance
    quantile = float(np.quantile(right, 1 - keep))
    return float(chance + (quantile - chance) * len(right) / (len(right) + FEW))


def reliability(p: Floats, targets: NDArray[Any], *, bins: int = 10) -> Floats:
    """(bins, 3): mean score, share that is right, share of all answers; for bins of equal width.

    An answer is the best class; with several labels, each class's own score. Empty bins are 0.
    """
    score = p.ravel() if targets.ndim == 2 else p.max(1)
    right = targets.ravel() > 0 if targets.ndim == 2 else p.argmax(1) == targets
    number = np.minimum((score * bins).astype(int), bins - 1)
    table = np.zeros((bins, 3))
    for row in np.unique(number):
        inside = number == row
        table[row] = score[inside].mean(), right[inside].mean(), inside.mean()
    return table


def calibration_error(p: Floats, targets: NDArray[Any], *, bins: int = 10) -> float:
    """Expected calibration error: mean |score − share that is right|, weighted by answers."""
    score, right, share = reliability(p, targets, bins=bins).T
    return float((share * np.abs(score - right)).sum())
