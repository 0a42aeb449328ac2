"""What every rating model is: something fitted on ratings that then answers with distributions.

A model is given training ratings and nothing else (`RatingSet.only`), so no statistic of a tested
row can reach it. It answers for any viewers and films; those it has not learned from are told by
their ids and taken as new.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from framesense.rating.ratings import Films, Floats, RatingSet, Rows, Viewers

Show = Callable[[str, float], None]
"""Told what is being done, and which share (0 to 1) of it is."""


def silent(what: str, share: float) -> None:
    """A `Show` that shows nothing."""


def between(show: Show, low: float, high: float) -> Show:
    """A `Show` for one part of the whole, from `low` to `high`."""
    return lambda what, share: show(what, low + (high - low) * share)


class Predictor(Protocol):
    """A fitted model."""

    def predict(self, viewers: Viewers, films: Films, user: Rows, film: Rows) -> Floats:
        """Distributions, float64, (n, 5), for pairs (n,) of rows of `viewers` and `films`."""
        ...


class Model(Protocol):
    """A model before it has seen ratings."""

    @property
    def name(self) -> str: ...

    def fit(self, data: RatingSet, *, seed: int, show: Show = silent) -> Predictor:
        """Learn from all of `data.ratings`; the same seed gives the same predictor."""
        ...
