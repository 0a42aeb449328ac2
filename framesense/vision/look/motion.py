"""How much moves: dense optical flow between pictures an eighth of a second apart.

An eighth of a second spans held drawings, and costs a third of the flow between all frames. Speeds
are in frame diagonals per second, so that neither resolution nor frame rate matters.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from framesense.records import MotionLook
from framesense.vision.look.camera import STILL, Shift, camera_flow, fit_camera, fit_drift

GreyImage = NDArray[np.uint8]
"""Pixels, uint8, (height, width)."""

Flow = NDArray[np.float32]
"""Where each pixel goes, px, (height, width, 2): to the right and down."""

_SMALLEST = 16  # px: the patches of the search need so much
_CORNERS = 100  # at most, where flow is trusted to tell the camera's move
_CORNER_QUALITY = 0.01  # of the best corner's
_CORNERS_APART = 2  # px, at half resolution, where corners are sought
_LEFT_OVER = 0.85  # of the difference between pictures, at most, where a drift explains it


@dataclass(frozen=True, slots=True)
class Step:
    """The motion from one picture to a later one."""

    first: int  # frame ordinal
    last: int
    seconds: float  # between them, > 0
    mean: float  # length of the flow, diagonals
    sd: float  # its deviation over pixels, diagonals
    subject: float  # mean length of what the camera does not explain, diagonals
    camera: Shift | None  # None: no one move explains most of the picture


class FlowMeter:
    """Dense inverse search flow (Kroeger et al. 2016, "Fast Optical Flow using Dense Inverse
    Search", ECCV).
    """

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._flow.setFinestScale(1)  # half resolution: pictures are small already
        self._flow.setPatchStride(6)  # px there

    def step(
        self, before: GreyImage, after: GreyImage, *, span: tuple[int, int], seconds: float
    ) -> Step:
        """Between two pictures of one size; `span` holds their ordinals."""
        height, width = before.shape
        diagonal = math.hypot(width, height)
        flow = self._between(before, after)  # px, (h, w, 2)
        mean, deviation = cv2.meanStdDev(_length(flow))
        camera = _camera(before, after, flow)
        rest = flow[::2, ::2]
        if camera is not None:
            rest = rest - camera_flow(camera, width=width, height=height, every=2)
        return Step(
            first=span[0],
            last=span[1],
            seconds=seconds,
            mean=float(mean[0, 0]) / diagonal,
            sd=float(deviation[0, 0]) / diagonal,
            subject=float(_length(rest).mean()) / diagonal,
            camera=camera,
        )

    def _between(self, before: GreyImage, after: GreyImage) -> Flow:
        if min(before.shape) < _SMALLEST:
            return np.zeros((*before.shape, 2), np.float32)
        flow: Flow = self._flow.calc(before, after, None)
        return flow


def no_motion(*, span: tuple[int, int], seconds: float) -> Step:
    """The step between two pictures of one held drawing."""
    return Step(*span, seconds, mean=0.0, sd=0.0, subject=0.0, camera=STILL)


def motion_look(steps: Sequence[Step]) -> MotionLook | None:
    """Means over a shot's steps, each weighted by its time; None where there is none."""
    seconds = sum(step.seconds for step in steps)
    if not seconds:
        return None
    return MotionLook(
        mean=round(sum(step.mean for step in steps) / seconds, 4),
        sd=round(sum(step.sd for step in steps) / seconds, 4),
        subject=round(sum(step.subject for step in steps) / seconds, 4),
    )


def _camera(before: GreyImage, after: GreyImage, flow: Flow) -> Shift | None:
    half = cv2.resize(before, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    corners = cv2.goodFeaturesToTrack(half, _CORNERS, _CORNER_QUALITY, _CORNERS_APART)
    if corners is None:
        return None
    points = corners.reshape(-1, 2) * 2
    columns, rows = points.astype(int).T
    gone = flow[rows, columns]
    fitted = fit_camera(points, points + gone, shape=before.shape)
    if fitted is not None:
        return fitted
    drift = fit_drift(gone, shape=before.shape)
    return drift if drift is not None and _explains(drift, before, after) else None


def _explains(drift: Shift, before: GreyImage, after: GreyImage) -> bool:
    """The pictures differ less once shifted: a flash, or a wing across the picture, is no pan."""
    height, width = before.shape
    diagonal = math.hypot(width, height)
    x, y = round(-drift.pan * diagonal), round(drift.tilt * diagonal)
    if abs(x) >= width or abs(y) >= height:
        return False
    old = before[max(0, -y) : height - max(0, y), max(0, -x) : width - max(0, x)]
    new = after[max(0, y) : height - max(0, -y), max(0, x) : width - max(0, -x)]
    there = after[max(0, -y) : height - max(0, y), max(0, -x) : width - max(0, x)]
    shifted, unshifted = cv2.absdiff(old, new).mean(), cv2.absdiff(old, there).mean()
    return bool(shifted < _LEFT_OVER * unshifted)


def _length(flow: Flow) -> NDArray[np.float32]:
    length: NDArray[np.float32] = np.sqrt(np.einsum("hwc,hwc->hw", flow, flow))
    return length
