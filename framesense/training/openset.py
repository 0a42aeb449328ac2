"""Does the score tell strangers from the classes it was trained on?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score


def leave_one_out(
    targets: NDArray[np.int64], left_out: int, score: NDArray[np.floating[Any]]
) -> float:
    """AUROC, 0.5 to 1, of known against unknown, by a network trained without class `left_out`.

    `score` (n,) is higher the more surely a test picture is of a known class; `targets` (n,) are
    the true classes.
    """
    return float(roc_auc_score(targets != left_out, score))
