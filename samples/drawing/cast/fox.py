"""The fox: orange, pointed ears, a brush of a tail and a blue scarf."""

from __future__ import annotations

import numpy as np

from drawing.brush import INK, Brush
from drawing.cast.pose import Pose, eye

FUR, CREAM, SOCK, SCARF = "#f07f2d", "#fff0d8", "#5b3326", "#2e74b8"


def draw_fox(brush: Brush, pose: Pose) -> None:
    """Draw the fox, facing right, feet at the brush's origin."""
    swing = pose.stride * np.sin(2 * np.pi * pose.gait)
    bounce = -4.0 * pose.stride * abs(np.cos(2 * np.pi * pose.gait))
    body = brush.at(0, bounce, angle=7 * pose.stride)
    _tail(body, 5 * np.sin(2 * np.pi * pose.gait + 1.0))
    _leg(brush, -7, bounce, -swing)
    _arm(body, -9, -swing, pose.lift)
    _leg(brush, 8, bounce, swing)
    body.blob(
        [(-19, -30), (-17, -55), (-8, -72), (8, -72), (18, -54), (19, -32), (0, -24)],
        FUR,
        shade=0.16,
    )
    body.blob([(0, -64), (12, -56), (14, -38), (4, -29), (-3, -42)], CREAM, line=None)
    _head(body, pose)
    body.blob([(-18, -74), (2, -70), (20, -75), (20, -66), (2, -61), (-17, -65)], SCARF, shade=0.2)
    flap = 4 * np.sin(2 * np.pi * pose.gait) - 14 * pose.stride
    body.blob([(-12, -68), (-20 + flap, -62), (-34 + flap, -50), (-22 + flap, -46)], SCARF)
    _arm(body, 11, swing, pose.lift)


def _tail(brush: Brush, wag: float) -> None:
    brush.blob(
        [(-8, -34), (-26, -26), (-52, -36), (-68, -66 + wag), (-62, -92 + wag), (-40, -66)],
        FUR,
        shade=0.18,
    )
    tip = [(-68, -66 + wag), (-71, -82 + wag), (-62, -93 + wag), (-50, -77 + wag), (-60, -74 + wag)]
    brush.blob(tip, CREAM, width=2.0)


def _leg(brush: Brush, x: float, bounce: float, swing: float) -> None:
    foot = (x + 22 * swing, -4 - 9 * max(0.0, -swing))
    knee = (x + 13 * max(0.0, swing) + 4, -17 + bounce / 2)
    brush.limb([(x, -32 + bounce), knee, foot], SOCK, 9)
    brush.oval(foot[0] + 4, foot[1], 9, 5, SOCK, width=2.5)


def _arm(brush: Brush, x: float, swing: float, lift: float) -> None:
    angle = np.radians(80 - 150 * lift - 35 * swing)
    elbow = (x + 15 * np.cos(angle + 0.3), -60 + 15 * np.sin(angle + 0.3))
    hand = (x + 30 * np.cos(angle), -60 + 30 * np.sin(angle))
    brush.limb([(x, -60), elbow, hand], FUR, 7)
    brush.oval(hand[0], hand[1], 5.5, 5.5, SOCK, width=2.0)


def _head(brush: Brush, pose: Pose) -> None:
    for x, lean in ((-12, -4), (14, 3)):
        brush.shape([(x - 12, -102), (x + lean, -139), (x + 12, -108)], FUR)
        brush.shape([(x - 5, -108), (x + lean, -129), (x + 6, -110)], SOCK, line=None)
    skull = [(-28, -88), (-24, -106), (-4, -117), (20, -113), (33, -99), (54, -90)]
    brush.blob([*skull, (50, -82), (26, -73), (0, -70), (-20, -74)], FUR, shade=0.12)
    mask = [(-26, -86), (-6, -91), (14, -86), (36, -92), (53, -89), (48, -82), (24, -74), (0, -72)]
    brush.blob([*mask, (-18, -76)], CREAM, line=None)
    brush.oval(54, -91, 6, 5, INK, line=None)
    eye(brush, 4, -98, 7.5, pose, lid=FUR)
    eye(brush, 24, -99, 6.5, pose, lid=FUR)
    if pose.mouth > 0.15:
        brush.oval(30, -78, 7, 2 + 6 * pose.mouth, "#8d2b3a", width=2.0)
    else:
        brush.stroke([(20, -79), (32, -77), (44, -83)], INK, 2.2)
