"""Models of ultralytics, by name (`yolo26n.pt`) or path (.pt, .onnx, an OpenVINO folder).

ultralytics is AGPL-3.0 and this is the only file that touches it. It is kept from installing
packages, fetching files, sending usage data and printing; a .pt file is loaded in its restricted
way, which builds known layers only and runs no code of a stranger.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from framesense import assets
from framesense.assets import Asset
from framesense.config import DetectConfig
from framesense.errors import AssetError, DeviceError, UsageError
from framesense.fetching import Url
from framesense.records import Box, Detection, Image, ModelFacts
from framesense.vision.by_shape import by_shape
from framesense.vision.device import cpu_only, gpu_memory, torch_device

LICENCE = "AGPL-3.0 (ultralytics)"
_RELEASE = "https://github.com/ultralytics/assets/releases/download/v8.4.0"
_OPENVINO = "_openvino_model"  # ultralytics tells a folder's format by its name
_FINDS_BOXES = ("detect", "segment", "pose")


class YoloDetector:
    """A `Detector` that ultralytics runs; a custom model keeps its own names."""

    def __init__(self, name: str, config: DetectConfig, *, offline: bool = False) -> None:
        """Raises AssetError for weights that are missing or not safe, UsageError for a model
        that finds no boxes, DeviceError without the package or the GPU.
        """
        ultralytics = quiet_ultralytics()
        path = _locate(name, offline=offline)
        if path.is_dir():
            self.device = cpu_only(config.device, model=name)
        else:
            self.device = torch_device(config.device)
        self._settings = {
            "conf": config.min_score,
            "iou": config.nms_iou,
            "device": self.device,
            "quantize": 16 if config.half and self.device != "cpu" else None,  # 16-bit floats
            "verbose": False,
        }
        self._model = _load(ultralytics, path, self._settings)
        self.facts = ModelFacts("detector", path.name, _digest(path), LICENCE)

    def detect(self, images: Sequence[Image]) -> list[list[Detection]]:
        """See `Detector`."""
        found: list[list[Detection]] = [[] for _ in images]
        for group in by_shape(images):
            batch = [images[index] for index in group]
            with gpu_memory():
                results = self._model.predict(batch, batch=len(batch), **self._settings)
            for index, result in zip(group, results, strict=True):
                found[index] = _detections(result)
        return found


def _detections(result: Any) -> list[Detection]:
    boxes = result.boxes.cpu()
    rows = zip(boxes.conf.tolist(), boxes.cls.tolist(), boxes.xyxyn.tolist(), strict=True)
    return [
        Detection(
            result.names[int(number)], score, Box(*(min(max(side, 0.0), 1.0) for side in xyxy))
        )
        for score, number, xyxy in sorted(rows, key=lambda row: -row[0])
    ]


def quiet_ultralytics() -> Any:
    """The package, imported so that it keeps to itself; raises DeviceError without it."""
    os.environ.update(
        YOLO_AUTOINSTALL="false",
        YOLO_OFFLINE="true",  # what is missing, we fetch ourselves and say so
        YOLO_VERBOSE="false",
        YOLO_CONFIG_DIR=str(assets.cache_folder()),  # where it writes its settings
        ULTRALYTICS_SAFE_LOAD="true",
    )
    threads = os.environ.get("OMP_NUM_THREADS")
    try:
        import torch  # noqa: F401  before ultralytics, which would hold torch to one thread
        import ultralytics
    except ImportError as error:
        raise DeviceError(
            f"models of ultralytics need an optional package ({error})",
            remedy="pip install 'framesense[yolo]'",
        ) from error
    if threads is None:
        os.environ.pop("OMP_NUM_THREADS", None)
    log = logging.getLogger("ultralytics")
    log.handlers.clear()  # they print to stdout, which is ours
    log.propagate = True
    return ultralytics


def _locate(name: str, *, offline: bool) -> Path:
    """The model's file or folder, fetched when the name is one that ultralytics publishes."""
    from ultralytics.utils.downloads import GITHUB_ASSETS_NAMES

    path = Path(name)
    if path.is_dir() and not path.name.endswith(_OPENVINO):
        raise AssetError(f"{name}: no OpenVINO export", remedy=f"its name must end in {_OPENVINO}")
    if path.exists():
        return path
    if name not in GITHUB_ASSETS_NAMES:
        raise AssetError(f"{name}: no such model", remedy="name an existing file or yolo26n.pt")
    asset = Asset(
        name=name,
        file=name,
        source=Url(f"{_RELEASE}/{name}"),
        size_bytes=None,
        sha256=None,
        licence=LICENCE,
        purpose="detector",
    )
    return assets.obtain(asset, offline=offline)


def _load(ultralytics: Any, path: Path, settings: dict[str, Any]) -> Any:
    """The model, after a first look at a black picture: exports are read only then."""
    if path.suffix == ".pt" and not getattr(ultralytics.utils, "SAFE_LOAD", False):
        raise AssetError(
            f"{path}: ultralytics is too old, or was imported before us, to load a .pt safely",
            remedy="pip install -U 'framesense[yolo]', or use an ONNX or OpenVINO export",
        )
    try:
        model = ultralytics.YOLO(path, task=None if path.suffix == ".pt" else "detect")
        if model.task in _FINDS_BOXES:
            model.predict(np.zeros((64, 64, 3), np.uint8), **settings)
    except ImportError as error:
        raise DeviceError(
            f"{path} needs a package that is not installed ({error})",
            remedy="install it, or use a .pt or an OpenVINO export",
        ) from error
    except Exception as error:  # a torn file ends in any of a dozen kinds
        raise AssetError(
            f"{path}: not a model that can be loaded safely ({_line(error)})",
            remedy="use a checkpoint of ultralytics, or an ONNX or OpenVINO export",
        ) from error
    if model.task not in _FINDS_BOXES:
        raise UsageError(f"{path}: made to {model.task}, finds no boxes", remedy="use a detector")
    return model


def _digest(path: Path) -> str | None:
    """sha256 of the weights; of an OpenVINO folder they lie in its .bin file."""
    weights = path if path.is_file() else next(path.glob("*.bin"), None)
    return assets.sha256_of(weights) if weights else None


def _line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
