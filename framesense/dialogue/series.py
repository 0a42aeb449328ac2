"""Numbers at even steps of time. Pure."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Series:
    """Four bytes a number, so that hours of them stay small."""

    values: array[float]
    step_s: float
    first_s: float  # the time that the first value stands for, the middle of its window

    def within(self, start_s: float, end_s: float) -> array[float]:
        """The values whose times lie in `[start_s, end_s)`, or the nearest where none does."""
        first, last = self._index(start_s), self._index(end_s)
        if first >= last and self.values:
            middle = round(((start_s + end_s) / 2 - self.first_s) / self.step_s)
            first = min(max(middle, 0), len(self.values) - 1)
            last = first + 1
        return self.values[first:last]

    def _index(self, time_s: float) -> int:
        """Of the first value at or after the time."""
        index = math.ceil(round((time_s - self.first_s) / self.step_s, 6))
        return min(max(index, 0), len(self.values))
