"""The cast: one drawing function a character, called by name."""

from __future__ import annotations

from collections.abc import Callable

from drawing.brush import Brush
from drawing.cast.fox import draw_fox
from drawing.cast.owl import draw_owl
from drawing.cast.pose import Pose
from drawing.cast.robot import draw_robot
from drawing.cast.snail import draw_snail

__all__ = ["CAST", "Pose", "draw"]

CAST: dict[str, Callable[[Brush, Pose], None]] = {
    "fox": draw_fox,
    "owl": draw_owl,
    "robot": draw_robot,
    "snail": draw_snail,
}


def draw(name: str, pose: Pose, world: Brush) -> None:
    """Draw the named character in its pose; `world` has the setting's units."""
    local = world.at(pose.x, pose.y, scale=pose.scale, angle=pose.tilt, mirror=pose.left)
    CAST[name](local.stretched(1.0 / pose.squash, pose.squash), pose)
