"""Pictures from disk, whatever their kind, as the network sees them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from framesense.errors import InputError
from framesense.records import Box, Image


def read_image(path: Path, box: Box | None = None, *, max_side: int | None = None) -> Image:
    """Grey, 16-bit and transparent (over white) pictures become BGR; `box` cuts a part out.

    What remains is at most `max_side` px. Raises InputError for what is no picture.
    """
    try:
        data = np.frombuffer(path.read_bytes(), np.uint8)
        pixels = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if len(data) else None
    except (OSError, ValueError, cv2.error) as error:
        raise InputError(f"{path}: cannot be read ({error})".splitlines()[0]) from error
    if pixels is None:
        raise InputError(f"{path}: not a picture", remedy="delete it or replace it")
    if pixels.dtype not in (np.uint8, np.uint16, np.float32, np.float64):
        raise InputError(f"{path}: levels are {pixels.dtype}", remedy="save it with 8 or 16 bits")
    return shrunk(cut(_bgr(pixels), box), max_side)


def shrunk(image: Image, max_side: int | None) -> Image:
    """The longer side at most `max_side` px, so that many pictures can be kept in memory."""
    longer = max(image.shape[:2])
    if max_side is None or longer <= max_side:
        return image
    height, width = (max(1, round(n * max_side / longer)) for n in image.shape[:2])
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def square(image: Image, side: int) -> Image:
    """Squeezed to (side, side, 3), as in training so in use."""
    return np.asarray(cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def squares(images: Sequence[Image], side: int) -> NDArray[np.uint8]:
    """(n, side, side, 3)."""
    pixels = np.zeros((len(images), side, side, 3), np.uint8)
    for row, image in enumerate(images):
        pixels[row] = square(image, side)
    return pixels


def _bgr(pixels: NDArray[Any]) -> Image:
    if pixels.dtype == np.uint16:
        levels = (pixels >> 8).astype(np.uint8)
    elif pixels.dtype == np.uint8:
        levels = pixels.astype(np.uint8, copy=False)
    else:  # floats 0 to 1, as in EXR and HDR
        levels = (np.clip(pixels.astype(np.float32), 0, 1) * 255).astype(np.uint8)
    if levels.ndim == 2 or levels.shape[2] == 1:
        return np.asarray(cv2.cvtColor(levels, cv2.COLOR_GRAY2BGR), np.uint8)
    if levels.shape[2] == 4:
        seen = levels[..., 3:] / np.float32(255)
        return np.asarray((levels[..., :3] * seen + 255 * (1 - seen)).round(), np.uint8)
    return np.asarray(levels, np.uint8)


def cut(image: Image, box: Box | None) -> Image:
    """The part that `box` names, at least a pixel; all of it for None."""
    if box is None:
        return image
    height, width = image.shape[:2]
    left, right = sorted((round(box.x1 * width), round(box.x2 * width)))
    top, bottom = sorted((round(box.y1 * height), round(box.y2 * height)))
    left, top = min(left, width - 1), min(top, height - 1)  # a thin box keeps a pixel
    part = image[top : max(bottom, top + 1), left : max(right, left + 1)]
    return part.copy()  # lets the whole go
