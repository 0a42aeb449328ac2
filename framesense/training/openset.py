"""Does the score tell strangers from the classes that a network was trained on?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score


def known_from_unknown(known: NDArray[np.bool_], score: NDArray[np.floating[Any]]) -> float:
    """AUROC, 0 to 1; `score` (n,) is higher the more surely a picture is of a known class."""
    return float(roc_auc_score(known, score))
