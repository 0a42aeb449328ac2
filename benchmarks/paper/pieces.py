"""What one row gave on one fold."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.paper.plan import Row


@dataclass(frozen=True, slots=True)
class Piece:
    row: str  # `Row.key`
    fold: str
    accuracy: float
    fours: float  # share of answers that are the majority class, level 4
    cpu_s: float
    losses: tuple[float, ...]  # in training, means of ten iterations; of the first fold alone
    accuracies: tuple[float, ...]  # likewise
    batches: tuple[float, ...]  # accuracy of successive test batches; likewise


@dataclass(frozen=True, slots=True)
class Summary:
    """Over the folds of a row."""

    folds: int
    mean: float
    sd: float
    fours: float
    first: Piece


def summary(row: Row, pieces: Iterable[Piece]) -> Summary | None:
    """None where nothing has run yet."""
    of_row = [piece for piece in pieces if piece.row == row.key]
    if not of_row:
        return None
    accuracies = [piece.accuracy for piece in of_row]
    return Summary(
        folds=len(of_row),
        mean=statistics.fmean(accuracies),
        sd=statistics.stdev(accuracies) if len(of_row) > 1 else 0.0,
        fours=statistics.fmean(piece.fours for piece in of_row),
        first=of_row[0],
    )
