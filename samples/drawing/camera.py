"""The camera: which part of a setting's world a frame shows, and the layers behind."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

WIDTH, HEIGHT, FPS = 640, 360, 24  # of the film
OVERSAMPLE = 2  # frames are drawn this much larger, then averaged down
WORLD_W, WORLD_H = 1600, 520  # world units; one unit is one film pixel at zoom 1
PLATE_SCALE = 2  # plate pixels per world unit
CENTRE = np.array([WORLD_W / 2, WORLD_H / 2])


@dataclass(frozen=True)
class Camera:
    """Looks at (x, y) in world units; zoom 1 shows 640 x 360 of them."""

    x: float
    y: float = 250.0
    zoom: float = 1.0
    focus: float = 0.0  # blur of the background, in film pixels

    def matrix(self, depth: float = 1.0) -> np.ndarray:
        """World units to pixels of the oversampled frame, shape (2, 3).

        `depth` is 1 for the plane of the characters and falls to 0 far away.
        """
        k = OVERSAMPLE * self.zoom**depth
        x, y = CENTRE + (np.array([self.x, self.y]) - CENTRE) * depth
        half_w, half_h = OVERSAMPLE * WIDTH / 2, OVERSAMPLE * HEIGHT / 2
        return np.array([[k, 0.0, half_w - k * x], [0.0, k, half_h - k * y]])


@dataclass(frozen=True)
class Layer:
    """A painted plate: premultiplied RGBA, uint8, (WORLD_H, WORLD_W) * PLATE_SCALE."""

    image: np.ndarray
    depth: float


def photograph(layers: tuple[Layer, ...], camera: Camera) -> np.ndarray:
    """The layers, far to near, as the camera sees them: RGB uint8, oversampled frame size."""
    size = (OVERSAMPLE * WIDTH, OVERSAMPLE * HEIGHT)
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    for layer in layers:
        matrix = camera.matrix(layer.depth) @ np.diag([1 / PLATE_SCALE, 1 / PLATE_SCALE, 1.0])
        seen = cv2.warpAffine(
            layer.image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        behind = cv2.cvtColor(255 - seen[..., 3], cv2.COLOR_GRAY2RGB)
        picture = cv2.add(seen[..., :3].copy(), cv2.multiply(picture, behind, scale=1 / 255))
    if camera.focus > 0.0:
        picture = cv2.GaussianBlur(picture, (0, 0), camera.focus * OVERSAMPLE)
    return picture
