"""The snail: a lime foot, a raspberry shell with a spiral, eyes on stalks."""

from __future__ import annotations

import numpy as np

from drawing.brush import INK, Brush
from drawing.cast.pose import Pose, eye

SKIN, SOLE, SHELL, SWIRL = "#cfe06a", "#a9bd4c", "#e2507c", "#ffc9d6"


def draw_snail(brush: Brush, pose: Pose) -> None:
    """Draw the snail, facing right, its foot on the brush's origin; `lift` raises the neck."""
    creep = 5 * pose.stride * np.sin(2 * np.pi * pose.gait)
    neck = -10 * pose.lift
    head_x, head_y = 42 + creep, -44 + neck
    sway = 2 * np.sin(2 * np.pi * pose.gait)
    eyes = ((head_x - 7, head_x - 14 + sway), (head_x + 7, head_x + 15 + sway))  # foot, tip
    for foot, tip in eyes:
        bend = 0.6 * foot + 0.4 * tip
        brush.limb([(foot, head_y - 8), (bend, head_y - 22), (tip, head_y - 34)], SKIN, 5)
    brush.blob(
        [
            (-66 - creep, -1),
            (-46, -14),
            (0, -18),
            (22, -22),
            (28 + creep / 2, -40 + neck),
            (head_x, head_y - 16),
            (head_x + 17, head_y - 4),
            (head_x + 12, head_y + 12),
            (50 + creep, -16),
            (54 + creep, -2),
            (0, 0),
        ],
        SKIN,
        shade=0.14,
    )
    brush.stroke([(-56 - creep, -4), (-20, -5), (20, -5), (48 + creep, -5)], SOLE, 4.0)
    brush.oval(-10, -42, 38, 36, SHELL, shade=0.18)
    turn = np.linspace(0.4, 5.2 * np.pi, 34)
    spiral = np.stack([-8 + 1.9 * turn * np.cos(turn), -42 + 1.75 * turn * np.sin(turn)], axis=1)
    brush.stroke(spiral, SWIRL, 5.5)
    brush.stroke([(-34, -60), (-24, -69), (-12, -72)], "#ff9db8", 4.0)
    for _, tip in eyes:
        eye(brush, tip, head_y - 38, 8.5, pose, lid=SKIN)
    brush.oval(head_x + 2, head_y + 2, 4, 3, "#f2a07b", line=None)
    if pose.mouth > 0.15:
        brush.oval(head_x + 11, head_y + 2, 5, 2 + 5 * pose.mouth, "#8d2b3a", width=2.0)
    else:
        brush.stroke(
            [(head_x + 3, head_y + 3), (head_x + 9, head_y + 6), (head_x + 15, head_y)], INK, 2.2
        )
