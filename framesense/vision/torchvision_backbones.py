"""The classifiers of torchvision by its names: `torchvision:mobilenet_v3_small`."""

from __future__ import annotations

import difflib
from pathlib import Path, PurePosixPath
from typing import Any

import torch
from torch import Tensor, nn

from framesense.assets import Asset
from framesense.errors import DeviceError, UsageError
from framesense.fetching import Url
from framesense.vision.heads import Headed
from framesense.vision.weights import read_weights, unfit


class TorchvisionBackbone(Headed):
    """Pictures (n, 3, h, w), RGB, scaled as ImageNet's, in; logits (n, classes) out."""

    def __init__(self, name: str, *, classes: int, dropout: float = 0.2) -> None:
        """Raises UsageError for a name that torchvision does not know."""
        super().__init__()
        self._name = name
        self.body, width = _without_head(name)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width, classes)

    def features(self, pictures: Tensor) -> Tensor:
        """What the head sees: (n, width)."""
        seen: Tensor = self.body(pictures)
        return seen

    @staticmethod
    def prepared(pixels: Tensor) -> Tensor:
        """From uint8 BGR (n, side, side, 3) to what the network takes."""
        levels = pixels.flip(-1).permute(0, 3, 1, 2).float() / 255
        mean = torch.tensor((0.485, 0.456, 0.406), device=pixels.device)[:, None, None]
        deviation = torch.tensor((0.229, 0.224, 0.225), device=pixels.device)[:, None, None]
        scaled: Tensor = (levels - mean) / deviation
        return scaled

    def asset(self) -> Asset:
        """The published weights."""
        from torchvision.models import get_model_weights

        url = get_model_weights(self._name).DEFAULT.url
        file = PurePosixPath(url).name
        return Asset(
            name=f"torchvision:{self._name}",
            file=file,
            source=Url(url),
            size_bytes=None,
            sha256=PurePosixPath(file).stem.rpartition("-")[2],  # its first digits, by convention
            licence="BSD-3-Clause (torchvision), trained on ImageNet",
            purpose="backbone of a trained classifier",
        )

    def load(self, path: Path) -> None:
        """Weights as torchvision publishes them; raises AssetError for others."""
        published = read_weights(path, self._name)
        try:
            self.body.load_state_dict({key: published[key] for key in self.body.state_dict()})
        except (KeyError, RuntimeError, AttributeError) as error:
            raise unfit(path, self._name, "of another network") from error


def _without_head(name: str) -> tuple[nn.Module, int]:
    """A classifier whose last layer lets features through, and how many they are."""
    try:
        from torchvision import models
    except ImportError as error:
        raise DeviceError(
            f"models of torchvision need an optional package ({error})",
            remedy="pip install 'framesense[torch]'",
        ) from error
    known = models.list_models(module=models)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1) or ["mobilenet_v3_small"]
        raise UsageError(f"unknown backbone: {name}", remedy=f"try torchvision:{near[0]}")
    extra: dict[str, Any] = {"init_weights": False} if name in {"googlenet", "inception_v3"} else {}
    body = models.get_model(name, weights=None, **extra)
    if name.startswith("squeezenet"):  # its last layer is a convolution
        width = body.classifier[1].in_channels
        body.classifier = nn.AdaptiveAvgPool2d(1)
        return body, width
    place, last = [(n, m) for n, m in body.named_modules() if isinstance(m, nn.Linear)][-1]
    body.set_submodule(place, nn.Identity())
    return body, last.in_features
