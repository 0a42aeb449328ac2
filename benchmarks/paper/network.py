"""The paper's convolutional network, literally: no padding tricks, no normalisation, no residuals.

    X (1 × 5) → [convolution 1 × 5, 598 kernels, stride 1, ReLU] × 3, 7 or 11 → dropout → levels

Zero padding keeps the length at 5. The loss is cross-entropy over the five levels, or the squared
error of one number (its equation 4), which is rounded to a level. Adam; the paper names no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.paper.attributes import CODED, Attributes
from framesense.rating.ratings import Floats, Rows

ITERATIONS, RECORDS = 200, 200  # of training, and read in each
TEST_BATCH = 300
KERNEL = 5


@dataclass(frozen=True, slots=True)
class Setting:
    """Table 2's network, unless told otherwise."""

    layers: int = 11
    dropout: float = 0.64
    batch: int = 200  # records an update; 100: two updates an iteration
    rate: float = 0.001
    loss: Literal["cross-entropy", "squared error"] = "cross-entropy"
    codes: Literal["learned", "fixed"] = "learned"
    kernels: int = 598


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a network answered, and how it learned."""

    level: Rows  # int64, (m,), 1 to 5, of the test rows
    losses: Floats  # float64, (iterations,), of the training records
    accuracies: Floats  # float64, (iterations,), likewise, under dropout


def learn_and_answer(
    setting: Setting, x: Attributes, level: Rows, train: Rows, test: Rows, *, seed: int
) -> Outcome:
    """Train on `train` rows, whose levels alone are read, and answer for `test` rows."""
    torch.manual_seed(seed)
    network = Network(setting, x)
    optimiser = torch.optim.Adam(network.parameters(), lr=setting.rate)
    values = torch.from_numpy(x.values).float()
    codes, truth = torch.from_numpy(x.code), torch.from_numpy(level - 1)
    losses, accuracies = [], []
    for records in iterations(train, seed):
        found = []
        for rows in torch.from_numpy(records).split(setting.batch):
            answer = network(values[rows], codes[rows])
            loss = _loss(answer, truth[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            found.append((loss.item(), (_levels(answer) == truth[rows]).float().mean().item()))
        losses.append(np.mean([pair[0] for pair in found]))
        accuracies.append(np.mean([pair[1] for pair in found]))
    network.eval()
    with torch.inference_mode():
        batches = torch.from_numpy(test).split(TEST_BATCH)
        answers = [_levels(network(values[rows], codes[rows])) for rows in batches]
    return Outcome(torch.cat(answers).numpy() + 1, np.array(losses), np.array(accuracies))


def iterations(train: Rows, seed: int) -> Iterator[Rows]:
    """The records of each iteration, none twice before all were read once."""
    rng = np.random.default_rng(seed)
    needed = ITERATIONS * RECORDS
    turns = [rng.permutation(train) for _ in range(-(-needed // len(train)))]
    yield from np.concatenate(turns)[:needed].reshape(ITERATIONS, RECORDS)


class Network(nn.Module):
    """Standardised attributes (n, 5) and their codes (n, 2) in, (n, 5) or (n, 1) out."""

    def __init__(self, setting: Setting, x: Attributes) -> None:
        super().__init__()
        self.codes = nn.ModuleList()
        for column, count in enumerate(x.codes):
            table = nn.Embedding(count, 1)
            table.weight.requires_grad = setting.codes == "learned"
            with torch.no_grad():  # the random codes as they stand in X
                places = torch.from_numpy(x.code[:, column])
                table.weight[places, 0] = torch.from_numpy(x.values[:, CODED[column]]).float()
            self.codes.append(table)
        sizes = [1] + [setting.kernels] * setting.layers
        self.layers = nn.ModuleList(Convolution(*ends) for ends in pairwise(sizes))
        self.dropout = nn.Dropout(setting.dropout)
        length = x.values.shape[1]
        outputs = 5 if setting.loss == "cross-entropy" else 1
        self.answer = nn.Linear(length * setting.kernels, outputs)

    def forward(self, values: Tensor, codes: Tensor) -> Tensor:
        columns = list(values.split(1, dim=1))
        for number, table in enumerate(self.codes):
            columns[CODED[number]] = table(codes[:, number])
        x = torch.stack(columns, dim=1)  # (n, 5, 1)
        with torch.autocast("cpu", torch.bfloat16):
            for layer in self.layers:
                x = layer(x)  # (n, 5, kernels)
            answer: Tensor = self.answer(self.dropout(x.flatten(1)))
        return answer.float()


class Convolution(nn.Module):
    """Kernel 1 × 5, stride 1, zero padding, ReLU: (n, length, a) in, (n, length, b) out.

    As one matrix product over the five shifts, which a CPU does four times as fast as `Conv1d`.
    """

    def __init__(self, inputs: int, kernels: int) -> None:
        super().__init__()
        self.weight = nn.Linear(KERNEL * inputs, kernels)
        nn.init.kaiming_normal_(self.weight.weight, nonlinearity="relu")
        nn.init.zeros_(self.weight.bias)

    def forward(self, x: Tensor) -> Tensor:
        length = x.shape[1]
        padded = nn.functional.pad(x, (0, 0, KERNEL // 2, KERNEL // 2))
        shifts = [padded[:, start : start + length] for start in range(KERNEL)]
        return torch.relu(self.weight(torch.cat(shifts, dim=2)))


def _loss(answer: Tensor, truth: Tensor) -> Tensor:
    if answer.shape[1] == 1:
        return nn.functional.mse_loss(answer[:, 0], truth.float() + 1)
    return nn.functional.cross_entropy(answer, truth)


def _levels(answer: Tensor) -> Tensor:
    """The level answered, int64, (n,), from 0."""
    if answer.shape[1] == 1:
        return answer[:, 0].round().clamp(1, 5).long() - 1
    return answer.argmax(dim=1)
