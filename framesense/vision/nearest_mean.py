"""A head that names the class whose mean looks most alike, so that who is like nobody is unsure."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

_SCALE = 10.0  # logits of cosines; the temperature that is fitted later does the rest
_MEANS = "head.means"


class NearestMean(nn.Module):
    """Features (n, width) in; 10 × their cosines with each class's mean, (n, classes), out.

    As the prototypes of Snell et al. 2017, of directions (Gidaris and Komodakis 2018). A linear
    head is as sure of a stranger's likeness as of the one it knows; see `benchmarks/classifier.md`.
    """

    means: Tensor

    def __init__(self, means: Tensor) -> None:
        """`means` (classes, width) have length 1."""
        super().__init__()
        self.register_buffer("means", means)
        self.out_features, self.in_features = means.shape

    @classmethod
    def of(cls, features: Tensor, targets: Tensor, *, classes: int) -> NearestMean:
        """From features (n, width) of pictures with these class numbers (n,)."""
        of_class = functional.one_hot(targets, classes).float()  # (n, classes)
        return cls(functional.normalize(of_class.T @ functional.normalize(features)))

    def forward(self, features: Tensor) -> Tensor:
        logits: Tensor = _SCALE * functional.normalize(features) @ self.means.T
        return logits


def load_trained(network: Any, weights: dict[str, Tensor]) -> None:
    """Weights of a trained classifier, whose head is linear or this; RuntimeError if unfit."""
    if _MEANS in weights:
        network.head = NearestMean(torch.zeros_like(weights[_MEANS]))
    network.load_state_dict(weights)
