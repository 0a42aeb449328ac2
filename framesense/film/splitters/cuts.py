"""Hard cuts: PySceneDetect's adaptive detector proposes, a look at the frames around decides."""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np

from framesense.film.splitters.change import Change
from framesense.film.splitters.likeness import alike
from framesense.film.splitters.trail import Trail
from framesense.records import Image

IS_BACK = 0.6  # likeness from which an earlier scene is seen again
LIKE_SIZE = 1.5  # two changes within this factor of each other are alike in size
AROUND_FRAMES = 4
STILL = 0.25  # of the change at a cut: a frame that differs less from it is no return
RETURNS = (2, 3, 4)  # frames after the first; a scene that is back by then was never left: a flash


class CutFinder:
    """Finds the first frames of new shots where the change takes one frame.

    The detector compares each frame's change with that of its neighbours, which any sudden
    thing raises: a flash, a held drawing that moves on, an object across the picture. What
    tells a cut is that nothing of the old scene is found again, neither at once nor a few
    frames on, though within the old and the new scene the frames are alike.
    """

    lag_frames = max(RETURNS) + 3

    def __init__(self, *, adaptive_threshold: float, min_content: float) -> None:
        from framesense.film.splitters.pyscenedetect import adaptive_detector

        self._detector = adaptive_detector(
            threshold=adaptive_threshold, min_content=min_content, min_frames=1
        )
        self._candidates: deque[int] = deque()

    def push(self, image: Image, trail: Trail) -> list[Change]:
        """Take the newest frame of the trail, 64 px long; give back what is now certain."""
        self._candidates += self._detector.push(image)
        return self._decide(trail, before=trail.end - max(RETURNS))

    def flush(self, trail: Trail) -> list[Change]:
        return self._decide(trail, before=trail.end)

    def _decide(self, trail: Trail, *, before: int) -> list[Change]:
        changes = []
        while self._candidates and self._candidates[0] < before:
            at = self._candidates.popleft()
            # What goes through a flat picture is for the `FadeFinder` to judge.
            through_flat = trail.flat(at - 1) or trail.flat(at)
            if not through_flat and stands_out(trail, at) and leaves_scene(trail, at):
                changes.append(Change.cut(at))
        return changes


def stands_out(trail: Trail, at: int) -> bool:
    """Is the change at frame `at` unlike the changes around it in size?

    Fast motion on twos or threes is a row of equal jumps between frames that do not change.
    """
    first = max(trail.start, at - 1 - AROUND_FRAMES)
    around = trail.thumbs(first, min(trail.end, at + AROUND_FRAMES + 1))
    steps = np.abs(np.diff(around, axis=0)).mean(axis=(1, 2, 3))
    own = steps[at - first - 1]
    return int(((steps > own / LIKE_SIZE) & (steps < own * LIKE_SIZE)).sum()) < 3


def leaves_scene(trail: Trail, at: int) -> bool:
    """Is nothing of the scene before frame `at` seen from it on?"""
    old, new = at - 1, at
    if alike(trail, old, new):
        return False
    jump = _difference(trail, old, new)
    later = [new + k for k in RETURNS if new + k < trail.end]
    pairs = [(old, k) for k in later if _difference(trail, new, k) > STILL * jump]
    earlier = [old - k for k in RETURNS if old - k >= trail.start]
    pairs += [(k, new) for k in earlier if _difference(trail, k, old) > STILL * jump]
    return not any(alike(trail, a, b, share=IS_BACK) for a, b in pairs)


def _difference(trail: Trail, a: int, b: int) -> float:
    """Mean absolute difference of two frames' thumbnails, in levels."""
    return cv2.norm(trail.thumb(a), trail.thumb(b), cv2.NORM_L1) / trail.thumb(a).size
