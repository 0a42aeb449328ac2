"""What names a class from a network's features: a linear head, or the nearest of means."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

_SCALE = 10.0  # logits of cosines; the temperature that is fitted later does the rest
_MEANS = "head.means"


class Headed(nn.Module):
    """A network whose `features` its `head` reads, through `dropout`, as logits (n, classes)."""

    dropout: nn.Module
    head: Any

    def features(self, pictures: Tensor) -> Tensor:
        """What the head sees: (n, width)."""
        raise NotImplementedError

    def forward(self, pictures: Tensor) -> Tensor:
        logits: Tensor = self.head(self.dropout(self.features(pictures)))
        return logits

    def name_by_means(self, features: Tensor, targets: Tensor, *, classes: int) -> None:
        """From now on the head is a `NearestMean` of these features with these class numbers."""
        self.head = NearestMean.of(features, targets, classes=classes)

    def load_trained(self, weights: dict[str, Tensor]) -> None:
        """Weights of a trained classifier, whichever head it has; RuntimeError where unfit."""
        if _MEANS in weights:
            shape = (self.head.out_features, self.head.in_features)
            self.head = NearestMean(torch.zeros(shape))
        self.load_state_dict(weights)


class NearestMean(nn.Module):
    """Features (n, width) in; 10 × their cosines with each class's mean, (n, classes), out.

    As the prototypes of Snell et al. 2017, of directions (Gidaris and Komodakis 2018). A linear
    head is as sure of a stranger as of whom it takes it for; see `benchmarks/classifier.md`.
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
