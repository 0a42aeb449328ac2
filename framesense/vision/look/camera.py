"""What the camera does: pan, tilt, zoom, roll and shake, told apart from what the subjects do.

From picture to picture a similarity is fitted to the flow at corners by RANSAC (Fischler & Bolles
1981), so that subjects fall out as outliers. The moves add up to the camera's path over a shot.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from framesense.config import LookConfig
from framesense.records import CameraLook, CameraMove

if TYPE_CHECKING:
    from framesense.vision.look.motion import Step

_FEWEST_POINTS = 8
_MOST_POINTS_AGREE = 0.5  # share of the points from which one move counts as the camera's
_TOLERANCE_PX = 0.6
_SAME_WAY = 0.5  # of the typical flow: a point may differ so much and still go along
_MOST_MOVES = 2  # named for a shot, besides shake
_LESSER = 1 / 3  # of the strongest move; a weaker one beside it is not named


@dataclass(frozen=True, slots=True)
class Shift:
    """A camera move between two pictures."""

    pan: float  # diagonals, positive: the camera turns right, the picture goes left
    tilt: float  # diagonals, positive: the camera turns up
    zoom: float  # natural logarithm of the scale, positive: in
    roll: float  # radians, positive: the camera turns clockwise


STILL = Shift(0.0, 0.0, 0.0, 0.0)


def fit_camera(
    points: NDArray[np.float32], moved: NDArray[np.float32], *, shape: tuple[int, ...]
) -> Shift | None:
    """The move that most points agree on; None where they do not.

    points, moved: px, (n, 2). shape: height and width of the picture.
    """
    if len(points) < _FEWEST_POINTS:
        return None
    height, width = shape[:2]
    centre = np.array([(width - 1) / 2, (height - 1) / 2], np.float32)
    matrix, agree = cv2.estimateAffinePartial2D(
        points - centre, moved - centre, ransacReprojThreshold=_TOLERANCE_PX, maxIters=200
    )
    diagonal = math.hypot(width, height)
    scale = 0.0 if matrix is None else math.hypot(matrix[0, 0], matrix[1, 0])
    if scale == 0 or agree.mean() < _MOST_POINTS_AGREE:
        return None
    return Shift(
        pan=-float(matrix[0, 2]) / diagonal,
        tilt=float(matrix[1, 2]) / diagonal,
        zoom=math.log(scale),
        roll=-math.atan2(matrix[1, 0], matrix[0, 0]),
    )


def fit_drift(flow: NDArray[np.float32], *, shape: tuple[int, ...]) -> Shift | None:
    """A pan over layers of different depth: most points go one way, though not equally fast.

    flow: px, (n, 2). shape: height and width of the picture.
    """
    if len(flow) < _FEWEST_POINTS:
        return None
    diagonal = math.hypot(*shape[:2])
    typical = np.median(flow, axis=0)
    apart = np.linalg.norm(flow - typical, axis=1)
    if (apart < _SAME_WAY * np.linalg.norm(typical)).mean() < _MOST_POINTS_AGREE:
        return None
    return Shift(-float(typical[0]) / diagonal, float(typical[1]) / diagonal, 0.0, 0.0)


def camera_flow(shift: Shift, *, width: int, height: int, every: int = 1) -> NDArray[np.float32]:
    """The flow that a camera move alone would make, at every so many-th pixel: px, (h, w, 2)."""
    diagonal = math.hypot(width, height)
    x = np.arange(0, width, every, dtype=np.float32) - (width - 1) / 2
    y = (np.arange(0, height, every, dtype=np.float32) - (height - 1) / 2)[:, None]
    scale = math.exp(shift.zoom)
    along, across = scale * math.cos(shift.roll) - 1, -scale * math.sin(shift.roll)
    flow = np.empty((len(y), len(x), 2), np.float32)
    flow[..., 0] = along * x - across * y - shift.pan * diagonal
    flow[..., 1] = across * x + along * y + shift.tilt * diagonal
    return flow


def camera_look(steps: Sequence[Step], config: LookConfig) -> CameraLook | None:
    """Of a shot's steps in order; None where there is none.

    A move is named where its path, from one extreme to the other, shifts some part of the picture
    by `camera_travel` diagonals: a zoom shifts the corners by half the logarithm of its scale, a
    roll by half its angle. Shake is how much the speed typically differs from one step to the
    next, median |v_i - v_(i-1)|, which steady and slowly changing moves, and one jerk, leave low.
    """
    if not steps:
        return None
    fitted = [(step.camera, step.seconds) for step in steps if step.camera is not None]
    certainty = round(len(fitted) / len(steps), 4)
    if not fitted:
        return CameraLook(("static",), 0.0, 0.0, 0.0, 0.0, 0.0, certainty)
    path = np.array([(s.pan, s.tilt, s.zoom, s.roll) for s, _ in fitted])  # (n, 4), a row a step
    seconds = np.array([duration for _, duration in fitted])  # (n,)
    speeds = path.sum(axis=0) / seconds.sum()
    shake = _shake(path[:, :2] / seconds[:, None])
    pan, tilt, zoom, roll = (round(float(speed), 4) + 0.0 for speed in speeds)
    return CameraLook(
        moves=_named(path, shake, config),
        pan=pan,
        tilt=tilt,
        zoom=zoom,
        roll=round(math.degrees(roll), 2) + 0.0,
        shake=round(shake, 4),
        certainty=certainty,
    )


def _shake(velocity: NDArray[np.float64]) -> float:
    """velocity: diagonals per second, (n, 2)."""
    if len(velocity) < 3:
        return 0.0
    return float(np.median(np.linalg.norm(np.diff(velocity, axis=0), axis=1)))


def _named(path: NDArray[np.float64], shake: float, config: LookConfig) -> tuple[CameraMove, ...]:
    where = np.vstack([np.zeros(4), path.cumsum(axis=0)])
    travel = (where.max(axis=0) - where.min(axis=0)) * (1, 1, 0.5, 0.5)  # diagonals
    kinds: tuple[CameraMove, ...] = ("pan", "tilt", "zoom", "roll")
    enough = max(config.camera_travel, float(travel.max()) * _LESSER)
    order = sorted(range(4), key=lambda index: -travel[index])
    moves = [kinds[index] for index in order if travel[index] >= enough][:_MOST_MOVES]
    if shake >= config.camera_shake:
        moves.append("shake")
    return tuple(moves) or ("static",)
