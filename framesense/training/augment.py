"""Other views of a drawing: framing, mirror, light and tint, thickness of line, things in front.

Colours are part of a drawn character, so tints stay small.
"""

from __future__ import annotations

import cv2
import numpy as np

from framesense.records import Image


def augmented(
    picture: Image, side: int, random: np.random.Generator, *, weak: bool = False
) -> Image:
    """A random view (side, side, 3); a weak one is framed anew and perhaps mirrored, no more."""
    view = _framed(picture, side, random, least=0.8 if weak else 0.4, tilt=0 if weak else 12)
    if weak:
        return view
    if random.random() < 0.2:
        view = _lines(view, thicker=random.random() < 0.5)
    if random.random() < 0.15:
        view = np.asarray(cv2.GaussianBlur(view, (3, 3), 0), np.uint8)
    if random.random() < 0.4:
        view = _covered(view, random)
    return _lit(view, random)


def joined(one: Image, other: Image, random: np.random.Generator) -> Image:
    """Both, side by side or one above the other, squeezed as a box around two would be."""
    side = one.shape[0]
    share = random.integers(side * 2 // 5, side * 3 // 5 + 1)
    pair = [(one, share), (other, side - share)]
    if random.random() < 0.5:
        pair.reverse()
    beside = random.random() < 0.7
    parts = [
        cv2.resize(view, (length, side) if beside else (side, length), interpolation=cv2.INTER_AREA)
        for view, length in pair
    ]
    return np.asarray(np.concatenate(parts, axis=1 if beside else 0), np.uint8)


def _framed(
    picture: Image, side: int, random: np.random.Generator, *, least: float, tilt: float
) -> Image:
    """A tilted part with at least `least` of the area, perhaps mirrored, at its new size."""
    height, width = picture.shape[:2]
    share, aspect = random.uniform(least, 1), np.exp(random.uniform(-0.25, 0.25))
    across = min(1.0, np.sqrt(share * aspect)) * width
    down = min(1.0, np.sqrt(share / aspect)) * height
    centre = (
        random.uniform(across / 2, width - across / 2),
        random.uniform(down / 2, height - down / 2),
    )
    angle = np.radians(random.uniform(-tilt, tilt))
    mirror = random.choice((-1, 1))
    # From a place in the view to one in the picture.
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    to_picture = turn @ np.diag([mirror * across / side, down / side])
    shift = np.array(centre) - to_picture @ [side / 2, side / 2]
    return np.asarray(
        cv2.warpAffine(
            picture,
            np.column_stack([to_picture, shift]),
            (side, side),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REFLECT_101,
        ),
        np.uint8,
    )


def _lines(view: Image, *, thicker: bool) -> Image:
    """Dark outlines a pixel thicker or thinner."""
    change = cv2.erode if thicker else cv2.dilate
    return np.asarray(change(view, np.ones((2, 2), np.uint8)), np.uint8)


def _covered(view: Image, random: np.random.Generator) -> Image:
    """A grey rectangle hides a part, at most a sixth."""
    side = view.shape[0]
    height, width = random.integers(side // 8, side * 2 // 5, 2)
    top, left = random.integers(0, side - height), random.integers(0, side - width)
    view = view.copy()
    view[top : top + height, left : left + width] = 127
    return view


def _lit(view: Image, random: np.random.Generator) -> Image:
    """Brighter or darker, more or less contrast, a slight tint."""
    gain = random.uniform(0.75, 1.25) * random.uniform(0.9, 1.1, 3)
    offset = random.uniform(-20, 20)
    levels = np.arange(256)[:, None] * gain + offset  # (256, 3)
    table = np.clip(levels, 0, 255).astype(np.uint8)[None]
    return np.asarray(cv2.LUT(view, table), np.uint8)
