"""Where pictures lie to one another: features of a backbone, as directions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from framesense import assets
from framesense.records import Image
from framesense.vision.device import torch_device

LITE0 = "efficientnet-lite0"


class Embedder:
    """Features of ImageNet's EfficientNet-Lite0, or of a trained classifier."""

    def __init__(
        self,
        checkpoint: Path | None = None,
        *,
        device: str = "auto",
        side: int = 224,
        batch: int = 32,
        offline: bool = False,
    ) -> None:
        """Raises AssetError without the weights, InputError for a file that is no classifier."""
        from framesense.vision.backbones import load_network, pretrained
        from framesense.vision.export import on_cpu, on_gpu

        self.device = torch_device(device)
        self._batch = batch
        if checkpoint is None:
            self._side, network = side, pretrained(LITE0, classes=1, offline=offline)
            weights_sha256 = str(assets.named(LITE0).sha256)
        else:
            card, network = load_network(checkpoint)
            self._side = card.side
            weights_sha256 = assets.sha256_of(checkpoint)
        self.name = f"{self._side}-{weights_sha256}"  # the same name, the same embeddings
        self._width = network.head.in_features
        if self.device == "cpu":
            self._run = on_cpu(lambda: network, self._side, digest=f"f{self.name}")
        else:
            self._run = on_gpu(network.eval(), self.device)

    def embed(self, images: Sequence[Image]) -> NDArray[np.float32]:
        """(n, width), each of length 1."""
        rows = [np.zeros((0, self._width), np.float32)]
        for start in range(0, len(images), self._batch):
            squares = [
                cv2.resize(image, (self._side, self._side), interpolation=cv2.INTER_AREA)
                for image in images[start : start + self._batch]
            ]
            rows.append(directions(self._run(np.stack(squares))[1]))
        return np.concatenate(rows)


def directions(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of features (n, width): each with length 1."""
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    return np.asarray(features / np.maximum(lengths, 1e-12))
