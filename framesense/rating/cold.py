"""The predictor of films that nobody has rated: the tag-to-rating network, fitted and applied.

While it learns, a film's own embedding is dropped at random, as is a viewer's: so it learns to
answer from what a film shows, and what a viewer says, alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from framesense.errors import DeviceError
from framesense.rating import levels
from framesense.rating.models import Show, silent
from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers
from framesense.rating.seen import Eye, Seen, Sizes

if TYPE_CHECKING:
    import torch

    from framesense.rating.network import TagToRating


@dataclass(frozen=True, slots=True)
class ColdModel:
    """Settings; chosen on validation films of u1's training rows."""

    name: str = "cnn"
    networks: int = 3  # of different seeds, averaged
    width: int = 32
    layers: int = 11
    epochs: int = 2
    batch: int = 512  # ratings
    rate: float = 4e-3  # AdamW, highest of one cycle
    decay: float = 0.05  # AdamW's weight decay
    dropout: float = 0.1
    forget_film: float = 0.9  # share of ratings whose film is taken as a stranger
    forget_viewer: float = 0.1

    def fit(self, data: RatingSet, *, seed: int, show: Show = silent) -> ColdPredictor:
        """Learn from all of `data.ratings`. Raises DeviceError when torch is not installed."""
        eye = Eye.of(data)
        rated = data.ratings
        seen = eye.see(data.viewers, data.films, rated.user, rated.film, own=rated.level)
        networks = []
        for number in range(self.networks):

            def part(what: str, share: float, number: int = number) -> None:
                show(what, (number + share) / self.networks)

            with _one_thread():
                networks.append(self._one(eye, seen, rated.level, seed * 1000 + number, part))
        return ColdPredictor(eye, tuple(networks))

    def _one(self, eye: Eye, seen: Seen, level: Rows, seed: int, show: Show) -> TagToRating:
        torch = _torch()
        from framesense.rating.network import TagToRating

        torch.manual_seed(seed)
        sizes = eye.sizes()
        network = TagToRating(sizes, width=self.width, layers=self.layers, dropout=self.dropout)
        optimiser = torch.optim.AdamW(network.parameters(), weight_decay=self.decay)
        batches = max(1, len(level) // self.batch)
        cycle = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, max_lr=self.rate, total_steps=batches * self.epochs
        )
        all_rows = tensors(seen)
        truth = torch.from_numpy(level - 1)
        for epoch in range(self.epochs):
            order = torch.randperm(len(level))
            for number, rows in enumerate(order.tensor_split(batches)):
                batch = {name: values[rows] for name, values in all_rows.items()}
                forget(batch["film"], sizes.films, self.forget_film)
                forget(batch["viewer"], sizes.viewers, self.forget_viewer)
                loss = torch.nn.functional.nll_loss(network(batch), truth[rows])
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
                optimiser.step()
                cycle.step()
                show("training the network", (epoch + (number + 1) / batches) / self.epochs)
        network.eval()
        return network


@dataclass(frozen=True, slots=True, eq=False)
class ColdPredictor:
    eye: Eye
    networks: tuple[TagToRating, ...]

    def predict(self, viewers: Viewers, films: Films, user: Rows, film: Rows) -> Floats:
        """Distributions, float64, (n, 5)."""
        torch = _torch()
        rows = tensors(self.eye.see(viewers, films, user, film))
        with torch.inference_mode(), _one_thread():
            found = [
                torch.cat([network(batch) for batch in _batches(rows, len(user))]).exp()
                for network in self.networks
            ]
        return levels.normalised(torch.stack(found).mean(dim=0).double().numpy())


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A network as plain arrays, for keeping."""

    width: int
    layers: int
    arrays: dict[str, NDArray[np.float32]]

    @classmethod
    def of(cls, network: TagToRating) -> Weights:
        arrays = {name: value.numpy() for name, value in network.state_dict().items()}
        return cls(network.place.shape[1], len(network.layers), arrays)

    def network(self, sizes: Sizes) -> TagToRating:
        """Raises RuntimeError when the arrays do not fit the sizes."""
        import torch

        from framesense.rating.network import TagToRating

        network = TagToRating(sizes, width=self.width, layers=self.layers, dropout=0.0)
        network.load_state_dict({name: torch.tensor(a) for name, a in self.arrays.items()})
        network.eval()
        return network


def tensors(seen: Seen) -> dict[str, torch.Tensor]:
    """Every array of it, whole numbers as int64 and others as float32."""
    import torch

    arrays = {item.name: getattr(seen, item.name) for item in fields(seen)}
    return {
        name: torch.from_numpy(values if values.dtype == np.int64 else values.astype(np.float32))
        for name, values in arrays.items()
    }


def forget(numbers: torch.Tensor, stranger: int, share: float) -> None:
    """Make a random share of them strangers, in place."""
    import torch

    numbers[torch.rand(len(numbers)) < share] = stranger


def _batches(rows: dict[str, torch.Tensor], count: int) -> list[dict[str, torch.Tensor]]:
    size = 4096  # ratings; bounds the memory
    return [
        {name: values[start : start + size] for name, values in rows.items()}
        for start in range(0, max(count, 1), size)
    ]


@contextmanager
def _one_thread() -> Iterator[None]:
    """The batches are small: threads that wait for each other on a busy machine cost ten times
    the time, and their number changes the last digits of sums.
    """
    torch = _torch()
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _torch() -> Any:
    try:
        import torch
    except ImportError as error:
        raise DeviceError(
            "the package torch is not installed", remedy="pip install 'framesense[rate]'"
        ) from error
    return torch
