"""Does the score tell strangers from the classes it was trained on?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score


def leave_each_out(
    targets: NDArray[np.int64],
    classes: int,
    known_scores: Callable[[int], NDArray[np.floating[Any]]],
) -> list[float]:
    """AUROC of known against unknown, once for each class.

    `known_scores(c)` trains without class c and gives a score for every test picture, whose true
    classes are `targets` (n,): higher is more surely known.
    """
    return [
        float(roc_auc_score(targets != left_out, known_scores(left_out)))
        for left_out in range(classes)
    ]
