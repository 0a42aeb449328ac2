"""The movie barcode: a film as a row of its mean colours."""

from __future__ import annotations

import cv2
import numpy as np

from framesense.records import Image


class Barcode:
    """At most `limit` columns for a film of any length.

    A column is the mean colour of a number of pictures; where the columns grow too many,
    neighbours join and every column stands for twice as many.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pictures = 1  # that a whole column stands for
        self._sums: list[np.ndarray] = []  # (3,) each: BGR levels, summed over a column's pictures
        self._open = 0  # pictures in the last column

    def push(self, image: Image) -> None:
        colour = np.array(cv2.mean(image)[:3])
        if self._sums and self._open < self._pictures:
            self._sums[-1] = self._sums[-1] + colour
            self._open += 1
            return
        if len(self._sums) == self._limit:
            self._join()
            self.push(image)
            return
        self._sums.append(colour)
        self._open = 1

    def columns(self) -> tuple[str, ...]:
        """In the film's order, as `#rrggbb`."""
        counts = [self._pictures] * (len(self._sums) - 1) + [self._open]
        return tuple(
            hex_of(total / count) for total, count in zip(self._sums, counts, strict=False)
        )

    def _join(self) -> None:
        last_alone = len(self._sums) % 2
        pairs = [sum(self._sums[i : i + 2]) for i in range(0, len(self._sums), 2)]
        self._sums = [np.asarray(pair) for pair in pairs]
        self._open += 0 if last_alone else self._pictures
        self._pictures *= 2


def hex_of(bgr: np.ndarray) -> str:
    """`#rrggbb` of blue, green and red levels from 0 to 255."""
    blue, green, red = (round(float(level)) for level in bgr)
    return f"#{red:02x}{green:02x}{blue:02x}"
