"""Measures look while the film runs by, in the one pass of the analysis.

Each frame leaves a few numbers behind. They wait until the shot that they belong to is known,
since boundaries are told late, and are let go with it. What lies across a boundary belongs to no
shot: a cut is not motion.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2

from framesense.config import LookConfig
from framesense.records import Frame, Image, Look, SampledFrame, Shot
from framesense.vision.look.barcode import Barcode
from framesense.vision.look.bars import Bars
from framesense.vision.look.camera import camera_look
from framesense.vision.look.colour import colour_look
from framesense.vision.look.held import Change, change, drawing_look
from framesense.vision.look.motion import FlowMeter, GreyImage, Step, motion_look, no_motion

_EARLY_S = 0.004  # timestamps jitter: a picture this much too early is taken


class LookMeter:
    """Push every frame, close every shot.

    >>> meter = LookMeter(config.look)  # doctest: +SKIP
    >>> meter.push(frame)
    >>> look = meter.close(shot, sampled_frames)
    """

    def __init__(self, config: LookConfig) -> None:
        self._config = config
        self._bars = Bars()
        self._flow = FlowMeter()
        self._barcode = Barcode(config.barcode_columns)
        self._before: GreyImage | None = None
        self._from: tuple[Frame, GreyImage] | None = None  # where the next step of flow begins
        self._still = True  # no frame since then has shown another drawing
        self._changes: list[Change] = []
        self._steps: list[Step] = []

    def push(self, frame: Frame) -> None:
        glance = _reduced(frame.small, self._config.flow_side)
        grey: GreyImage = cv2.cvtColor(glance, cv2.COLOR_BGR2GRAY)
        if self._before is not None and self._before.shape == grey.shape:
            item = Change(frame.ordinal, change(self._before, grey))
            self._changes.append(item)
            self._still = self._still and item.levels <= self._config.repeat_levels
        self._before = grey
        since_s = frame.time_s - self._from[0].time_s if self._from else math.inf
        if since_s >= self._config.flow_every_s - _EARLY_S:
            self._barcode.push(glance)
            self._bars.push(grey)
            self._step(frame, self._bars.clear.of(grey))

    def _step(self, frame: Frame, grey: GreyImage) -> None:
        """Measure the motion since the last step, and begin the next one here."""
        if self._from is not None and self._from[1].shape == grey.shape:
            first, before = self._from
            span, seconds = (first.ordinal, frame.ordinal), frame.time_s - first.time_s
            self._steps.append(
                no_motion(span=span, seconds=seconds)
                if self._still
                else self._flow.step(before, grey, span=span, seconds=seconds)
            )
        self._from = frame, grey
        self._still = True

    def close(self, shot: Shot, frames: Sequence[SampledFrame]) -> Look:
        """The look of a shot, `frames` being its samples; numbers up to its end are let go."""
        clear = self._bars.clear
        start, end = _clear_frames(shot)
        changes = [item for item in self._changes if start < item.frame < end]
        steps = [step for step in self._steps if start <= step.first and step.last < end]
        self._changes = [item for item in self._changes if item.frame > shot.end_frame]
        self._steps = [step for step in self._steps if step.first >= shot.end_frame]
        return Look(
            colour=colour_look([clear.of(frame.image) for frame in frames], self._config),
            motion=motion_look(steps),
            camera=camera_look(steps, self._config),
            drawings=drawing_look(changes, self._config.repeat_levels),
        )

    def barcode(self) -> tuple[str, ...]:
        """Of the frames pushed so far, a picture every `flow_every_s` seconds."""
        return self._barcode.columns()


def _reduced(image: Image, side: int) -> Image:
    """Smaller by a whole number, which is ten times as fast; about `side` px long."""
    height, width = image.shape[:2]
    times = min(round(max(height, width) / side), height, width)
    if times <= 1:
        return image
    height, width = height // times, width // times
    whole = image[: height * times, : width * times]
    reduced: Image = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)
    return reduced


def _clear_frames(shot: Shot) -> tuple[int, int]:
    """The frames that show this shot alone; all of them where none does."""
    start, end = shot.start_frame, shot.end_frame
    if shot.transition_span is not None:
        start = max(start, shot.transition_span.end_frame)
    if shot.ending_span is not None:
        end = min(end, shot.ending_span.start_frame)
    return (start, end) if start < end else (shot.start_frame, shot.end_frame)
