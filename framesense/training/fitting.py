"""One classifier from labelled pictures: train, let unlabelled pictures help, then calibrate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from framesense.records import Image
from framesense.training.augment import augmented
from framesense.training.calibration import fit_temperature, fit_threshold, probabilities
from framesense.training.evaluation import Metrics, measure
from framesense.training.loop import Epoch, Examples, features, predict, train
from framesense.training.pictures import squares
from framesense.training.semi import Guesses, guess
from framesense.training.settings import TrainConfig

MakeNetwork = Callable[[], Any]
"""A network with the backbone's pretrained features and a fresh head."""


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Decoded pictures and what they show."""

    images: Sequence[Image]
    targets: NDArray[Any]  # (n,) int64 class numbers, or (n, classes) float32 of 0 and 1

    def at(self, rows: NDArray[np.int64]) -> Pictures:
        return Pictures([self.images[row] for row in rows], self.targets[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A network and how to read its answers."""

    network: Any
    temperature: float  # logits are divided by it
    threshold: float  # 0 to 1; a score below it is "unknown"
    history: list[Epoch]
    several: bool
    side: int  # px
    device: str

    def logits(self, images: Sequence[Image]) -> NDArray[np.float32]:
        """(n, classes)."""
        pixels = squares(images, self.side)
        return np.asarray(predict(self.network, pixels, device=self.device).numpy())

    def probabilities(self, images: Sequence[Image]) -> NDArray[np.floating[Any]]:
        """(n, classes), calibrated."""
        return probabilities(self.logits(images), self.temperature, several=self.several)

    def measure(self, pictures: Pictures, labels: tuple[str, ...]) -> Metrics:
        p = self.probabilities(pictures.images)
        return measure(p, pictures.targets, labels, threshold=self.threshold)


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """What a network is trained and checked with."""

    make: MakeNetwork
    labelled: Examples
    checked: Examples  # temperature, threshold and when to stop come of it
    unlabelled: NDArray[np.uint8]  # (n, side, side, 3); n may be 0
    config: TrainConfig
    device: str = "cpu"
    state: Path | None = None
    on_epoch: Callable[[Epoch], None] = lambda epoch: None

    @classmethod
    def of(
        cls,
        make: MakeNetwork,
        training: Pictures,
        validation: Pictures,
        config: TrainConfig,
        *,
        unlabelled: Sequence[Image] = (),
        **others: Any,
    ) -> Lessons:
        return cls(
            make,
            Examples.of(training.images, training.targets, side=config.side),
            Examples.of(validation.images, validation.targets, side=config.side),
            squares(unlabelled, config.side),
            config,
            **others,
        )

    def alone(self) -> Trained:
        """By the labelled pictures alone."""
        return self._trained(self.labelled, 0)

    def helped(self, trained: Trained, number: int = 1) -> Trained:
        """Anew, by the labelled pictures and what can be guessed of the others with `trained`."""
        guesses = self._guesses(trained)
        more = Examples(self.unlabelled[guesses.rows], guesses.labels)
        return self._trained(self.labelled.and_also(more), number)

    def _trained(self, examples: Examples, number: int) -> Trained:
        torch.manual_seed(self.config.seed)  # a fresh head is random
        network = self.make()
        history = train(
            network,
            examples,
            self.checked,
            self.config,
            device=self.device,
            state=self.state.with_suffix(f".{number}.pt") if self.state else None,
            on_epoch=self.on_epoch,
        )
        several = self.checked.targets.ndim == 2
        logits = predict(network, self.checked.pixels, device=self.device).numpy()
        temperature = fit_temperature(logits, self.checked.targets)
        p = probabilities(logits, temperature, several=several)
        threshold = fit_threshold(p, self.checked.targets)
        return Trained(
            network, temperature, threshold, history, several, self.config.side, self.device
        )

    def _guesses(self, trained: Trained) -> Guesses:
        seen = [
            features(trained.network, pixels, device=self.device).numpy()
            for pixels in (self.labelled.pixels, self.unlabelled)
        ]
        return guess(
            self.config.semi,
            self._over_weak_views(trained),
            (seen[0], self.labelled.targets),
            seen[1],
            sure=self.config.sure,
        )

    def _over_weak_views(self, trained: Trained, *, views: int = 2) -> NDArray[np.floating[Any]]:
        """Probabilities (n, classes), the mean over slightly different framings."""
        random = np.random.default_rng(self.config.seed)
        answers = []
        for _ in range(views):
            framed = [
                augmented(picture, self.config.side, random, weak=True)
                for picture in self.unlabelled
            ]
            logits = predict(trained.network, np.stack(framed), device=self.device).numpy()
            answers.append(probabilities(logits, trained.temperature, several=trained.several))
        return np.asarray(np.mean(answers, axis=0))


def fit(
    make: MakeNetwork,
    training: Pictures,
    validation: Pictures,
    config: TrainConfig,
    *,
    unlabelled: Sequence[Image] = (),
    **others: Any,
) -> Trained:
    """Temperature and threshold come from `validation`, which also says when to stop.

    With unlabelled pictures, `config.semi` says how they help. `others` are those of `Lessons`.
    """
    helped = len(unlabelled) > 0 and config.semi != "none"
    lessons = Lessons.of(make, training, validation, config, unlabelled=unlabelled, **others)
    trained = lessons.alone()
    for number in range(config.rounds if helped else 0):
        trained = lessons.helped(trained, number + 1)
    return trained
