"""Held drawings: animation on ones, twos and threes.

Drawing is dear, so drawn films show a drawing for two frames or three. A camera that moves, or a
character on ones before others on twos, makes every frame new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2

from framesense.records import DrawingLook
from framesense.vision.look.motion import GreyImage

_CELLS = (16, 9)  # columns and rows: a mouth that moves fills one, film grain averages out
_STILL_FRAMES = 6  # a drawing held longer is a pause, not a rhythm


@dataclass(frozen=True, slots=True)
class Change:
    """How much a frame differs from the one before."""

    frame: int  # ordinal of the later one
    levels: float  # 0 to 255


def change(before: GreyImage, after: GreyImage) -> float:
    """Largest mean absolute difference in any of 16 x 9 cells, 0 to 255."""
    cells = cv2.resize(cv2.absdiff(before, after), _CELLS, interpolation=cv2.INTER_AREA)
    return float(cells.max())


def drawing_look(changes: Sequence[Change], repeat_levels: float) -> DrawingLook | None:
    """Of a shot's changes in order; None for a shot of one frame.

    A frame repeats the drawing before it where no cell changes by more than `repeat_levels`. A
    drawing's hold is the frames from its first to the next drawing's; of the holds of six frames
    at most, the one that fills most time is the shot's.
    """
    if not changes:
        return None
    fresh = [item.frame for item in changes if item.levels > repeat_levels]
    time_by_hold: dict[int, int] = {}
    for first, following in pairwise(fresh):
        hold = following - first
        if hold <= _STILL_FRAMES:
            time_by_hold[hold] = time_by_hold.get(hold, 0) + hold
    held = max(time_by_hold, key=lambda hold: (time_by_hold[hold], -hold), default=0)
    return DrawingLook(repeated=round(1 - len(fresh) / len(changes), 4), held_frames=held)
