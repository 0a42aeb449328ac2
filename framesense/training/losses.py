"""What training makes small, each a mean over the batch.

With one label a picture, targets are class numbers (n,); with several, 0s and 1s (n, classes).
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional


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


def focal(logits: Tensor, target: Tensor, *, gamma: float = 2.0) -> Tensor:
    """−(1 − p)^γ log p of the true class (Lin et al. 2017): easy pictures count less."""
    log_p = functional.log_softmax(logits, dim=1).gather(1, target[:, None])[:, 0]  # (n,)
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

    With several labels all but `asymmetric` is binary cross-entropy, `balanced` by class.
    """
    weights = balanced_weights(counts.clamp(min=1))
    if several and name == "asymmetric":
        return asymmetric
    if several:
        weight = weights if name == "balanced" else None
        return lambda logits, target: functional.binary_cross_entropy_with_logits(
            logits, target, weight if weight is None else weight.to(logits.device)
        )
    if name == "focal":
        return focal
    balance = weights if name == "balanced" else None
    return lambda logits, target: cross_entropy(
        logits,
        target,
        smoothing=smoothing,
        weights=balance if balance is None else balance.to(logits.device),
    )
