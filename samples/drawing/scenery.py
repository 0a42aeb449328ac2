"""What settings are painted with: skies, hills, trees, clouds, grass, grain."""

from __future__ import annotations

import cv2
import numpy as np

from drawing.brush import INK, Brush, rgb
from drawing.camera import PLATE_SCALE, WORLD_H, WORLD_W


class Plate:
    """A transparent plate the size of the world, and a brush in world units to paint it."""

    def __init__(self, seed: int) -> None:
        self.image = np.zeros((WORLD_H * PLATE_SCALE, WORLD_W * PLATE_SCALE, 4), np.uint8)
        self.brush = Brush(self.image, np.array([[PLATE_SCALE, 0.0, 0.0], [0.0, PLATE_SCALE, 0.0]]))
        self.random = np.random.default_rng(seed)

    def gradient(self, *stops: tuple[float, str]) -> None:
        """Cover the plate from top to bottom; stops are (y in world units, colour)."""
        y = np.arange(self.image.shape[0]) / PLATE_SCALE
        levels = [stop[0] for stop in stops]
        for channel in range(3):
            values = [rgb(stop[1])[channel] for stop in stops]
            self.image[..., channel] = np.interp(y, levels, values).round()[:, None]
        self.image[..., 3] = 255

    def shade_down(self, y: float, strength: float) -> None:
        """Darken what is painted, more and more below y (world units)."""
        rows = np.arange(self.image.shape[0]) / PLATE_SCALE
        factor = 1.0 - strength * np.clip((rows - y) / (WORLD_H - y), 0.0, 1.0)
        self.image[..., :3] = self.image[..., :3] * factor[:, None, None]

    def grain(self, strength: float, *, size: float = 3.0) -> None:
        """Uneven paint: blotches of about `size` world units, `strength` as a part of 1."""
        noise = np.random.default_rng(7).standard_normal(self.image.shape[:2]).astype(np.float32)
        noise = cv2.GaussianBlur(noise, (0, 0), size * PLATE_SCALE, sigmaY=size * PLATE_SCALE / 2)
        paint = self.image[..., :3] * (1.0 + strength * noise / noise.std())[..., None]
        self.image[..., :3] = np.clip(paint, 0, self.image[..., 3:])

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float) -> None:
        """Mix a light colour in around (x, y), where something is painted."""
        rows = np.arange(self.image.shape[0])[:, None] / PLATE_SCALE - y
        columns = np.arange(self.image.shape[1])[None, :] / PLATE_SCALE - x
        light = strength * np.exp(-(rows**2 + columns**2) / (2 * (radius / 2) ** 2))
        light = (light * self.image[..., 3] / 255)[..., None]
        self.image[..., :3] = self.image[..., :3] * (1.0 - light) + light * np.array(rgb(colour))

    def ridge(
        self,
        y: float,
        rise: float,
        wave: float,
        colour: str,
        *,
        rough: float = 0.0,
        line: str | None = INK,
    ) -> np.ndarray:
        """Ground up to a wavy edge around y; returns the edge's height at each world x, (1601,)."""
        x = np.arange(WORLD_W + 1)
        phase = self.random.uniform(0, 2 * np.pi, 3)
        edge: np.ndarray = y - rise * (
            0.6 * np.sin(2 * np.pi * x / wave + phase[0])
            + 0.3 * np.sin(2 * np.pi * x / (0.43 * wave) + phase[1])
            + 0.1 * np.sin(2 * np.pi * x / (0.17 * wave) + phase[2])
        )
        edge += rough * np.convolve(
            self.random.standard_normal(x.size + 8), np.ones(9) / 9, "valid"
        )
        corners = [(WORLD_W + 10, WORLD_H + 10), (-10, WORLD_H + 10)]
        self.brush.shape(
            [*zip(x.tolist(), edge.tolist(), strict=True), *corners], colour, line=line, width=2.5
        )
        return edge


