"""The trainings of one data set: the classifier itself, parts held out, each class a stranger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framesense.records import Image
from framesense.training import splits
from framesense.training.checks import Finding, Readable, hashes, keep_apart, leaked
from framesense.training.dataset import DataSet
from framesense.training.evaluation import Metrics
from framesense.training.fitting import Pictures, Trained, fit
from framesense.training.loop import Epoch
from framesense.training.openset import known_from_unknown
from framesense.training.settings import TrainConfig
from framesense.training.splits import Split

Rows = NDArray[np.int64]
OnEpoch = Callable[[Epoch], None]


def _ignore(_: Any) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Stranger:
    """How well a class is told from the others by a network that never saw it."""

    label: str
    auroc: float  # 0 to 1, of known against unknown; 0.5 is chance


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """Pictures and how to train on them. What is held out does not show again in training."""

    data: DataSet
    images: Sequence[Image]
    hashed: NDArray[np.bool_]  # (n, 64), see `checks.hashes`
    make: Callable[[int], Any]  # from a number of classes, a pretrained network
    config: TrainConfig
    unlabelled: Sequence[Image] = ()
    device: str = "cpu"
    states: Path | None = None  # folder of what is needed to go on after a kill
    on_finding: Callable[[Finding], None] = _ignore

    @classmethod
    def of(
        cls, ready: Readable, make: Callable[[int], Any], config: TrainConfig, **others: Any
    ) -> Trials:
        return cls(ready.data, ready.images, hashes(ready.images), make, config, **others)

    def check(self, parts: Sequence[Split]) -> None:
        """Raises InputError where a part leaves too little of a class to learn and validate by."""
        for part in parts:
            self._within(part)

    def classifier(self, *, on_epoch: OnEpoch = _ignore) -> tuple[Trained, Pictures]:
        """The classifier, and the pictures that its training did not see."""
        split = splits.last_share(self.data, self.config.validation)
        return self._train(split, "all", on_epoch), self.pictures(split.held_out)

    def part(self, part: Split, *, on_epoch: OnEpoch = _ignore) -> Metrics:
        """Trained on a part's rest, measured on the part, by which nothing is chosen."""
        name = f"part-{part.held_out[0]}"
        trained = self._train(self._within(part), name, on_epoch, test=part.held_out)
        return trained.measure(self.pictures(part.held_out), self.data.labels)

    def stranger(self, label: str, part: Split, *, on_epoch: OnEpoch = _ignore) -> Stranger:
        """Trained without `label` and the part, then asked about the part."""
        known = tuple(name for name in self.data.labels if name != label)
        without = replace(self, data=replace(self.data, labels=known))
        is_known = np.array([item.labels != (label,) for item in self.data.items])
        rest = Split(part.training[is_known[part.training]], part.held_out)
        split = without._within(rest)
        name = f"stranger-{self.data.labels.index(label)}"  # a label may hold any character
        trained = without._train(split, name, on_epoch, test=part.held_out)
        score = trained.probabilities([self.images[row] for row in part.held_out]).max(1)
        return Stranger(label, known_from_unknown(is_known[part.held_out], score))

    def pictures(self, rows: Rows) -> Pictures:
        return Pictures([self.images[row] for row in rows], self.data.at(rows).targets())

    def _within(self, part: Split) -> Split:
        """The last of what a part leaves are for validation."""
        inner = splits.last_share(self.data.at(part.training), self.config.validation)
        return Split(part.training[inner.training], part.training[inner.held_out])

    def _train(
        self, split: Split, name: str, on_epoch: OnEpoch, *, test: Rows | None = None
    ) -> Trained:
        hidden = split.held_out if test is None else np.concatenate([split.held_out, test])
        apart = keep_apart(self.data, self.hashed, split.training, hidden)
        if apart.finding:
            self.on_finding(apart.finding)
        return fit(
            lambda: self.make(len(self.data.labels)),
            self.pictures(apart.rows),
            self.pictures(split.held_out),
            self.config,
            unlabelled=self._helpful(hidden),
            device=self.device,
            state=self.states / f"{name}.pt" if self.states else None,
            on_epoch=on_epoch,
        )

    def _helpful(self, hidden: Rows) -> list[Image]:
        """The unlabelled pictures; for `pure` they are of another film than what is hidden."""
        images = list(self.unlabelled)
        if self.config.semi != "pure" or not images:
            return images
        every = np.concatenate([self.hashed, hashes(images)])
        twins = leaked(every, len(self.hashed) + np.arange(len(images)), hidden)
        if not len(twins):
            return images
        dropped = {int(row) - len(self.hashed) for row in twins}
        self.on_finding(
            Finding(f"{len(dropped)} unlabelled pictures are left out, they are of those held out")
        )
        return [image for row, image in enumerate(images) if row not in dropped]
