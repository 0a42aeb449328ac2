"""The last few seconds of a film, small enough to compare any two of its frames."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from framesense.records import Image

ACROSS, DOWN = 32, 18  # cells of a thumbnail, whatever the film's shape
LONG_SIDE = 128  # px, about, of the pictures that are compared block by block
LEAST_SIDE = 16  # px of their shorter side
LIT = 24.0  # levels; a row of cells that never gets so bright is a black bar of a letterbox

Thumbs = NDArray[np.float32]
"""Thumbnails, float32, (frames, 3, 18, 32), BGR 0 to 255: each cell the mean of its pixels."""

Grey = NDArray[np.uint8]
"""A grey picture, uint8, (height, width), its longer side about 128 px."""


class Trail:
    """The newest `keep` frames as thumbnails and grey pictures, by ordinal.

    Thumbnails stand in one array, so that a stretch of frames is a view. When the array is full
    the newest part moves to its front, once in `keep` frames.

    A frame is flat when no cell of its thumbnail differs from another by more than `flat` levels
    in any channel, black bars aside.
    """

    def __init__(self, *, keep: int, flat: float) -> None:
        self._keep = keep
        self._flat_range = flat
        self._thumbs = np.zeros((2 * keep, 3, DOWN, ACROSS), np.float32)
        self._greys: list[Grey] = []
        self._contrasts: list[float] = []
        self._lit = np.zeros(DOWN, np.bool_)
        self.rows = slice(0, DOWN)
        """Rows of cells between the black bars, without those that a bar's edge runs through."""
        self._offset = 0  # ordinal of the frame in the first place of both
        self.end = 0  # ordinal of the frame to come

    @property
    def start(self) -> int:
        """Ordinal of the oldest frame kept."""
        return max(self._offset, self.end - self._keep)

    def push(self, image: Image) -> Image:
        """Take the next frame; returns it with its longer side about 64 px."""
        if self.end - self._offset == len(self._thumbs):
            self._thumbs[: self._keep] = self._thumbs[self._keep :]
            del self._greys[: self._keep]
            del self._contrasts[: self._keep]
            self._offset += self._keep
        reduced = _reduced(image, LONG_SIDE)
        tiny = _reduced(reduced, LONG_SIDE // 2)
        place = self.end - self._offset
        thumb = cv2.resize(tiny, (ACROSS, DOWN), interpolation=cv2.INTER_AREA)
        planes = np.ascontiguousarray(thumb.transpose(2, 0, 1))
        self._thumbs[place] = planes
        self._greys.append(cv2.cvtColor(reduced, cv2.COLOR_BGR2GRAY))
        self._contrasts.append(self._contrast(planes))
        self.end += 1
        return tiny

    def thumb(self, ordinal: int) -> Thumbs:
        """One thumbnail, (3, 18, 32)."""
        return np.asarray(self._thumbs[ordinal - self._offset])

    def thumbs(self, first: int, end: int) -> Thumbs:
        """Thumbnails of frames `[first, end)`, (end - first, 3, 18, 32); a view."""
        return self._thumbs[first - self._offset : end - self._offset]

    def contrast(self, ordinal: int) -> float:
        """Largest difference between two cells in one channel, black bars aside, 0 to 255."""
        return self._contrasts[ordinal - self._offset]

    def at(self, ordinals: Sequence[int] | NDArray[np.int_]) -> Thumbs:
        """Thumbnails of any frames, (frames, 3, 18, 32); a copy."""
        return np.asarray(self._thumbs[np.asarray(ordinals) - self._offset])

    def greens(self, ordinals: Sequence[int]) -> NDArray[np.float32]:
        """The green of the thumbnails of any frames, (frames, 576): enough for a first look."""
        greens = self._thumbs[np.asarray(ordinals) - self._offset, 1]
        return np.asarray(greens.reshape(len(ordinals), -1))

    def flat(self, ordinal: int) -> bool:
        return self.contrast(ordinal) <= self._flat_range

    def grey(self, ordinal: int) -> Grey:
        return self._greys[ordinal - self._offset]

    def _contrast(self, planes: NDArray[np.uint8]) -> float:
        """Of a thumbnail, (3, 18, 32)."""
        if not self._lit.all():
            self._lit |= planes.max(axis=0).max(axis=1) > LIT
            self.rows = _between_bars(self._lit)
        cells = planes[:, self.rows].reshape(3, -1)
        return float((cells.max(axis=1) - cells.min(axis=1)).max())


def _reduced(image: Image, side: int) -> Image:
    """Its longer side about `side` px: n x n averaged to one, far faster than any other ratio."""
    height, width = image.shape[:2]
    n = max(1, round(max(height, width) / side))
    if min(height, width) < n * LEAST_SIDE:  # a mere ribbon
        size = max(LEAST_SIDE, width // n), max(LEAST_SIDE, height // n)
        return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))
    whole = image[: height // n * n, : width // n * n]
    return np.asarray(cv2.resize(whole, (width // n, height // n), interpolation=cv2.INTER_AREA))


def _between_bars(lit: NDArray[np.bool_]) -> slice:
    """Rows from the first to the last that is lit, less one next to each bar."""
    rows = np.flatnonzero(lit)
    if rows.size < DOWN // 2:
        return slice(0, DOWN)
    first, last = int(rows[0]), int(rows[-1])
    return slice(first + (first > 0), last + (last == DOWN - 1))
