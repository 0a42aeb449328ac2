"""One classifier from labelled pictures: train, let unlabelled pictures help, then calibrate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framesense.errors import UsageError
from framesense.records import Image
from framesense.training.augment import augmented
from framesense.training.calibration import fit_temperature, fit_threshold, probabilities
from framesense.training.evaluation import Metrics, measure
from framesense.training.loop import STORED, Epoch, Examples, features, predict, train
from framesense.training.semi import guess
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
        nothing = np.zeros(len(images), np.int64)
        squares = Examples.of(images, nothing, side=self.side).pixels
        return np.asarray(predict(self.network, squares, device=self.device).numpy())

    def probabilities(self, images: Sequence[Image]) -> NDArray[np.floating[Any]]:
        """(n, classes), calibrated."""
        return probabilities(self.logits(images), self.temperature, several=self.several)

    def measure(self, pictures: Pictures, labels: tuple[str, ...]) -> Metrics:
        p = self.probabilities(pictures.images)
        return measure(p, pictures.targets, labels, threshold=self.threshold)


def fit(
    make: MakeNetwork,
    training: Pictures,
    validation: Pictures,
    config: TrainConfig,
    *,
    unlabelled: Sequence[Image] = (),
    device: str = "cpu",
    state: Path | None = None,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
) -> Trained:
    """Temperature and threshold come from `validation`, which also says when to stop.

    With unlabelled pictures, `config.semi` says how they help. Raises UsageError for them where
    pictures have several labels.
    """
    stored = round(STORED * config.side)
    labelled = Examples.of(training.images, training.targets, side=stored)
    checked = Examples.of(validation.images, validation.targets, side=config.side)
    several = training.targets.ndim == 2
    extra = Examples.of(unlabelled, np.zeros(len(unlabelled), np.int64), side=stored)
    rounds = config.rounds if len(unlabelled) and config.semi != "none" else 0
    if rounds and several:
        raise UsageError(
            "--semi is for pictures with one label each", remedy="leave out --semi and --unlabeled"
        )

    examples = labelled
    for number in range(rounds + 1):
        network = make()
        kept = state.with_suffix(f".{number}{state.suffix}") if state else None
        history = train(
            network, examples, checked, config, device=device, state=kept, on_epoch=on_epoch
        )
        trained = _calibrated(network, history, checked, config, device)
        if number < rounds:
            examples = _with_guesses(trained, labelled, extra, config)
    return trained


def _calibrated(
    network: Any, history: list[Epoch], checked: Examples, config: TrainConfig, device: str
) -> Trained:
    several = checked.targets.ndim == 2
    logits = predict(network, checked.pixels, device=device).numpy()
    temperature = fit_temperature(logits, checked.targets)
    p = probabilities(logits, temperature, several=several)
    threshold = fit_threshold(p, checked.targets)
    return Trained(network, temperature, threshold, history, several, config.side, device)


def _with_guesses(
    trained: Trained,
    labelled: Examples,
    extra: Examples,
    config: TrainConfig,
) -> Examples:
    """The labelled examples and those whose label the network, or the neighbourhood, is sure of."""
    side, device = config.side, trained.device
    seen = [
        features(trained.network, part.squares(side), device=device).numpy()
        for part in (labelled, extra)
    ]
    guesses = guess(
        config.semi,
        _over_weak_views(trained, extra, config),
        (seen[0], labelled.targets),
        seen[1],
        sure=config.sure,
    )
    return labelled.and_also(Examples(extra.pixels[guesses.rows], guesses.labels))


def _over_weak_views(
    trained: Trained, extra: Examples, config: TrainConfig, *, views: int = 4
) -> NDArray[np.floating[Any]]:
    """Probabilities (n, classes), the mean over several slightly different framings."""
    random = np.random.default_rng(config.seed)
    answers = []
    for _ in range(views):
        framed = [augmented(picture, config.side, random, weak=True) for picture in extra.pixels]
        logits = predict(trained.network, np.stack(framed), device=trained.device).numpy()
        answers.append(probabilities(logits, trained.temperature, several=False))
    return np.asarray(np.mean(answers, axis=0))
