"""Light and weather, painted in place over a frame."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from drawing.brush import INK, Brush, rgb


def glow(brush: Brush, x: float, y: float, radius: float, colour: str, strength: float) -> None:
    """Add a round light of that radius (brush units) around (x, y)."""
    cx, cy = brush.matrix @ np.array([x, y, 1.0])
    reach = radius * brush.scale
    high, wide = brush.image.shape[:2]
    x0, x1 = (int(np.clip(v, 0, wide)) for v in (cx - reach, cx + reach))
    y0, y1 = (int(np.clip(v, 0, high)) for v in (cy - reach, cy + reach))
    if x1 <= x0 or y1 <= y0:
        return
    rows, columns = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    away = np.hypot(columns - cx, rows - cy) / reach
    light = strength * np.clip(1.0 - away, 0.0, 1.0)[..., None] ** 2
    light = (light * np.array(rgb(colour), np.float32)).astype(np.uint8)
    patch = brush.image[y0:y1, x0:x1]
    patch[:] = cv2.add(patch, light)


def star(brush: Brush, x: float, y: float, size: float, angle: float = 0.0) -> None:
    """The fallen star: five soft points, a face and a glow; `size` is its radius."""
    glow(brush, x, y, 4.2 * size, "#ffe08a", 0.75)
    here = Brush(brush.image, brush.matrix).at(x, y, scale=size / 20, angle=angle)
    turn = np.radians(np.arange(10) * 36 - 90)
    reach = np.where(np.arange(10) % 2 == 0, 20.0, 10.5)
    points = np.stack([reach * np.cos(turn), reach * np.sin(turn)], axis=1)
    here.blob(points, "#ffd93b", line="#b86a12", width=2.5)
    for dx in (-4, 4):
        here.oval(dx, -2, 1.8, 2.6, INK, line=None)
    here.stroke([(-3, 4), (0, 6), (3, 4)], INK, 1.6)


def flash(brush: Brush, strength: float, colour: str = "#ffffff") -> None:
    """Wash the whole frame with a colour; strength 1 leaves nothing else."""
    if strength > 0.0:
        wash = np.full_like(brush.image, rgb(colour))
        brush.image[:] = cv2.addWeighted(brush.image, 1.0 - strength, wash, strength, 0.0)


def side_light(brush: Brush, strength: float, colour: str) -> None:
    """A lamp off the left edge: strongest there, gone at the right edge."""
    if strength <= 0.0:
        return
    wide = brush.image.shape[1]
    part = strength * np.clip(1.0 - np.arange(wide) / (0.85 * wide), 0.0, 1.0)[None, :, None]
    brush.image[:] = brush.image * (1.0 - part) + part * np.array(rgb(colour))


def bolt(brush: Brush, x: float, y: float) -> None:
    """Lightning from the sky down to (x, y)."""
    bends = ((0, 0), (26, -60), (-6, -95), (34, -170), (4, -215), (40, -330))
    points = [(x + dx, y + dy) for dx, dy in bends]
    for colour, width in (("#9fb6ff", 9.0), ("#ffffff", 4.0)):
        for a, b in itertools.pairwise(points):
            brush.stroke([a, b], colour, width)


def snowfall(brush: Brush, t: float, left: float, right: float, *, count: int = 46) -> None:
    """Flakes that drift between two world x; the same flakes for the same t."""
    random = np.random.default_rng(99)
    for x, y, fall in random.uniform(0, 1, (count, 3)):
        sway = 8 * np.sin(t / 14 + 20 * x)
        fx = left + (right - left) * ((x + 0.0015 * t) % 1.0) + sway
        fy = 40 + (380 * y + (1.2 + fall) * t) % 400
        brush.oval(fx, fy, 1.6 + fall, 1.6 + fall, "#ffffff", line=None)


def sparks(brush: Brush, t: float, x: float, y: float) -> None:
    """A burst of sparks from (x, y), over twelve frames from t = 0."""
    if not 0 <= t < 12:
        return
    random = np.random.default_rng(5)
    for angle, speed in zip(random.uniform(200, 340, 14), random.uniform(3, 8, 14), strict=True):
        dx, dy = np.cos(np.radians(angle)) * speed, np.sin(np.radians(angle)) * speed
        px, py = x + dx * t, y + dy * t + 0.35 * t * t
        brush.stroke([(px - dx, py - dy), (px, py)], "#ffe27a", 2.5)


def lettering(brush: Brush, text: str, y: float, size: int, colour: str = "#ffe9a8") -> None:
    """Centred outlined letters; y and size in pixels of the oversampled frame."""
    picture = Image.fromarray(brush.image)
    font = ImageFont.load_default(size)
    middle = (picture.width / 2, y)
    ImageDraw.Draw(picture).text(
        middle, text, colour, font, "mm", stroke_width=size // 12, stroke_fill=INK
    )
    brush.image[:] = np.asarray(picture)