def cloud(brush: Brush, x: float, y: float, size: float, colour: str, shadow: str) -> None:
    """A puffy cloud, about 100 * size units wide."""
    here = brush.at(x, y, scale=size)
    puffs = ((-34, 2, 20), (-14, -12, 25), (14, -8, 22), (36, 3, 17))
    for px, py, r in puffs:
        here.oval(px, py + 5, r + 2, r, shadow, line=None)
    here.shape([(-50, 8), (50, 8), (44, 20), (-44, 20)], shadow, line=None)
    for px, py, r in puffs:
        here.oval(px, py, r, r - 2, colour, line=None)


def round_tree(brush: Brush, x: float, y: float, size: float, leaf: str, light: str) -> None:
    """A tree with a round crown, about 120 * size units tall, its foot at (x, y)."""
    here = brush.at(x, y, scale=size)
    here.shape([(-7, 2), (-5, -50), (6, -50), (9, 2)], "#7a5236", width=2.5, shade=0.2)
    crown = [(-40, -62), (-46, -84), (-28, -108), (0, -120), (30, -110), (46, -84), (38, -60)]
    here.blob([*crown, (14, -50), (-14, -50)], leaf, width=2.5, shade=0.16)
    for px, py in ((-18, -88), (8, -98), (20, -76), (-4, -70)):
        here.stroke([(px - 9, py), (px, py - 6), (px + 9, py)], light, 3.5)


def pine(brush: Brush, x: float, y: float, size: float, leaf: str, snow: str | None) -> None:
    """A pine of three tiers, about 130 * size units tall, perhaps under snow."""
    here = brush.at(x, y, scale=size)
    here.shape([(-6, 2), (-6, -24), (6, -24), (6, 2)], "#6a4632", width=2.5)
    for base, top, half in ((-18, -72, 42), (-50, -102, 34), (-82, -134, 25)):
        tier = [(-half, base), (0, top), (half, base), (half / 2, base - 5), (0, base + 3)]
        here.shape([*tier, (-half / 2, base - 5)], leaf, width=2.5, shade=0.2)
        if snow is not None:
            cap = [(-half * 0.55, base - 22), (0, top), (half * 0.55, base - 22), (0, base - 16)]
            here.shape(cap, snow, line=None)


def trunk(brush: Brush, x: float, width: float, bark: str, dark: str, *, outlined: bool) -> None:
    """A trunk from above the frame to the ground, its bark furrowed."""
    w = width / 2
    outline = [(x - w, -20), (x + w, -20), (x + w * 0.85, 300), (x + w * 1.6, 412)]
    outline += [(x, 404), (x - w * 1.7, 414), (x - w * 0.9, 300)]
    brush.shape(outline, bark, line=INK if outlined else None, width=3.0, shade=0.2)
    for i in range(14):
        fx = x - w * 0.6 + (i * 0.37 % 1.0) * w * 1.1
        fy = 10 + i * 27
        brush.stroke([(fx, fy), (fx + 2, fy + 14), (fx - 1, fy + 26)], dark, 2.5)


def grass(plate: Plate, edge: np.ndarray, count: int, colour: str, *, height: float = 9.0) -> None:
    """Tufts scattered below the edge (heights by world x, shape (1601,))."""
    for x in plate.random.uniform(5, WORLD_W - 5, count):
        y = edge[int(x)] + 4 + (WORLD_H - edge[int(x)]) * plate.random.uniform() ** 1.3
        for lean in (-5, 0, 5):
            plate.brush.stroke(
                [(x, y), (x + lean / 2, y - height * 0.6), (x + lean, y - height)], colour, 2.0
            )


def flowers(plate: Plate, edge: np.ndarray, count: int, colours: tuple[str, ...]) -> None:
    """Little five-petalled flowers below the edge."""
    for x in plate.random.uniform(5, WORLD_W - 5, count):
        y = edge[int(x)] + 14 + (WORLD_H - edge[int(x)]) * plate.random.uniform()
        colour = colours[int(plate.random.integers(len(colours)))]
        for turn in range(5):
            angle = 2 * np.pi * turn / 5
            plate.brush.oval(x + 4 * np.cos(angle), y + 4 * np.sin(angle), 3, 3, colour, line=None)
        plate.brush.oval(x, y, 2.4, 2.4, "#fff3a8", line=None)
