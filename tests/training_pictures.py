"""Drawn pictures and small networks for tests of training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from framesense.records import Image
from framesense.testing import scene
from framesense.vision.backbones import EfficientNetLite0
from framesense.vision.heads import Headed


def drawn(classes: int, each: int) -> tuple[list[Image], np.ndarray[Any, np.dtype[np.int64]]]:
    """Pictures of discs before backgrounds, one pair of colours for each class."""
    images = [image for seed in range(classes) for image in scene(seed, each, width=64, height=48)]
    return images, np.repeat(np.arange(classes), each)


def write_classes(folder: Path, names: list[str], each: int) -> Path:
    """A folder for each class, pictures numbered without leading zeros."""
    for seed, name in enumerate(names):
        (folder / name).mkdir(parents=True)
        for number, image in enumerate(scene(seed, each, width=64, height=48)):
            cv2.imwrite(str(folder / name / f"frame {number}.png"), image)
    return folder


class Tiny(Headed):
    """A network like the backbones, small enough to learn in a second."""

    def __init__(self, classes: int, *, seed: int | None = 7) -> None:
        super().__init__()
        if seed is not None:  # else as chance has it, like the head of a real backbone
            torch.manual_seed(seed)
        self.body = nn.Sequential(nn.Conv2d(3, 16, 5, stride=4), nn.ReLU(), nn.AdaptiveAvgPool2d(2))
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(64, classes)

    def features(self, pictures: Tensor) -> Tensor:
        return self.body(pictures).flatten(1)

    @staticmethod
    def prepared(pixels: Tensor) -> Tensor:
        return pixels.permute(0, 3, 1, 2).float() / 128 - 1


def random_lite0(classes: int) -> EfficientNetLite0:
    """Untrained, but with signals that reach the head."""
    torch.manual_seed(3)
    network = EfficientNetLite0(classes=classes)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
    return network.eval()


def published(network: EfficientNetLite0) -> dict[str, Tensor]:
    """Weights in the order, and with names like those, of the published file."""
    state = network.state_dict()
    return {f"_fc.{k}" if k.startswith("head.") else f"_{k}": v for k, v in state.items()}
