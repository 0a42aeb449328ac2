"""Labels for pictures that have none.

*Pure*: the pictures are not those to be named later; a network's sure guesses become labels, and
it is trained anew on strongly changed views of them. *Transductive*: the pictures are the film to
be named; labels spread over the neighbourhoods that all pictures form in the network's features.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import kneighbors_graph
from sklearn.semi_supervised import LabelSpreading

from framesense.training.settings import Semi

Floats = NDArray[np.floating[Any]]
Targets = NDArray[Any]
"""(n,) int64 class numbers, or (n, classes) float32 of 0 and 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Guesses:
    """Pictures that are taken to be of a class, or of several, or of none."""

    rows: NDArray[np.int64]  # (m,) places among the unlabelled pictures
    labels: Targets  # (m,) or (m, classes)


def guess(
    semi: Semi,
    p: Floats,
    labelled: tuple[Floats, Targets],
    unlabelled: Floats,
    *,
    sure: float,
) -> Guesses:
    """Labels for unlabelled pictures with probabilities `p` (n, classes) and features (n, d).

    `labelled` has the features (l, d) and targets of the labelled pictures.
    """
    features, targets = labelled
    if semi == "transductive":
        q = spread(features, targets, unlabelled, classes=p.shape[1])
        p = (p + q) / 2  # what the network says and what the neighbourhood says
    return confident(p, sure=sure, several=targets.ndim == 2)


def confident(p: Floats, *, sure: float, several: bool = False) -> Guesses:
    """The guesses with at least this probability; with several labels, a yes or no to each of them
    must have it. Of each answer at most twice the mean number a class, none of them being one more.

    The limit keeps a class that the network likes too well, or nobody, from swallowing the others.
    """
    if several:
        labels = (p >= 0.5).astype(np.float32)
        score = np.maximum(p, 1 - p).min(1)
    else:
        labels, score = p.argmax(1), p.max(1)
    answers, answer = np.unique(labels, axis=0, return_inverse=True)
    limit = int(np.ceil(2 * len(p) / (p.shape[1] + several)))
    surest_first = np.argsort(-score, kind="stable")
    surest_first = surest_first[score[surest_first] >= sure]
    of_each = [surest_first[answer[surest_first] == n][:limit] for n in range(len(answers))]
    rows = np.sort(np.concatenate([np.empty(0, np.int64), *of_each]))
    return Guesses(rows, labels[rows])


def spread(
    features: Floats, targets: Targets, unlabelled: Floats, *, classes: int, neighbours: int = 20
) -> Floats:
    """Probabilities (n, classes) of the unlabelled, by label spreading (Zhou et al. 2004); with
    several labels, the yes and no of each spread alone, and where neither comes it is 0.5.

    Features are (l, d) and (n, d). The graph joins pictures of which one is among the other's
    nearest in direction, with weight cos³ (Iscen et al. 2019).
    """
    every = np.concatenate([features, unlabelled])
    every = every / np.maximum(np.linalg.norm(every, axis=1, keepdims=True), 1e-9)
    near = kneighbors_graph(every, min(neighbours, len(every) - 1), mode="connectivity").toarray()
    weight = np.maximum(near, near.T) * np.maximum(every @ every.T, 0) ** 3
    if targets.ndim == 2:
        said = [_spread(weight, column.astype(np.int64), 2) for column in targets.T]
        return np.stack([np.where(p.any(axis=1), p[:, 1], 0.5) for p in said], axis=1)
    return _spread(weight, targets, classes)


def _spread(weight: Floats, known: NDArray[np.int64], classes: int) -> Floats:
    """Of graph weights (l + n, l + n) and l class numbers: probabilities (n, classes)."""
    unknown = len(weight) - len(known)
    model = LabelSpreading(kernel=lambda *_: weight, alpha=0.9, max_iter=500)
    model.fit(weight, np.concatenate([known, np.full(unknown, -1)]))
    p = np.zeros((unknown, classes))
    p[:, model.classes_] = np.nan_to_num(model.label_distributions_[len(known) :])
    return p
