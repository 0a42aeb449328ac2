"""The robot: two teal boxes, a dark visor with light eyes, a red lamp on a spring."""

from __future__ import annotations

import numpy as np

from drawing.brush import INK, Brush, box_points
from drawing.cast.pose import Pose

SHELL, PALE, VISOR, GLOW, STEEL, LAMP = (
    "#37b3a2",
    "#c9f2e6",
    "#1c2a3c",
    "#8ff5ff",
    "#97a5b3",
    "#ef3e4a",
)


def draw_robot(brush: Brush, pose: Pose) -> None:
    """Draw the robot, facing right, feet at the brush's origin."""
    swing = pose.stride * np.sin(2 * np.pi * pose.gait)
    bounce = -3.0 * pose.stride * abs(np.cos(2 * np.pi * pose.gait))
    body = brush.at(0, bounce, angle=4 * swing)
    _arm(body, -27, -swing, pose.lift)
    for x, side in ((-14, -swing), (14, swing)):
        foot = (x + 13 * side, -6 - 8 * max(0.0, -side))
        brush.limb([(x, -26 + bounce), foot], STEEL, 8)
        brush.shape(box_points(foot[0] + 4, foot[1], 28, 12, 5), STEEL, shade=0.2)
    body.shape(box_points(0, -48, 58, 50, 10), SHELL, shade=0.18)
    body.shape(box_points(4, -48, 36, 28, 5), PALE, width=2.2)
    body.oval(-3, -48, 8, 8, "#f4c542", width=2.0)
    body.stroke([(-3, -48), (-3 + 6 * np.cos(3 * swing), -48 - 6 * np.sin(1 + swing))], INK, 2.0)
    for i, light in enumerate(("#ef3e4a", "#59c36a", "#4a8fe7")):
        body.oval(15, -57 + 9 * i, 3, 3, light, width=1.6)
    body.shape(box_points(2, -76, 24, 10, 3), STEEL)
    _head(body, pose)
    _arm(body, 27, swing, pose.lift)


def _arm(brush: Brush, x: float, swing: float, lift: float) -> None:
    side = np.sign(x)
    down = 90 - 150 * lift - 25 * swing
    angle = np.radians(down if side > 0 else 180 - down)
    elbow = (x + 20 * np.cos(angle) + 5 * side, -62 + 18 * np.sin(angle))
    hand = (x + 34 * np.cos(angle), -62 + 34 * np.sin(angle))
    brush.limb([(x, -62), elbow, hand], STEEL, 7)
    brush.oval(hand[0], hand[1], 8, 8, SHELL, width=2.5)
    brush.oval(hand[0] + 3 * np.cos(angle), hand[1] + 3 * np.sin(angle), 3, 3, INK, line=None)


def _head(brush: Brush, pose: Pose) -> None:
    nod = -2 * pose.lift
    brush.stroke([(-4, -122), (-9, -130), (1, -136), (-5, -143 + nod)], INK, 3.5)
    brush.oval(-5, -149 + nod, 8, 8, LAMP, shade=0.2)
    brush.oval(-36, -102, 7, 11, STEEL)
    brush.shape(box_points(2, -102, 78, 46, 14), SHELL, shade=0.18)
    brush.oval(40, -102, 5, 9, STEEL)
    brush.shape(box_points(7, -101, 58, 28, 12), VISOR, width=2.5)
    brush.stroke([(-14, -111), (0, -113), (16, -112)], "#41587a", 2.5)
    for x in (-3, 22):
        gx, gy = x + 4 * pose.gaze[0], -102 + 3 * pose.gaze[1]
        if pose.blink:
            brush.stroke([(gx - 6, gy), (gx, gy + 1), (gx + 6, gy)], GLOW, 3.0)
        else:
            brush.oval(gx, gy, 6, 8, GLOW, line=None)
            brush.oval(gx + 1.5, gy - 3, 2, 2.5, "#ffffff", line=None)
    if pose.mouth > 0.15:
        brush.oval(10, -91, 6, 3.5 * pose.mouth, GLOW, line=None)
    else:
        brush.stroke([(3, -92), (10, -90), (17, -92)], GLOW, 2.0)
