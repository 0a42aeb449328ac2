"""From pictures to a trained network: first the head alone, then the whole.

Each epoch's chance follows from the seed and the epoch's number, so that a training which was
killed and taken up again ends as one that was not.
"""

from __future__ import annotations

import hashlib
import io
import math
import pickle
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from framesense.atomic import write_atomically
from framesense.errors import InputError
from framesense.records import Image
from framesense.training import losses
from framesense.training.augment import augmented, joined
from framesense.training.pictures import squares
from framesense.training.settings import TrainConfig

FEW = 20  # validation pictures; fewer say too little to choose an epoch by, so the last is kept


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Decoded pictures, kept in memory, and what they show."""

    pixels: NDArray[np.uint8]  # (n, side, side, 3) BGR
    targets: NDArray[Any]  # (n,) int64 class numbers, or (n, classes) float32 of 0 and 1

    @classmethod
    def of(cls, images: Sequence[Image], targets: NDArray[Any], *, side: int) -> Examples:
        """Squeezed to squares of `side` px."""
        return cls(squares(images, side), targets)

    def fingerprint(self) -> str:
        """sha256 of pictures and targets."""
        digest = hashlib.sha256(self.pixels.tobytes())
        digest.update(self.targets.tobytes())
        return digest.hexdigest()

    def and_also(self, other: Examples) -> Examples:
        return Examples(
            np.concatenate([self.pixels, other.pixels]),
            np.concatenate([self.targets, other.targets]),
        )


@dataclass(frozen=True, slots=True)
class Epoch:
    """What one pass over the training pictures came to."""

    number: int  # 0-based
    training_loss: float  # mean over the pass, augmented
    validation_loss: float  # of the averaged weights
    validation_accuracy: float  # 0 to 1; with several labels, of all yes and no answers


def train(
    network: Any,
    training: Examples,
    validation: Examples,
    config: TrainConfig,
    *,
    device: str = "cpu",
    state: Path | None = None,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
) -> list[Epoch]:
    """Train in place; the weights kept are those with the least validation loss, or the
    last where validation has fewer than FEW pictures. With one label a picture, the head that
    is kept names the class with the nearest mean.

    `network` is as those of `framesense.vision.backbones`.
    `state` is a file that takes up after a kill: written at each epoch's end. It stays, so that
    what comes after this training can be killed too.
    """
    classes = network.head.out_features
    several = training.targets.ndim == 2
    loss_of = _loss(training, classes, config)
    network.to(device, memory_format=torch.channels_last)
    torch.manual_seed(config.seed)
    fit_head(network, training, loss_of, config)

    pictures = len(training.targets)
    times = math.ceil(config.views / pictures)  # that an epoch shows each of them
    kept = _begun(network, config, steps=math.ceil(times * pictures / config.batch))
    average = kept["average"]
    of = f"{asdict(config)} {classes} {training.fingerprint()}"
    choosing = len(validation.targets) >= FEW
    history: list[Epoch] = []
    best: dict[str, Any] = {}
    if state and state.is_file():
        history, best = _take_up(state, kept, of)
    for number in range(len(history), config.epochs):
        if choosing and number - _best(history) > config.patience:
            break
        random = np.random.default_rng([config.seed, number])
        torch.manual_seed(config.seed * 1000 + number)
        order = np.concatenate([random.permutation(pictures) for _ in range(times)])
        mean_loss = _pass(kept, training, order, random, loss_of, config, device)
        logits = predict(average.module, validation.pixels, device=device)
        truth = torch.as_tensor(validation.targets)
        epoch = Epoch(number, mean_loss, float(loss_of(logits, truth)), _accuracy(logits, truth))
        history.append(epoch)
        if not choosing or _best(history) == number:
            best = {k: v.detach().cpu().clone() for k, v in average.module.state_dict().items()}
        if state:
            _keep(state, kept, of, history, best)
        on_epoch(epoch)
    if best:
        network.load_state_dict(best)
        if not several:
            seen = features(network, training.pixels, device=device)
            network.name_by_means(seen, torch.as_tensor(training.targets), classes=classes)
            network.to(device)
    network.eval()
    return history


def _loss(training: Examples, classes: int, config: TrainConfig) -> Any:
    """The configured loss, for what these classes have of pictures."""
    several = training.targets.ndim == 2
    counts = (
        training.targets.sum(0) if several else np.bincount(training.targets, minlength=classes)
    )
    return losses.chosen(
        config.loss, torch.as_tensor(counts), several=several, smoothing=config.smoothing
    )


def _begun(network: Any, config: TrainConfig, *, steps: int) -> dict[str, Any]:
    """What moves while the network learns, in epochs of so many steps."""
    tensors = list(network.parameters())  # in order of depth
    for tensor in tensors[: int(config.frozen * len(tensors))]:
        tensor.requires_grad_(False)
    moving = [tensor for tensor in tensors if tensor.requires_grad]
    optimiser = torch.optim.AdamW(moving, config.learning_rate, weight_decay=config.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, config.learning_rate, total_steps=max(10, config.epochs * steps), pct_start=0.2
    )
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(config.average))
    return {"network": network, "average": average, "optimiser": optimiser, "schedule": schedule}


def _pass(
    kept: dict[str, Any],
    training: Examples,
    order: NDArray[np.int64],
    random: np.random.Generator,
    loss_of: Any,
    config: TrainConfig,
    device: str,
) -> float:
    """Steps over the rows in this order, each newly changed; the mean loss."""
    network, optimiser = kept["network"], kept["optimiser"]
    moving = [tensor for group in optimiser.param_groups for tensor in group["params"]]
    network.eval()  # batch norms keep the means and variances of ImageNet's many pictures
    network.dropout.train()
    total = 0.0
    for start in range(0, len(order), config.batch):
        rows = order[start : start + config.batch]
        views, truth = _views(training, rows, random, config)
        with torch.autocast(device.partition(":")[0], torch.bfloat16, enabled=device != "cpu"):
            pictures = network.prepared(torch.from_numpy(views).to(device))  # (b, 3, s, s)
            logits = network(pictures).float()  # (b, classes)
            loss = loss_of(logits, torch.as_tensor(truth).to(device))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(moving, 5.0)
        optimiser.step()
        kept["schedule"].step()
        kept["average"].update_parameters(network)
        total += float(loss.detach()) * len(rows)
    return total / len(order)


def _views(
    training: Examples, rows: NDArray[np.int64], random: np.random.Generator, config: TrainConfig
) -> tuple[NDArray[np.uint8], NDArray[Any]]:
    """Changed pictures of these rows (n, view, view, 3) and what they show. Where a picture can
    have several labels, some are joined by another: who never met is to be known together too."""
    views = np.stack([augmented(training.pixels[row], config.view, random) for row in rows])
    truth = training.targets[rows]
    if truth.ndim == 1:
        return views, truth
    for place in np.flatnonzero(random.random(len(rows)) < config.joined):
        other = random.choice(len(training.targets))
        guest = augmented(training.pixels[other], config.view, random)
        views[place] = joined(views[place], guest, random)
        truth[place] = np.maximum(truth[place], training.targets[other])
    return views, truth


def fit_head(network: Any, training: Examples, loss_of: Any, config: TrainConfig) -> None:
    """Warm-up: the head alone, over features computed once, so that it does not spoil them."""
    if not config.head_steps:
        return
    weight = network.head.weight
    device = weight.device
    seen = features(network, training.pixels, device=str(device)).to(device)  # (n, width)
    targets = torch.as_tensor(training.targets).to(device)
    optimiser = torch.optim.AdamW(network.head.parameters(), 3e-3, weight_decay=0.05)
    for _ in range(config.head_steps):
        loss = loss_of(network.head(seen), targets)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


def predict(network: Any, pixels: NDArray[np.uint8], *, device: str = "cpu") -> Any:
    """Logits (n, classes) on the CPU, of squares of the network's side."""
    with torch.no_grad():
        seen = features(network, pixels, device=device).to(device)
        return network.head(seen).float().cpu()


