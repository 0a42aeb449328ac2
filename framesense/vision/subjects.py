"""Where somebody may be, whoever it is: boxes worth a closer look, and their crops.

A detector that was trained on photographs boxes a drawn character faintly and by the wrong name, or
not at all. So its classes are ignored and faint boxes count, and beside them come the places that
stand out from their picture. Not every box holds a character: what looks at the crops must be able
to say that it knows nobody there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from framesense.records import Box, Detection, Image

FAINT = 0.02
"""Score from which a detector's boxes are of use here, and so its `min_score`."""

_SURE = 0.25  # score from which every box counts, and not only the best few
_LOOKED_AT = 20  # faint boxes, of which there may be a hundred
_BEST = 3  # boxes of the detector's, where fewer are sure
_MOST = 12  # subjects of a picture
_SAME = 0.5  # overlap from which two boxes are one
_TINY, _WHOLE = 0.004, 0.85  # shares of the picture that a subject lies between
_LEVELS = (1.5, 2.0)  # × the mean, from which a place stands out
_PLACES = 3  # largest that stand out, for each level
_SIDE = 96  # px, longer side of the picture that is searched for them
_SPECTRUM = 64  # px
_BORDER = 0.05  # share of the picture's height: mostly background
_BORDER_COLOURS = 8

Floats = NDArray[np.float32]


def subjects(image: Image, detections: Sequence[Detection] = ()) -> list[Box]:
    """Boxes of what may be a character, at most 12, likeliest first; they may overlap by less than
    half. The detections may be as faint as `FAINT`; without any, only what stands out is found.
    """
    ranked = sorted(detections, key=lambda item: -item.score)
    sure = _distinct([item.box for item in ranked if item.score >= _SURE])
    faint = [item.box for item in ranked if item.score < _SURE]
    seen = _distinct([*sure, *faint[:_LOOKED_AT]])
    best = seen[len(sure) : max(len(sure), _BEST)]
    return _distinct([*sure, *standing_out(image), *best])[:_MOST]


def standing_out(image: Image) -> list[Box]:
    """Boxes of the largest places that stand out from the picture, largest first within a level.

    The saliency is the mean of two maps, each of mean 1: the spectral residual of the colours (Hou
    and Zhang 2007, "Saliency Detection: A Spectral Residual Approach"), which finds outlines, and
    the distance to the nearest colour of the picture's border, which finds fills.
    """
    height, width = image.shape[:2]
    scale = _SIDE / max(height, width)
    size = max(8, round(width * scale)), max(8, round(height * scale))
    lab = _lab(image, size)
    saliency = (_levelled(_residual(image), size) + _levelled(_from_border(lab), size)) / 2
    boxes = []
    for level in _LEVELS:
        mask = (saliency > level * saliency.mean()).astype(np.uint8)
        opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        _, _, places, _ = cv2.connectedComponentsWithStats(opened)
        found = [(area, _box(x, y, w, h, size)) for x, y, w, h, area in places[1:].tolist()]
        fitting = [(area, box) for area, box in found if _fits(box)]
        boxes += [box for _, box in sorted(fitting, key=lambda pair: -pair[0])[:_PLACES]]
    return boxes


def crop(image: Image, box: Box, *, margin: float = 0.1) -> Image:
    """The box's pixels with `margin` of its sides around, as far as the picture goes; a view, and
    at least one pixel."""
    height, width = image.shape[:2]
    dx, dy = margin * (box.x2 - box.x1), margin * (box.y2 - box.y1)
    left = min(width - 1, max(0, int((box.x1 - dx) * width)))
    top = min(height - 1, max(0, int((box.y1 - dy) * height)))
    right = max(left + 1, min(width, round((box.x2 + dx) * width)))
    bottom = max(top + 1, min(height, round((box.y2 + dy) * height)))
    return image[top:bottom, left:right]


def _distinct(boxes: Iterable[Box]) -> list[Box]:
    """Those of a fitting size that overlap little with each one before."""
    kept: list[Box] = []
    for box in boxes:
        if _fits(box) and all(box.overlap(other) < _SAME for other in kept):
            kept.append(box)
    return kept


def _fits(box: Box) -> bool:
    return _TINY <= box.area <= _WHOLE


def _box(x: int, y: int, w: int, h: int, size: tuple[int, int]) -> Box:
    width, height = size
    return Box(x / width, y / height, (x + w) / width, (y + h) / height)


def _lab(image: Image, size: tuple[int, int]) -> Floats:
    """CIELAB as OpenCV gives it for bytes, (h, w, 3)."""
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2LAB), np.float32)


def _levelled(saliency: Floats, size: tuple[int, int]) -> Floats:
    """At this size, with mean 1."""
    resized = cv2.resize(saliency, size)
    return np.asarray(resized / max(float(resized.mean()), 1e-6), np.float32)


def _residual(image: Image) -> Floats:
    lab = _lab(image, (_SPECTRUM, _SPECTRUM))
    spectrum = np.fft.fft2(lab, axes=(0, 1))
    amplitude = np.log(np.abs(spectrum) + 1e-6).astype(np.float32)
    mean = cv2.blur(amplitude, (3, 3), borderType=cv2.BORDER_REPLICATE)
    phase = spectrum / np.maximum(np.abs(spectrum), 1e-6)
    residual = np.abs(np.fft.ifft2(np.exp(amplitude - mean) * phase, axes=(0, 1))) ** 2
    return np.asarray(cv2.GaussianBlur(residual.sum(axis=2), (0, 0), 2.5), np.float32)


def _from_border(lab: Floats) -> Floats:
    """Distance of each pixel to the nearest of the border's main colours."""
    smooth = cv2.GaussianBlur(lab, (0, 0), 1.0)
    rim = max(1, round(_BORDER * min(lab.shape[:2])))
    parts = smooth[:rim], smooth[-rim:], smooth[:, :rim], smooth[:, -rim:]
    border = np.concatenate([part.reshape(-1, 3) for part in parts])
    colours = min(_BORDER_COLOURS, len(border))
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 10, 1.0)
    cv2.setRNGSeed(0)  # the same picture, the same boxes
    _, _, centres = cv2.kmeans(border, colours, None, stop, 1, cv2.KMEANS_PP_CENTERS)
    pixels = smooth.reshape(-1, 3)
    # (p - c)² = p² - 2pc + c²: a matrix product, a third of the time of the differences
    squared = (pixels**2).sum(1, keepdims=True) - 2 * pixels @ centres.T + (centres**2).sum(1)
    distance = np.sqrt(squared.min(1).clip(min=0)).reshape(lab.shape[:2])
    return np.asarray(cv2.GaussianBlur(distance, (0, 0), 2.0), np.float32)
