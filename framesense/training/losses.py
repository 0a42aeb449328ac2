"""What training makes small, each a mean over the batch.

With one label a picture, targets are class numbers (n,); with several, 0s and 1s (n, classes).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from framesense.errors import UsageError


def balanced_weights(counts: Tensor, *, beta: float = 0.99) -> Tensor:
    """(1 − β) / (1 − β^count) for each class, scaled to a mean of 1 (Cui et al. 2019).

    Every count must be 1 or more.
    """
    weights = (1 - beta) / (1 - beta ** counts.double())
    return (weights / weights.mean()).float()


def cross_entropy(
    logits: Tensor, target: Tensor, *, smoothing: float = 0.1, weights: Tensor | None = None
) -> Tensor:
    """Cross-entropy with label smoothing; `weights` (classes,) make it class-balanced."""
    return functional.cross_entropy(logits, target, weights, label_smoothing=smoothing)


def binary_cross_entropy(
    logits: Tensor, target: Tensor, *, smoothing: float = 0.1, weights: Tensor | None = None
) -> Tensor:
    """For several labels: each a question of yes or no; `weights` (classes,) balance them."""
    softened = target * (1 - smoothing) + smoothing / 2
    return functional.binary_cross_entropy_with_logits(logits, softened, weights)


def focal(logits: Tensor, target: Tensor, *, gamma: float = 2.0) -> Tensor:
    """−(1 − p)^γ log p of what is true (Lin et al. 2017): easy pictures count less."""
    if target.ndim == 2:
        log_p = functional.logsigmoid(torch.where(target > 0, logits, -logits))  # (n, classes)
    else:
        log_p = functional.log_softmax(logits, dim=1).gather(1, target[:, None])  # (n, 1)
    return (-((1 - log_p.exp()) ** gamma) * log_p).mean()


def asymmetric(
    logits: Tensor, target: Tensor, *, gamma: float = 4.0, margin: float = 0.05
) -> Tensor:
    """For several labels (Ridnik et al. 2021): easy negatives count less, or not at all.

    A positive gives −log p; a negative −q^γ log(1 − q), where q = max(p − margin, 0).
    """
    q = (torch.sigmoid(logits) - margin).clamp(min=0)
    positive = -functional.logsigmoid(logits)
    negative = -(q**gamma) * torch.log1p(-q)
    return torch.where(target > 0, positive, negative).mean()


def chosen(
    name: str, counts: Tensor, *, several: bool, smoothing: float
) -> Callable[[Tensor, Tensor], Tensor]:
    """The loss that `--loss` names, for classes with these counts of training pictures.

    Raises UsageError for `asymmetric` where each picture has one label.
    """
    if name == "asymmetric" and not several:
        raise UsageError(
            "--loss asymmetric is for pictures with several labels",
            remedy="use smooth, balanced or focal",
        )
    if name == "asymmetric":
        return asymmetric
    if name == "focal":
        return focal
    entropy = binary_cross_entropy if several else cross_entropy
    weights = balanced_weights(counts.clamp(min=1)) if name == "balanced" else None

    def loss(logits: Tensor, target: Tensor) -> Tensor:
        weight = weights if weights is None else weights.to(logits.device)
        return entropy(logits, target, smoothing=smoothing, weights=weight)

    return loss