def features(network: Any, pixels: NDArray[np.uint8], *, device: str = "cpu") -> Any:
    """What the head sees, (n, width) on the CPU."""
    network.eval()
    with torch.no_grad():
        parts = [
            network.features(network.prepared(torch.from_numpy(part).to(device))).float().cpu()
            for part in np.split(pixels, range(64, len(pixels), 64))
        ]
    return torch.cat(parts)


def _best(history: list[Epoch]) -> int:
    """The epoch with the least validation loss so far; 0 before the first."""
    return min(history, key=lambda epoch: epoch.validation_loss).number if history else 0


def _accuracy(logits: Any, truth: Any) -> float:
    right = (logits > 0) == (truth > 0) if truth.ndim == 2 else logits.argmax(1) == truth
    return float(right.float().mean())


def _keep(
    state: Path, kept: dict[str, Any], of: str, history: list[Epoch], best: dict[str, Any]
) -> None:
    data: dict[str, Any] = {name: part.state_dict() for name, part in kept.items()}
    data |= {"of": of, "history": [asdict(epoch) for epoch in history], "best": best}
    buffer = io.BytesIO()
    torch.save(data, buffer)
    write_atomically(state, buffer.getvalue())


def _take_up(state: Path, kept: dict[str, Any], of: str) -> tuple[list[Epoch], dict[str, Any]]:
    """Raises InputError where the file is damaged, or of other pictures or settings than `of`."""
    try:
        data = torch.load(state, map_location="cpu", weights_only=True)
        if data["of"] != of:
            raise InputError(
                f"{state}: begun with other pictures or settings", remedy="leave out --resume"
            )
        for name, part in kept.items():
            part.load_state_dict(data[name])
        return [Epoch(**epoch) for epoch in data["history"]], data["best"]
    except (OSError, RuntimeError, KeyError, TypeError, EOFError, pickle.UnpicklingError) as error:
        raise InputError(
            f"{state}: no training to take up ({type(error).__name__})", remedy="leave out --resume"
        ) from error
