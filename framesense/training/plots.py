"""Pictures that show how a training went, as PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from sklearn.metrics import (
    ConfusionMatrixDisplay,
    PrecisionRecallDisplay,
    multilabel_confusion_matrix,
)

from framesense.atomic import write_atomically
from framesense.records import Image
from framesense.training.calibration import reliability
from framesense.training.loop import Epoch
from framesense.training.pictures import square

Floats = NDArray[np.floating[Any]]
_THUMBNAIL = 160  # px


def confusion(path: Path, p: Floats, targets: NDArray[Any], labels: Sequence[str]) -> None:
    """True classes down, answers across; for pictures with one label."""
    figure, axes = _figure(1.5 + 0.6 * len(labels))
    ConfusionMatrixDisplay.from_predictions(
        targets,
        p.argmax(1),
        labels=range(len(labels)),
        display_labels=labels,
        xticks_rotation=45,
        cmap="Blues",
        colorbar=False,
        ax=axes,
    )
    _write(figure, path)


def confusion_several(
    path: Path, p: Floats, targets: NDArray[Any], labels: Sequence[str], *, threshold: float
) -> None:
    """How often each label was there or not, and said or not; for pictures with several labels."""
    counts = multilabel_confusion_matrix(targets > 0, p >= threshold)  # (n, there, said)
    table = counts[:, [1, 1, 0, 0], [1, 0, 1, 0]]  # (n, 4)
    figure, axes = _figure(1.5 + 0.6 * max(4, len(labels)))
    axes.imshow(table / np.maximum(table.sum(1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(table):
        dark = 2 * count > table[row].sum()
        axes.text(column, row, str(count), ha="center", va="center", color="wk"[not dark])
    axes.set_xticks(range(4), ["found", "missed", "false", "rightly not said"], rotation=45)
    axes.set_yticks(range(len(labels)), labels)
    _write(figure, path)


def learning(path: Path, history: Sequence[Epoch]) -> None:
    """Loss and accuracy over the epochs."""
    figure, axes = _figure(4)
    numbers = [epoch.number + 1 for epoch in history]
    axes.plot(numbers, [e.training_loss for e in history], label="loss, training")
    axes.plot(numbers, [e.validation_loss for e in history], label="loss, validation")
    axes.plot(numbers, [e.validation_accuracy for e in history], label="accuracy, validation")
    axes.set_xlabel("epoch")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_ylim(bottom=0)
    axes.legend()
    _write(figure, path)


def precision_recall(path: Path, p: Floats, targets: NDArray[Any], labels: Sequence[str]) -> None:
    """One curve for each class that occurs."""
    figure, axes = _figure(5)
    for number, label in enumerate(labels):
        truth = targets[:, number] > 0 if targets.ndim == 2 else targets == number
        if truth.any():
            PrecisionRecallDisplay.from_predictions(truth, p[:, number], name=label, ax=axes)
    axes.set_xlabel("recall")
    axes.set_ylabel("precision")
    axes.legend(loc="lower left")
    _write(figure, path)


def calibration(path: Path, p: Floats, targets: NDArray[Any]) -> None:
    """Share of right answers over their score; on the diagonal a score can be taken at its word."""
    score, right, share = reliability(p, targets).T
    filled = share > 0
    figure, axes = _figure(4)
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    axes.bar(score[filled], right[filled], width=0.06)
    axes.set_xlabel("score")
    axes.set_ylabel("share right")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    _write(figure, path)


def mistakes(
    path: Path,
    images: Sequence[Image],
    p: Floats,
    targets: NDArray[Any],
    labels: Sequence[str],
    *,
    most: int = 24,
) -> None:
    """A sheet of the pictures that were misnamed with most confidence; none where none was."""
    truth = targets > 0 if targets.ndim == 2 else np.eye(len(labels), dtype=bool)[targets]
    surest_wrong = np.where(truth, 1 - p, p)  # (n, classes): how wrong each answer is
    if targets.ndim == 1:
        surest_wrong = np.where(truth, 0, p) * (p.argmax(1) != targets)[:, None]
    order = np.argsort(-surest_wrong.max(1), kind="stable")[:most]
    tiles = []
    for row in order:
        worst = int(surest_wrong[row].argmax())
        if (surest_wrong[row, worst] < 0.5 and targets.ndim == 2) or not surest_wrong[row, worst]:
            continue
        true = "+".join(label for label, yes in zip(labels, truth[row], strict=True) if yes)
        tiles.append(
            _tile(images[row], f"{true or 'none'}, said {labels[worst]} {p[row, worst]:.2f}")
        )
    if not tiles:
        path.unlink(missing_ok=True)  # an earlier training's
        return
    across = min(6, len(tiles))
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % across)
    sheet = np.vstack([np.hstack(tiles[i : i + across]) for i in range(0, len(tiles), across)])
    write_atomically(path, cv2.imencode(".png", sheet)[1].tobytes())


def _tile(image: Image, caption: str) -> Image:
    tile = np.full((_THUMBNAIL + 20, _THUMBNAIL, 3), 255, np.uint8)
    tile[:_THUMBNAIL] = square(image, _THUMBNAIL)
    cv2.putText(
        tile,
        caption,
        (3, _THUMBNAIL + 14),
        cv2.FONT_HERSHEY_SIMPLEX,
        0.38,
        (0, 0, 0),
        1,
        cv2.LINE_AA,
    )
    return tile


def _figure(inches: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(inches, inches), layout="constrained")
    return figure, figure.subplots()


def _write(figure: Figure, path: Path) -> None:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=80)
    write_atomically(path, buffer.getvalue())
