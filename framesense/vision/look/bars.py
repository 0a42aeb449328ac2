"""Black bars: a wide film in a narrower frame, or a narrow one in a wider, is not that dark.

Nor may the bars' edges, which stand still, pass for what the camera looks at.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_BLACK = 24  # grey levels; encoders leave noise in the bars
_WIDEST = 0.25  # of the frame, each; where more is black, it is a dark picture


@dataclass(frozen=True, slots=True)
class Clear:
    """The part of the frame between the bars: each cut is a fraction of the height or width."""

    beside: float = 0.0  # left, and as much right
    above: float = 0.0  # above, and as much below

    def of(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The image without the bars; a pixel of blur at their edges goes too."""
        height, width = image.shape[:2]
        y = round(self.above * height) + 1 if self.above else 0
        x = round(self.beside * width) + 1 if self.beside else 0
        return np.ascontiguousarray(image[y : height - y, x : width - x])


class Bars:
    """Learns the bars as the film runs: what has been black in every frame so far."""

    def __init__(self) -> None:
        self.clear = Clear()
        self._beside = self._above = 1.0

    def push(self, grey: NDArray[np.uint8]) -> None:
        if not (self._beside or self._above):
            return  # something has been bright at the edges
        beside = min(self._beside, _dark_edges(cv2.reduce(grey, 0, cv2.REDUCE_MAX)))
        above = min(self._above, _dark_edges(cv2.reduce(grey, 1, cv2.REDUCE_MAX)))
        if (beside, above) != (self._beside, self._above):
            self._beside, self._above = beside, above
            self.clear = Clear(
                beside=beside if beside <= _WIDEST else 0.0,
                above=above if above <= _WIDEST else 0.0,
            )


def _dark_edges(brightest: NDArray[np.uint8]) -> float:
    """The share of a row, or a column, that is black from either end; the lesser of the two."""
    lit = np.flatnonzero(brightest.ravel() > _BLACK)
    if not len(lit):
        return 1.0
    return min(int(lit[0]), brightest.size - 1 - int(lit[-1])) / brightest.size
