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


@dataclass(frozen=True, slots=True, eq=False)
class Guesses:
    """Pictures that are taken to be of a class."""

    rows: NDArray[np.int64]  # (m,) places among the unlabelled pictures
    labels: NDArray[np.int64]  # (m,) class numbers


def guess(
    semi: Semi,
    p: Floats,
    labelled: tuple[Floats, NDArray[np.int64]],
    unlabelled: Floats,
    *,
    sure: float,
) -> Guesses:
    """Labels for unlabelled pictures with probabilities `p` (n, classes) and features (n, d).

    `labelled` has the features (l, d) and class numbers (l,) of the labelled pictures.
    """
    if semi == "transductive":
        q = spread(*labelled, unlabelled, classes=p.shape[1])
        p = (p + q) / 2  # what the network says and what the neighbourhood says
    return confident(p, sure=sure)


def confident(p: Floats, *, sure: float) -> Guesses:
    """The guesses with at least this probability, of each class at most twice the mean number.

    The limit keeps a class that the network likes too well from swallowing the others.
    """
    score, label = p.max(1), p.argmax(1)
    limit = int(np.ceil(2 * len(p) / p.shape[1]))
    surest_first = np.argsort(-score, kind="stable")
    of_each = [surest_first[label[surest_first] == number][:limit] for number in range(p.shape[1])]
    rows = np.sort(np.concatenate(of_each))
    rows = rows[score[rows] >= sure]
    return Guesses(rows, label[rows].astype(np.int64))


def spread(
    features: Floats,
    labels: NDArray[np.int64],
    unlabelled: Floats,
    *,
    classes: int,
    neighbours: int = 20,
) -> Floats:
    """Probabilities (n, classes) of the unlabelled, by label spreading (Zhou et al. 2004).

    Features are (l, d) and (n, d). The graph joins pictures of which one is among the other's
    nearest in direction, with weight cos³ (Iscen et al. 2019).
    """
    every = np.concatenate([features, unlabelled])
    every = every / np.maximum(np.linalg.norm(every, axis=1, keepdims=True), 1e-9)
    known = np.concatenate([labels, np.full(len(unlabelled), -1)])
    near = kneighbors_graph(every, min(neighbours, len(every) - 1), mode="connectivity").toarray()
    weight = np.maximum(near, near.T) * np.maximum(every @ every.T, 0) ** 3
    model = LabelSpreading(kernel=lambda *_: weight, alpha=0.9, max_iter=500)
    model.fit(every, known)
    p = np.zeros((len(unlabelled), classes))
    p[:, model.classes_] = np.nan_to_num(model.label_distributions_[len(labels) :])
    return p
