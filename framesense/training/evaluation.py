"""How right a classifier is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

from framesense.training.calibration import calibration_error


@dataclass(frozen=True, slots=True)
class ClassScore:
    label: str
    precision: float  # 0 to 1
    recall: float  # 0 to 1
    f1: float  # 0 to 1
    average_precision: float  # area under precision over recall, 0 to 1
    pictures: int  # that show it


@dataclass(frozen=True, slots=True)
class Metrics:
    """Over pictures that were held out."""

    accuracy: float  # 0 to 1; with several labels: pictures with every label right
    macro_f1: float  # 0 to 1, mean over classes that have pictures
    calibration_error: float  # 0 to 1
    answered: float  # share of pictures not said to be unknown
    accuracy_answered: float  # 0 to 1, of those
    classes: tuple[ClassScore, ...]


def measure(
    p: NDArray[np.floating[Any]],
    targets: NDArray[Any],
    labels: tuple[str, ...],
    *,
    threshold: float,
) -> Metrics:
    """From probabilities (n, classes) and targets (n,) or (n, classes)."""
    several = targets.ndim == 2
    truth = targets > 0 if several else np.eye(len(labels), dtype=bool)[targets]  # (n, classes)
    said = p >= threshold if several else np.eye(len(labels), dtype=bool)[p.argmax(1)]
    right = (said == truth).all(axis=1)
    answered = p.max(1) >= threshold
    precision, recall, f1, pictures = precision_recall_fscore_support(truth, said, zero_division=0)
    scores = tuple(
        ClassScore(
            label,
            float(precision[i]),
            float(recall[i]),
            float(f1[i]),
            float(average_precision_score(truth[:, i], p[:, i])) if truth[:, i].any() else 0.0,
            int(pictures[i]),
        )
        for i, label in enumerate(labels)
    )
    return Metrics(
        accuracy=float(right.mean()),
        macro_f1=float(f1[pictures > 0].mean()) if pictures.any() else 0.0,
        calibration_error=calibration_error(p, targets),
        answered=float(answered.mean()),
        accuracy_answered=float(right[answered].mean()) if answered.any() else 0.0,
        classes=scores,
    )
