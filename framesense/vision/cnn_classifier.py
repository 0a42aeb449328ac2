"""A classifier that `train-classifier` made, as the pipeline uses it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from framesense import assets
from framesense.errors import DeviceError
from framesense.records import Classification, Image, ModelFacts
from framesense.vision.device import torch_device
from framesense.vision.embedder import directions
from framesense.vision.export import on_cpu, on_gpu

if TYPE_CHECKING:
    from framesense.vision.checkpoint import Card
    from framesense.vision.export import Answers

Floats = NDArray[np.float64]


class CnnClassifier:
    """A `Classifier` from a checkpoint. An image whose best score is too low gets an empty list:
    it is unknown."""

    def __init__(
        self, checkpoint: Path, *, device: str = "auto", batch: int = 16, half: bool = False
    ) -> None:
        """`half` lets the CPU multiply in bfloat16 where it has units for that.

        Raises InputError for a file that is no classifier, DeviceError for an absent GPU or
        package.
        """
        self.card = _card(checkpoint)
        self.device = torch_device(device)
        self.kind, self.labels = self.card.kind, self.card.labels
        self.several, self.threshold = self.card.several, self.card.threshold
        self._batch = batch
        digest = assets.sha256_of(checkpoint)
        name = f"{self.kind}: {', '.join(self.labels)}"
        self.facts = ModelFacts("classifier", name, digest, self.card.licence)
        if self.device == "cpu":
            make = partial(_network, checkpoint)
            self._run = on_cpu(make, self.card.side, digest=digest, half=half)
        else:
            self._run = on_gpu(_network(checkpoint), self.device)

    def classify(self, images: Sequence[Image]) -> list[list[Classification]]:
        """See `framesense.vision.Classifier`."""
        card = self.card
        answers = []
        for p in self.recognise(images)[0]:
            best = np.argsort(-p, kind="stable")[: None if card.several else 1]
            named = [(card.labels[i], float(p[i])) for i in best if p[i] >= card.threshold]
            answers.append([Classification(card.kind, *name) for name in named])
        return answers

    def recognise(self, images: Sequence[Image]) -> tuple[Floats, NDArray[np.float32]]:
        """See `framesense.vision.Recogniser`."""
        logits, features = self.answers(images)
        logits = logits / self.card.temperature
        if self.card.several:
            return 1 / (1 + np.exp(-np.clip(logits, -500, 500))), directions(features)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return odds / odds.sum(axis=1, keepdims=True), directions(features)

    def answers(self, images: Sequence[Image]) -> tuple[Floats, NDArray[np.float32]]:
        """Logits (n, classes) and features (n, width), as the network gives them."""
        side = self.card.side
        answers: list[Answers] = []
        for start in range(0, len(images), self._batch):
            squares = [
                cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
                for image in images[start : start + self._batch]
            ]
            answers.append(self._run(np.stack(squares)))
        if not answers:
            return np.zeros((0, len(self.labels))), np.zeros((0, 1), np.float32)
        logits, features = (np.concatenate(parts) for parts in zip(*answers, strict=True))
        return logits.astype(np.float64), features


def kind_of(checkpoint: Path) -> str:
    """Raises InputError for a file that is no classifier, DeviceError for an absent package."""
    return _card(checkpoint).kind


def _card(checkpoint: Path) -> Card:
    try:
        from framesense.vision.checkpoint import read_card
    except ImportError as error:
        raise _no_package(error) from error
    return read_card(checkpoint)


def _network(checkpoint: Path) -> Any:
    """The trained network; raises InputError where the file is damaged."""
    try:
        from framesense.vision.backbones import load_network
    except ImportError as error:
        raise _no_package(error) from error
    return load_network(checkpoint)[1]


def _no_package(error: ImportError) -> DeviceError:
    return DeviceError(
        f"classifiers need an optional package ({error})", remedy="pip install 'framesense[train]'"
    )
