"""EfficientNet-Lite0, the network that a classifier is trained from when no other is named.

Tan and Le's EfficientNet-B0 without squeeze-and-excitation and with ReLU6 for swish (Liu, 2020).
The published weights come from TensorFlow, so pictures are padded as TensorFlow pads: where the
padding is odd, the greater part goes to the right and below.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from framesense import assets
from framesense.errors import InputError, UsageError
from framesense.vision.checkpoint import Card, load_checkpoint
from framesense.vision.heads import Headed
from framesense.vision.weights import read_weights, unfit

NAME = "efficientnet-lite0"
FEATURES = 1280
_STAGES = (  # expansion, channels out, blocks, kernel px, stride of the first block
    (1, 16, 1, 3, 1),
    (6, 24, 2, 3, 2),
    (6, 40, 2, 5, 2),
    (6, 80, 3, 3, 2),
    (6, 112, 3, 5, 1),
    (6, 192, 4, 5, 2),
    (6, 320, 1, 3, 1),
)


class EfficientNetLite0(Headed):
    """Pictures (n, 3, h, w), RGB, (level − 127) / 128, in; logits (n, classes) out."""

    def __init__(self, *, classes: int, dropout: float = 0.2) -> None:
        super().__init__()
        self.stem = nn.Sequential(*_convolution(3, 32, kernel=3, stride=2), nn.ReLU6())
        blocks: list[nn.Module] = []
        width = 32
        for expansion, out, count, kernel, first_stride in _STAGES:
            for index in range(count):
                stride = first_stride if index == 0 else 1
                blocks.append(Block(width, out, expansion, kernel=kernel, stride=stride))
                width = out
        self.blocks = nn.Sequential(*blocks)
        self.top = nn.Sequential(*_convolution(width, FEATURES, kernel=1), nn.ReLU6())
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(FEATURES, classes)

    def features(self, pictures: Tensor) -> Tensor:
        """What the head sees: (n, 1280), 0 to 6."""
        maps: Tensor = self.top(self.blocks(self.stem(pictures)))  # (n, 1280, h/32, w/32)
        return maps.mean(dim=(2, 3))

    @staticmethod
    def prepared(pixels: Tensor) -> Tensor:
        """From uint8 BGR (n, side, side, 3) to what the network takes."""
        levels: Tensor = pixels.flip(-1).permute(0, 3, 1, 2).float()
        return (levels - 127) / 128


class Block(nn.Module):
    """Inverted residual: widen, convolve each channel alone, narrow; add where shapes agree."""

    def __init__(self, width: int, out: int, expansion: int, *, kernel: int, stride: int) -> None:
        super().__init__()
        inner = width * expansion
        widen = [] if expansion == 1 else [*_convolution(width, inner, kernel=1), nn.ReLU6()]
        self.layers = nn.Sequential(
            *widen,
            *_convolution(inner, inner, kernel=kernel, stride=stride, groups=inner),
            nn.ReLU6(),
            *_convolution(inner, out, kernel=1),
        )
        self.adds = stride == 1 and width == out

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.layers(x)
        return x + y if self.adds else y


class SamePadded(nn.Conv2d):
    """A convolution whose output is its input's size / stride, rounded up."""

    def forward(self, x: Tensor) -> Tensor:
        (kernel, _), (stride, _) = self.kernel_size, self.stride
        height, width = (max(0, (-(-n // stride) - 1) * stride + kernel - n) for n in x.shape[2:])
        sides = (width // 2, width - width // 2, height // 2, height - height // 2)
        y: Tensor = super().forward(functional.pad(x, sides))
        return y


def pretrained_lite0(weights: Path, *, classes: int) -> EfficientNetLite0:
    """The network with ImageNet's features and a fresh head.

    Raises AssetError when the file is damaged or holds other weights; nothing in it is executed.
    """
    network = EfficientNetLite0(classes=classes)
    ours = {k: v for k, v in network.state_dict().items() if not k.startswith("head.")}
    theirs = [v for k, v in read_weights(weights, NAME).items() if not k.startswith("_fc.")]
    try:  # layers are named otherwise there, and come in the same order
        network.load_state_dict(dict(zip(ours, theirs, strict=True)), strict=False)
    except (ValueError, RuntimeError, AttributeError) as error:
        raise unfit(weights, NAME, "of another network") from error
    return network


def _convolution(
    width: int, out: int, *, kernel: int, stride: int = 1, groups: int = 1
) -> tuple[nn.Module, nn.Module]:
    return (
        SamePadded(width, out, kernel, stride=stride, groups=groups, bias=False),
        nn.BatchNorm2d(out, eps=1e-3, momentum=0.01),
    )


def make_backbone(name: str, *, classes: int) -> Any:
    """The network of this name without weights; raises UsageError for a name we do not know.

    Each has `features`, `head`, `dropout` and `prepared`, as `EfficientNetLite0`.
    """
    if name == NAME:
        return EfficientNetLite0(classes=classes)
    if name.startswith("torchvision:"):
        from framesense.vision.torchvision_backbones import TorchvisionBackbone

        return TorchvisionBackbone(name.partition(":")[2], classes=classes)
    raise UsageError(
        f"unknown backbone: {name}",
        remedy=f"known: {NAME}, and torchvision's classifiers, as torchvision:mobilenet_v3_small",
    )


def load_network(checkpoint: Path) -> tuple[Card, Any]:
    """What one must know of a trained classifier, and its network, ready to answer.

    Raises InputError for a file that is no classifier, is damaged, or has a network unknown here.
    """
    card, weights = load_checkpoint(checkpoint)
    try:
        network = make_backbone(card.backbone, classes=len(card.labels))
        network.load_trained(weights)
    except (RuntimeError, UsageError) as error:
        raise InputError(f"{checkpoint}: weights do not fit {card.backbone}") from error
    return card, network.eval()


def check_side(network: Any, name: str, side: int) -> None:
    """Raises UsageError where the network cannot see squares of `side` px; some take one size."""
    if not sees(network, side):
        raise UsageError(f"{name} cannot see {side} px", remedy="try --side 224")


def sees(network: Any, side: int) -> bool:
    """Whether squares of `side` px can be shown to it."""
    try:
        with torch.no_grad():
            network.eval()(torch.zeros(1, 3, side, side))
    except (AssertionError, RuntimeError):
        return False
    return True


def pretrained(
    name: str, *, classes: int, weights: Path | None = None, offline: bool = False
) -> Any:
    """With ImageNet's features, or those of the file `weights`, and a fresh head.

    Raises UsageError for an unknown name, AssetError for weights that are missing or do not fit.
    """
    network = make_backbone(name, classes=classes)
    if name == NAME:
        path = weights or assets.obtain(assets.named(name), offline=offline)
        return pretrained_lite0(path, classes=classes)
    network.load(weights or assets.obtain(network.asset(), offline=offline))
    return network


def licence_of(name: str) -> str:
    """Of the backbone's published weights."""
    if name == NAME:
        return assets.named(name).licence
    return "BSD-3-Clause (torchvision), trained on ImageNet"
