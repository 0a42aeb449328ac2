"""Figures 4, 5 and 6, and the leak ladder, with the paper's 57 % as a line."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from benchmarks.paper.pieces import Piece, summary
from benchmarks.paper.plan import LADDER_ROWS, TABLE_1_ROWS, TABLE_2, TABLE_3_ROWS, Row
from framesense.atomic import write_atomically

PAPER, MAJORITY = 0.57, 0.3417


def draw(pieces: Sequence[Piece], folder: Path) -> None:
    """Write the four pictures; what has not run is left out."""
    for name, figure in (
        ("figure4", _training(pieces)),
        ("figure5", _batches(pieces)),
        ("figure6", _classifiers(pieces)),
        ("ladder", _ladder(pieces)),
    ):
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=100)
        write_atomically(folder / f"{name}.png", buffer.getvalue())


def _training(pieces: Sequence[Piece]) -> Figure:
    figure = Figure(figsize=(10, 3.8), layout="constrained")
    loss, accuracy = figure.subplots(1, 2)
    for row in TABLE_1_ROWS:
        setting = row.model
        assert not isinstance(setting, str)
        found = summary(row, pieces)
        if found is None or setting.batch != 200:
            continue
        style = "-" if setting.dropout == 0.2 else ":"
        label = f"{setting.layers} layers, dropout {setting.dropout}"
        colour = {3: "C0", 7: "C1", 11: "C2"}[setting.layers]
        place = np.arange(len(found.first.losses)) * 10 + 5
        loss.plot(place, found.first.losses, style, color=colour, label=label)
        accuracy.plot(place, found.first.accuracies, style, color=colour)
    loss.set(xlabel="iteration", ylabel="cross-entropy, nats", ylim=(1.3, 2.0))
    if loss.lines:
        loss.legend(fontsize=8)
    accuracy.set(xlabel="iteration", ylabel="accuracy on training records", ylim=(0, 0.65))
    _lines(accuracy)
    figure.suptitle("Figure 4: training")
    return figure


def _batches(pieces: Sequence[Piece]) -> Figure:
    figure = Figure(figsize=(7, 3.8), layout="constrained")
    axis = figure.subplots()
    if found := summary(Row(TABLE_2), pieces):
        axis.plot(np.arange(1, len(found.first.batches) + 1), found.first.batches, "o-", ms=3)
    axis.set(xlabel="test batch of 300", ylabel="accuracy", ylim=(0, 0.65))
    _lines(axis)
    figure.suptitle("Figure 5: test batches")
    return figure


def _classifiers(pieces: Sequence[Piece]) -> Figure:
    figure = Figure(figsize=(7, 3.8), layout="constrained")
    axis = figure.subplots()
    for shift, (protocol, rows) in zip((-0.2, 0.2), TABLE_3_ROWS.items(), strict=True):
        bars = [(k, found) for k, row in enumerate(rows) if (found := summary(row, pieces))]
        axis.bar(
            [k + shift for k, _ in bars],
            [found.mean for _, found in bars],
            0.38,
            yerr=[found.sd for _, found in bars],
            capsize=3,
            label={"kfold": "K-fold", "2kfold": "2K-fold"}[protocol],
        )
    names = [row.model if isinstance(row.model, str) else "network" for row in rows]
    axis.set_xticks(range(len(names)), names)
    axis.set(ylabel="accuracy", ylim=(0, 0.65))
    _lines(axis)
    figure.suptitle("Figure 6: classifiers")
    return figure


def _ladder(pieces: Sequence[Piece]) -> Figure:
    figure = Figure(figsize=(8, 3.8), layout="constrained")
    axis = figure.subplots()
    names = list(dict.fromkeys(str(row.behaviour) for row in LADDER_ROWS))
    for leaking, colour, label in (
        (False, "C0", "training rows"),
        (True, "C3", "tested rows too: leaks"),
    ):
        rows = [row for row in LADDER_ROWS if row.leaking == leaking]
        bars = [(row, found) for row in rows if (found := summary(row, pieces))]
        axis.barh(
            [names.index(row.behaviour) + (0.2 if leaking else -0.2) for row, _ in bars],
            [found.mean for _, found in bars],
            0.38,
            xerr=[found.sd for _, found in bars],
            color=colour,
            label=label,
        )
    axis.set_yticks(range(len(names)), names)
    axis.invert_yaxis()
    axis.set(xlabel="accuracy", xlim=(0, 0.7))
    axis.axvline(PAPER, color="black", linestyle="--", linewidth=1, label="the paper: about 57 %")
    axis.axvline(MAJORITY, color="grey", linewidth=1, label="always “4”: 34.2 %")
    axis.legend(fontsize=8, loc="upper right")
    figure.suptitle("The leak ladder: one network of 3 layers, one attribute changed")
    return figure


def _lines(axis: Any) -> None:
    axis.axhline(PAPER, color="black", linestyle="--", linewidth=1, label="the paper: about 57 %")
    axis.axhline(MAJORITY, color="grey", linewidth=1, label="always “4”: 34.2 %")
    axis.legend(fontsize=8)
