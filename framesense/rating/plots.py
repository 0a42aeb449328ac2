"""Pictures of how right rating models are, by matplotlib."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from framesense.atomic import write_atomically
from framesense.errors import DeviceError
from framesense.rating import levels
from framesense.rating.audience import BANDS
from framesense.rating.evaluation import Result
from framesense.rating.preference import Preference
from framesense.rating.ratings import Floats, Rows

LEAST_SPAN = 0.5  # levels; so small differences look small


def comparison(results: list[Result], path: Path) -> None:
    """A dot and its standard deviation for each model: RMSE, accuracy and log-loss, as PNG."""
    figure, axes = _axes(3, height=1.5 + 0.35 * len(results))
    shown = (("rmse", "RMSE"), ("accuracy", "accuracy"), ("log_loss", "log-loss"))
    rows = np.arange(len(results))[::-1]
    for axis, (measure, title) in zip(axes, shown, strict=True):
        means = [result.mean(measure) for result in results]
        spread = [result.sd(measure) for result in results]
        axis.errorbar(means, rows, xerr=spread, fmt="o", capsize=3)
        axis.set_title(title)
        axis.set_yticks(rows, [result.model for result in results])
        axis.grid(axis="x", alpha=0.3)
    figure.suptitle(f"{results[0].data}, {results[0].protocol}: mean ± sd over folds")
    _write(figure, path)


def calibration(probabilities: Floats, level: Rows, path: Path) -> None:
    """Promised against kept, as PNG: probability of a like, and how often each level is foretold.

    Twenty bands hold equally many ratings each, so that a dot is never of a few.
    """
    figure, (kept, shares) = _axes(2, height=3.5)
    liked = levels.like(probabilities)
    bands = np.array_split(np.argsort(liked), min(20, len(level)))
    promised = [liked[band].mean() for band in bands]
    kept.plot([0, 1], [0, 1], color="grey", linewidth=1)
    kept.plot(promised, [(level[band] >= levels.LIKE).mean() for band in bands], "o")
    kept.set_xlabel("probability of a like")
    kept.set_ylabel("share that liked")
    width = 0.4
    counts = np.bincount(level, minlength=6)[1:] / len(level)
    shares.bar(levels.LEVELS - width / 2, counts, width, label="given")
    shares.bar(levels.LEVELS + width / 2, probabilities.mean(axis=0), width, label="foretold")
    shares.set_xlabel("level")
    shares.set_ylabel("share")
    shares.legend()
    _write(figure, path)


def tastes(found: Sequence[Preference], path: Path) -> None:
    """A heat map a film of what `audience.groups` expect: gender across age, as PNG."""
    films = list(dict.fromkeys(one.film for one in found))
    groups = [one.viewer.partition(" ") for one in found if one.film == films[0]]
    genders = sorted({gender for gender, _, _ in groups})
    bands = [name for name in BANDS if any(age == name for _, _, age in groups)]
    figure, axes = _axes(1, height=0.6 + 1.5 * len(films), width=9, rows=len(films))
    low, high = min(one.expected for one in found), max(one.expected for one in found)
    middle, half = (low + high) / 2, max(LEAST_SPAN, high - low) / 2
    for axis, film in zip(np.atleast_1d(axes), films, strict=True):
        expected = np.full((len(genders), len(bands)), np.nan)  # NaN: nobody to learn from
        for one in found:
            gender, _, age = one.viewer.partition(" ")
            if one.film == film:
                expected[genders.index(gender), bands.index(age)] = one.expected
        drawn = axis.imshow(
            expected, cmap="viridis", aspect="auto", vmin=middle - half, vmax=middle + half
        )
        for (row, column), value in np.ndenumerate(expected):
            if not np.isnan(value):
                ink = "black" if drawn.norm(value) > 0.6 else "white"
                axis.text(column, row, f"{value:.2f}", ha="center", va="center", color=ink)
        axis.set_yticks(range(len(genders)), genders)
        axis.set_xticks(range(len(bands)), bands)
        axis.set_title(film)
    figure.colorbar(drawn, ax=axes, label="expected rating, 1 to 5")
    _write(figure, path)


def _axes(columns: int, *, height: float, width: float = 4, rows: int = 1) -> tuple[Any, Any]:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise DeviceError(
            "the package matplotlib is not installed", remedy="pip install 'framesense[rate]'"
        ) from error
    figure = Figure(figsize=(width * columns, height), layout="constrained")
    return figure, figure.subplots(rows, columns)


def _write(figure: Any, path: Path) -> None:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=100)
    write_atomically(path, buffer.getvalue())
