"""Where pictures lie to one another: features of a backbone, as directions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

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
        from framesense.vision.backbones import make_backbone, pretrained
        from framesense.vision.checkpoint import load_checkpoint

        self.device = torch_device(device)
        self._batch = batch
        if checkpoint is None:
            self._side, self._network = side, pretrained(LITE0, classes=1, offline=offline)
        else:
            card, weights = load_checkpoint(checkpoint)
            self._side = card.side
            self._network = make_backbone(card.backbone, classes=len(card.labels))
            self._network.load_state_dict(weights)
        self._network.to(self.device).eval()

    def embed(self, images: Sequence[Image]) -> NDArray[np.float32]:
        """(n, width), each of length 1."""
        import torch

        rows = []
        for start in range(0, len(images), self._batch):
            squares = np.stack(
                [
                    cv2.resize(image, (self._side, self._side), interpolation=cv2.INTER_AREA)
                    for image in images[start : start + self._batch]
                ]
            )
            with torch.inference_mode(), gpu_memory():
                pixels = torch.from_numpy(squares).to(self.device)
                seen = self._network.features(self._network.prepared(pixels))
                rows.append(torch.nn.functional.normalize(seen.float()).cpu().numpy())
        return (
            np.concatenate(rows)
            if rows
            else np.zeros((0, self._network.head.in_features), np.float32)
        )
