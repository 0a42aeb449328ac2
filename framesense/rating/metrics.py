"""How right a set of predicted distributions is, in the usual measures.

All are of scikit-learn; NDCG@10 is its `ndcg_score` with gains 2^level - 1 (Burges et al. 2005),
each viewer's test films ranked by expected level, averaged over the viewers who have two or more.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from framesense.rating import levels
from framesense.rating.ratings import Floats, Rows

CUT = 10


@dataclass(frozen=True, slots=True)
class Scores:
    """One fold's measures; NaN where the test rows cannot give it (AUC of one class)."""

    accuracy: float  # 0 to 1, of the mode
    within_one: float  # 0 to 1, mode at most one level off
    mae: float  # levels, of the median
    rmse: float  # levels, of the mean
    log_loss: float  # nats
    auc: float  # 0 to 1, of liking (level 4 or 5)
    ndcg10: float  # 0 to 1


NAMES = tuple(field.name for field in fields(Scores))


def score(probabilities: Floats, level: Rows, user: Rows) -> Scores:
    """Measure predictions (n, 5) against the given levels (n,) of these viewers (n,)."""
    from sklearn import metrics

    mode = levels.mode(probabilities)
    expected = levels.mean(probabilities)
    liked = level >= levels.LIKE
    two_classes = liked.any() and not liked.all()
    return Scores(
        accuracy=float(metrics.accuracy_score(level, mode)),
        within_one=float(np.mean(np.abs(mode - level) <= 1)),
        mae=float(metrics.mean_absolute_error(level, levels.median(probabilities))),
        rmse=float(metrics.root_mean_squared_error(level, expected)),
        log_loss=float(metrics.log_loss(level, probabilities, labels=levels.LEVELS)),
        auc=float(metrics.roc_auc_score(liked, levels.like(probabilities)))
        if two_classes
        else float("nan"),
        ndcg10=_ndcg(expected, level, user),
    )


def _ndcg(expected: Floats, level: Rows, user: Rows) -> float:
    from sklearn.metrics import ndcg_score

    order = np.argsort(user, kind="stable")
    starts = np.flatnonzero(np.diff(user[order])) + 1
    gains = 2.0**level - 1
    of_viewers = [
        ndcg_score(gains[None, rows], expected[None, rows], k=CUT)
        for rows in np.split(order, starts)
        if len(rows) > 1
    ]
    return float(np.mean(of_viewers)) if of_viewers else float("nan")
