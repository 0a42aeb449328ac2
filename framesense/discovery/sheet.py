"""Contact sheets: many small pictures on one, each with a word under it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from framesense.atomic import write_atomically
from framesense.records import Image

_CELL = 128, 96  # px, width and height that a picture is fitted into
_WORD = 16  # px, height of the line under it
_FEWEST = 4  # columns, so that there is room for the title
_HEAD = 28  # px
_PAPER, _INK = 245, (40, 40, 40)


Cell = tuple[Image, str]
"""A picture and the word under it."""


def write_sheet(path: Path, title: str, rows: Sequence[Sequence[Cell]]) -> None:
    """A PNG of rows of pictures under a title. Raises OutputError."""
    width, height = _CELL[0] + 8, _CELL[1] + _WORD + 8
    columns = max(_FEWEST, *(len(row) for row in rows)) if rows else _FEWEST
    sheet = np.full((_HEAD + len(rows) * height, columns * width, 3), _PAPER, np.uint8)
    _write(sheet, title, 6, 19, size=0.5)
    for index, row in enumerate(rows):
        for column, (picture, word) in enumerate(row):
            top, left = _HEAD + index * height, column * width + 4
            fitted = _fitted(picture)
            h, w = fitted.shape[:2]
            y, x = top + (_CELL[1] - h) // 2, left + (_CELL[0] - w) // 2
            sheet[y : y + h, x : x + w] = fitted
            _write(sheet, word, left + 2, top + _CELL[1] + 12, size=0.36)
    write_atomically(path, cv2.imencode(".png", sheet)[1].tobytes())


def in_rows(cells: Sequence[Cell], columns: int = 8) -> list[Sequence[Cell]]:
    return [cells[start : start + columns] for start in range(0, len(cells), columns)]


def _fitted(picture: Image) -> Image:
    height, width = picture.shape[:2]
    scale = min(_CELL[0] / width, _CELL[1] / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _write(sheet: Image, words: str, x: int, y: int, *, size: float) -> None:
    """ASCII only: OpenCV's letters know no others."""
    plain = words.encode("ascii", "replace").decode()
    cv2.putText(sheet, plain, (x, y), cv2.FONT_HERSHEY_SIMPLEX, size, _INK, 1, cv2.LINE_AA)
