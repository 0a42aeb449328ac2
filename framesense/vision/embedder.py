"""Where pictures lie to one another: features of a backbone, as directions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from framesense import assets
from framesense.records import Image
from framesense.vision.device import gpu_memory, torch_device

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
        self._run = _runner(network.eval(), self._side, self.device, digest=self.name)

    def embed(self, images: Sequence[Image]) -> NDArray[np.float32]:
        """(n, width), each of length 1."""
        rows = [np.zeros((0, self._width), np.float32)]
        for start in range(0, len(images), self._batch):
            squares = [
                cv2.resize(image, (self._side, self._side), interpolation=cv2.INTER_AREA)
                for image in images[start : start + self._batch]
            ]
            seen = self._run(np.stack(squares))
            rows.append(seen / np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), 1e-12))
        return np.concatenate(rows)


def _runner(
    network: Any, side: int, device: str, *, digest: str
) -> Callable[[NDArray[np.uint8]], NDArray[np.float32]]:
    """From squares (n, side, side, 3) to features (n, width): OpenVINO's on the CPU, else torch."""
    import torch

    from framesense.vision.export import on_cpu

    class Features(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network
            self.prepared = network.prepared

        def forward(self, pictures: Any) -> Any:
            return self.network.features(pictures)

    if device == "cpu":
        return on_cpu(lambda: Features().eval(), side, digest=f"f{digest}")
    network.to(device)

    def run(squares: NDArray[np.uint8]) -> NDArray[np.float32]:
        with torch.inference_mode(), gpu_memory():
            pixels = torch.from_numpy(squares).to(device)
            return np.asarray(network.features(network.prepared(pixels)).float().cpu().numpy())

    return run
