"""The COCO detectors of torchvision, by its names: `torchvision:retinanet_resnet50_fpn_v2`."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from framesense import assets
from framesense.assets import Asset
from framesense.config import DetectConfig
from framesense.errors import AssetError, DeviceError, UsageError
from framesense.fetching import Url
from framesense.records import Box, Detection, Image, ModelFacts
from framesense.vision.by_shape import by_shape
from framesense.vision.coco import NAMES
from framesense.vision.device import gpu_memory, torch_device

LICENCE = "BSD-3-Clause (torchvision), trained on COCO"


class TorchvisionDetector:
    """A `Detector` that torchvision defines and torch runs."""

    def __init__(
        self,
        name: str,
        config: DetectConfig,
        *,
        weights: Path | None = None,
        offline: bool = False,
    ) -> None:
        """`weights` is a state dict of the named model; None: the published one.

        Raises UsageError for an unknown name, AssetError for weights that are missing or do not
        fit, DeviceError without the packages or the GPU.
        """
        published = _published(name)
        self.device = torch_device(config.device)
        self._half = config.half and self.device != "cpu"
        path = weights or assets.obtain(_asset(name, published), offline=offline)
        self._model = _load(name, path, len(published.meta["categories"])).to(self.device)
        head = getattr(self._model, "roi_heads", self._model)  # one stage or two
        head.score_thresh, head.nms_thresh = config.min_score, config.nms_iou
        self._categories: list[str] = published.meta["categories"]
        self.facts = ModelFacts("detector", f"torchvision:{name}", assets.sha256_of(path), LICENCE)

    def detect(self, images: Sequence[Image]) -> list[list[Detection]]:
        """See `Detector`."""
        import torch

        found: list[list[Detection]] = [[] for _ in images]
        kind = self.device.partition(":")[0]
        for group in by_shape(images):
            batch = np.stack([images[index][..., ::-1] for index in group])  # n h w 3, RGB
            with (
                torch.inference_mode(),
                torch.autocast(kind, torch.float16, enabled=self._half),
                gpu_memory(),
            ):
                pixels = torch.from_numpy(batch).to(self.device)
                results = self._model(list(pixels.permute(0, 3, 1, 2).float() / 255))
            for index, result in zip(group, results, strict=True):
                found[index] = self._detections(result, images[index])
        return found

    def _detections(self, result: dict[str, Any], image: Image) -> list[Detection]:
        """From boxes in pixels, numbered labels and scores; unused numbers are left out."""
        height, width = image.shape[:2]
        fractions = result["boxes"].float().cpu().numpy() / (width, height, width, height)
        boxes = np.clip(fractions, 0.0, 1.0).tolist()
        rows = zip(result["scores"].tolist(), result["labels"].tolist(), boxes, strict=True)
        named = [(score, self._categories[number], box) for score, number, box in rows]
        return [
            Detection(label, score, Box(*box))
            for score, label, box in sorted(named, key=lambda row: -row[0])
            if label in NAMES
        ]


def _published(name: str) -> Any:
    """The weights that torchvision publishes for a model: their url and category names."""
    try:
        from torchvision.models import detection, get_model_weights, list_models
    except ImportError as error:
        raise DeviceError(
            f"models of torchvision need an optional package ({error})",
            remedy="pip install 'framesense[torch]'",
        ) from error
    known = list_models(module=detection)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1) or known
        raise UsageError(f"unknown detector: torchvision:{name}", remedy=f"try {near[0]}")
    return get_model_weights(name).DEFAULT


def _asset(name: str, published: Any) -> Asset:
    file = PurePosixPath(published.url).name
    return Asset(
        name=f"torchvision:{name}",
        file=file,
        source=Url(published.url),
        size_bytes=None,
        sha256=PurePosixPath(file).stem.rpartition("-")[2],  # its first digits, by convention
        licence=LICENCE,
        purpose="detector",
    )


def _load(name: str, path: Path, classes: int) -> Any:
    import torch
    from torchvision.models import get_model

    model = get_model(name, weights=None, weights_backbone=None, num_classes=classes)
    try:
        model.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    except Exception as error:  # a torn or foreign file ends in any of a dozen kinds
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise AssetError(f"{path}: no weights of {name} ({reason})", remedy="delete it") from error
    return model.eval()
