"""Where the characters stand in a frame, read off the script."""

from __future__ import annotations

import cv2
import numpy as np

from drawing.brush import Brush
from drawing.camera import HEIGHT, OVERSAMPLE, WIDTH
from drawing.cast import draw
from drawing.timeline import Timeline

SCALE = 0.5  # of the film's pixels, which is fine enough
XYXY = tuple[float, float, float, float]


def standing(timeline: Timeline, k: int) -> list[tuple[str, XYXY]]:
    """Who is drawn on film frame k, each with the box around all of them, which may reach out of
    the picture: fractions of its width and height. Those more than a picture away are left out.
    """
    width, height = round(WIDTH * SCALE), round(HEIGHT * SCALE)
    found = []
    for placed in timeline.placed:
        if not placed.first <= k < placed.end:
            continue
        shot, local = placed.shot, k - placed.first
        t = float(local - local % shot.hold)
        matrix = shot.camera(t).matrix() * SCALE / OVERSAMPLE
        matrix[:, 2] += width, height  # the picture is the middle ninth of what is drawn on
        for name, pose in shot.cast(t):
            canvas = np.zeros((3 * height, 3 * width, 4), np.uint8)
            draw(name, pose, Brush(canvas, matrix))
            x, y, w, h = cv2.boundingRect(canvas[..., 3])
            if w and h:
                box = x / width - 1, y / height - 1, (x + w) / width - 1, (y + h) / height - 1
                found.append((name, box))
    return found
