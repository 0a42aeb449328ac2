"""A brush: smooth outlined shapes on an image, in the units of whoever holds it.

Colours are "#rrggbb" strings. Images are uint8, shape (height, width, 3) RGB, or
(height, width, 4) RGBA with premultiplied alpha (what anti-aliased drawing over nothing gives).
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

INK = "#2b2233"
SUBPIXEL_BITS = 4
Points = Sequence[tuple[float, float]] | np.ndarray


def rgb(colour: str) -> tuple[int, int, int]:
    """The red, green and blue (0-255) of "#rrggbb"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def smooth(points: Points, *, closed: bool, steps: int = 8) -> np.ndarray:
    """A Catmull-Rom curve through the points (n, 2); shape (about n * steps, 2)."""
    knots = np.asarray(points, dtype=np.float64)
    if closed:
        knots = np.concatenate([knots[-1:], knots, knots[:2]])
    else:
        knots = np.concatenate([knots[:1], knots, knots[-1:]])
    t = np.linspace(0.0, 1.0, steps, endpoint=False)[None, :, None]
    a, b, c, d = (knots[i : len(knots) - 3 + i, None, :] for i in range(4))
    curve = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    curve = curve.reshape(-1, 2)
    return curve if closed else np.concatenate([curve, knots[-1:]])


def oval_points(x: float, y: float, rx: float, ry: float, angle: float = 0.0) -> np.ndarray:
    """Forty points on an ellipse, shape (40, 2); angle in degrees."""
    turn = np.linspace(0.0, 2 * np.pi, 40, endpoint=False)
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    u, v = rx * np.cos(turn), ry * np.sin(turn)
    return np.stack([x + u * cos - v * sin, y + u * sin + v * cos], axis=1)


def box_points(x: float, y: float, w: float, h: float, r: float) -> np.ndarray:
    """A rounded rectangle around centre (x, y), corner radius r; shape (24, 2)."""
    corners = []
    for cx, cy, first in ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270)):
        turn = np.radians(np.linspace(first, first + 90, 6))
        middle = np.array([x + cx * (w / 2 - r), y + cy * (h / 2 - r)])
        corners.append(middle + r * np.stack([np.cos(turn), np.sin(turn)], axis=1))
    return np.concatenate(corners)


class Brush:
    """Draws on `image` through `matrix` (2, 3), which takes the brush's units to pixels."""

    def __init__(
        self,
        image: np.ndarray,
        matrix: np.ndarray,
        *,
        tint: tuple[float, float, float] = (1.0, 1.0, 1.0),
    ) -> None:
        self.image = image
        self.matrix = matrix
        self.tint = tint
        self.scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))

    def at(
        self, x: float, y: float, *, scale: float = 1.0, angle: float = 0.0, mirror: bool = False
    ) -> Brush:
        """A brush whose origin is (x, y) here, scaled, turned by degrees, maybe mirrored."""
        cos, sin = scale * np.cos(np.radians(angle)), scale * np.sin(np.radians(angle))
        side = -1.0 if mirror else 1.0
        local = np.array([[side * cos, -side * sin, x], [sin, cos, y], [0.0, 0.0, 1.0]])
        return Brush(self.image, self.matrix @ local, tint=self.tint)

    def stretched(self, sx: float, sy: float) -> Brush:
        """A brush about the same origin, stretched along its axes (squash and stretch)."""
        local = np.diag([sx, sy, 1.0])
        return Brush(self.image, self.matrix @ local, tint=self.tint)

    def shape(
        self,
        points: Points,
        fill: str | None,
        *,
        line: str | None = INK,
        width: float = 3.0,
        shade: float = 0.0,
    ) -> None:
        """A closed polygon; `shade` darkens the side away from the light (upper left)."""
        pixels = self._pixels(points)
        if fill is not None:
            cv2.fillPoly(self.image, [pixels], self._colour(fill), cv2.LINE_AA, SUBPIXEL_BITS)
            if shade > 0.0:
                self._darken_far_side(pixels, shade)
        if line is not None:
            thick = self._thickness(width)
            colour = self._colour(line)
            cv2.polylines(self.image, [pixels], True, colour, thick, cv2.LINE_AA, SUBPIXEL_BITS)

    def blob(
        self,
        points: Points,
        fill: str | None,
        *,
        line: str | None = INK,
        width: float = 3.0,
        shade: float = 0.0,
    ) -> None:
        """A smooth closed shape through the points."""
        self.shape(smooth(points, closed=True), fill, line=line, width=width, shade=shade)

    def oval(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        fill: str | None,
        *,
        angle: float = 0.0,
        line: str | None = INK,
        width: float = 3.0,
        shade: float = 0.0,
    ) -> None:
        """An ellipse; angle in degrees."""
        points = oval_points(x, y, rx, ry, angle)
        self.shape(points, fill, line=line, width=width, shade=shade)

    def stroke(self, points: Points, colour: str, width: float) -> None:
        """An open smooth line."""
        pixels = self._pixels(smooth(points, closed=False))
        thick, paint = self._thickness(width), self._colour(colour)
        cv2.polylines(self.image, [pixels], False, paint, thick, cv2.LINE_AA, SUBPIXEL_BITS)

    def limb(self, points: Points, fill: str, width: float) -> None:
        """A thick outlined line: an arm, a leg, a stalk."""
        self.stroke(points, INK, width + 5.5)
        self.stroke(points, fill, width)

    def _pixels(self, points: Points) -> np.ndarray:
        flat = np.asarray(points, dtype=np.float64) @ self.matrix[:, :2].T + self.matrix[:, 2]
        return np.round(flat * 2**SUBPIXEL_BITS).astype(np.int32)[:, None, :]

    def _thickness(self, width: float) -> int:
        return max(1, round(width * self.scale))

    def _colour(self, colour: str) -> tuple[float, ...]:
        mixed = tuple(min(255.0, c * t) for c, t in zip(rgb(colour), self.tint, strict=True))
        return mixed if self.image.shape[2] == 3 else (*mixed, 255.0)

    def _darken_far_side(self, pixels: np.ndarray, shade: float) -> None:
        whole = pixels[:, 0, :] / 2**SUBPIXEL_BITS
        high, wide = self.image.shape[:2]
        x0, y0 = np.clip(np.floor(whole.min(axis=0)).astype(int), 0, (wide, high))
        x1, y1 = np.clip(np.ceil(whole.max(axis=0)).astype(int) + 1, 0, (wide, high))
        if x1 <= x0 or y1 <= y0:
            return
        inside = np.zeros((y1 - y0, x1 - x0), np.uint8)
        moved = whole - (x0, y0)
        reach = 0.13 * min(np.ptp(whole[:, 0]), np.ptp(whole[:, 1]))
        cv2.fillPoly(inside, [np.round(moved).astype(np.int32)], 1)
        cv2.fillPoly(inside, [np.round(moved - reach).astype(np.int32)], 0)
        patch = self.image[y0:y1, x0:x1, :3]
        np.copyto(patch, (patch * (1.0 - shade)).astype(np.uint8), where=inside[..., None] > 0)
