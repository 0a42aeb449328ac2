"""What is in a picture: detectors and classifiers, chosen by name."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from framesense.config import ClassifyConfig, DetectConfig
from framesense.errors import UsageError
from framesense.records import Classification, Detection, Image, ModelFacts

__all__ = [
    "Classifier",
    "Detector",
    "NoDetector",
    "Recogniser",
    "make_classifiers",
    "make_detector",
]


class Detector(Protocol):
    """Finds objects in images."""

    facts: ModelFacts
    device: str  # cpu, cuda:0, …

    def detect(self, images: Sequence[Image]) -> list[list[Detection]]:
        """One list for each image, best score first; images may differ in size.

        Labels are COCO's 80 names, or the model's own where it was trained on others.
        """


class Classifier(Protocol):
    """Names images, or parts of them."""

    facts: ModelFacts
    device: str  # cpu, cuda:0, …

    def classify(self, images: Sequence[Image]) -> list[list[Classification]]:
        """One list for each image, best score first; images may differ in size."""


@runtime_checkable
class Recogniser(Classifier, Protocol):
    """A classifier that also says how likely each of its labels is, so that views may vote, and
    what it saw, so that views of one subject may be joined."""

    kind: str
    labels: tuple[str, ...]
    several: bool  # an image may have no label, or more than one
    threshold: float  # 0 to 1; a lower probability is no answer

    def recognise(self, images: Sequence[Image]) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """Probabilities (n, labels) and embeddings (n, width) of length 1; images may differ in
        size."""


class NoDetector:
    """`none`: sees nothing, so that a film can be analysed without a model."""

    def __init__(self) -> None:
        self.facts = ModelFacts("detector", "none", None, "")
        self.device = "cpu"

    def detect(self, images: Sequence[Image]) -> list[list[Detection]]:
        """See `Detector`."""
        return [[] for _ in images]


def make_detector(config: DetectConfig, *, offline: bool = False) -> Detector:
    """The detector that `config.detector` names.

    Raises UsageError for an unknown name, AssetError for weights that are missing, damaged or
    not safe to load, DeviceError for an absent GPU or optional package.
    """
    name = config.detector
    if name == "none":
        return NoDetector()
    if name == "ssd-mobilenet-v2":
        from framesense.vision.device import cpu_only
        from framesense.vision.ssd import SsdDetector

        cpu_only(config.device, model=name)
        return SsdDetector(
            min_score=config.min_score,
            nms_iou=config.nms_iou,
            half=config.half,
            offline=offline,
        )
    if name.startswith("torchvision:"):
        from framesense.vision.torchvision_models import TorchvisionDetector

        return TorchvisionDetector(name.partition(":")[2], config, offline=offline)
    if Path(name).suffix in {".pt", ".onnx"} or Path(name).is_dir():
        from framesense.vision.yolo import YoloDetector

        return YoloDetector(name, config, offline=offline)
    known = ["ssd-mobilenet-v2", "yolo26n.pt", "torchvision:fasterrcnn_resnet50_fpn_v2", "none"]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise UsageError(
        f"unknown detector: {name}",
        remedy=f"{hint}known: {', '.join(known)}, other models of ultralytics and torchvision, "
        "or a path to a .pt, .onnx or OpenVINO export",
    )


def make_classifiers(config: ClassifyConfig, detect: DetectConfig) -> list[Recogniser]:
    """Those that `config.classifiers` names.

    Raises InputError for a file that is no classifier, UsageError where two are of one kind,
    DeviceError for an absent GPU or optional package.
    """
    names = [name for part in config.classifiers.split(";") if (name := part.strip())]
    if not names:
        return []
    from framesense.vision.cnn_classifier import CnnClassifier, kind_of

    named: dict[str, str] = {}
    for name in names:
        kind = kind_of(Path(name))
        if kind in named:
            raise UsageError(
                f"{named[kind]} and {name} are both of kind {kind}",
                remedy="name one classifier of each kind",
            )
        named[kind] = name
    return [CnnClassifier(Path(name), device=detect.device, half=detect.half) for name in names]
