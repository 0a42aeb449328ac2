"""The owl: a violet egg with tufts, huge eyes and broad wings."""

from __future__ import annotations

from drawing.brush import INK, Brush
from drawing.cast.pose import Pose, eye

FEATHER, DOWN, FACE, BEAK, WING = "#7d5bb0", "#d8c6f2", "#f6ecff", "#f6b62f", "#5a3f8c"


def draw_owl(brush: Brush, pose: Pose) -> None:
    """Draw the owl, facing right, feet at the brush's origin; `lift` spreads the wings."""
    for x in (-13, 13):
        for toe in (-6, 0, 6):
            brush.limb([(x, -8), (x + toe, -1)], BEAK, 3.5)
    brush.shape([(-14, -14), (-26, 6), (-10, 3), (-2, -10)], WING)
    if pose.lift >= 0.25:
        for side in (-1, 1):
            angle = 35 - 70 * pose.lift
            draw_wing(brush.at(side * 26, -74, angle=angle, mirror=side < 0))
    brush.blob(
        [
            (-34, -40),
            (-33, -78),
            (-22, -104),
            (0, -110),
            (24, -104),
            (35, -78),
            (35, -40),
            (20, -8),
            (0, -4),
            (-20, -8),
        ],
        FEATHER,
        shade=0.17,
    )
    brush.blob([(5, -66), (26, -50), (22, -18), (4, -9), (-13, -18), (-16, -50)], DOWN, line=None)
    for row, count in ((-48, 3), (-36, 4), (-24, 3)):
        for i in range(count):
            x = 5 + 10 * (i - (count - 1) / 2)
            brush.stroke([(x - 4, row), (x, row + 4), (x + 4, row)], "#a488cf", 2.2)
    _face(brush, pose)
    if pose.lift < 0.25:
        _folded_wing(brush)


def draw_wing(brush: Brush) -> None:
    """A spread wing reaching right from its shoulder at the origin, about 92 units long."""
    feathers = [(0, -12), (32, -26), (70, -24), (92, -8), (84, 4), (88, 14), (70, 16), (68, 28)]
    brush.blob([*feathers, (48, 24), (42, 34), (20, 24), (0, 16)], WING, shade=0.15)
    for x in (28, 46, 64):
        brush.stroke([(x, -8), (x + 8, 6), (x + 6, 18)], "#8f6fc4", 2.5)


def _folded_wing(brush: Brush) -> None:
    brush.blob([(-34, -72), (-22, -66), (-17, -42), (-24, -18), (-38, -8), (-43, -40)], WING)
    brush.blob([(36, -72), (42, -44), (39, -12), (28, -20), (27, -46)], WING)
    for y in (-48, -34):
        brush.stroke([(-38, y), (-31, y + 5), (-24, y)], "#8f6fc4", 2.5)


def _face(brush: Brush, pose: Pose) -> None:
    for x, tip in ((-20, -36), (24, 40)):
        brush.shape([(x - 9, -98), (tip, -130), (x + 11, -106)], WING)
    for x, r in ((-11, 19), (20, 18)):
        brush.oval(x, -82, r, r + 1, FACE, width=2.2)
    for x in (-9, 21):
        eye(brush, x, -82, 12.5, pose, white="#ffe27a", lid=DOWN)
    beak_tip = -61
    if pose.mouth > 0.15:
        brush.shape([(0, -70), (12, -70), (7, -60 + 7 * pose.mouth)], "#8d2b3a", width=2.0)
        beak_tip = -65
    brush.shape([(-2, -77), (14, -77), (8, beak_tip)], BEAK, width=2.2)
    brush.stroke([(-30, -100), (-14, -104), (0, -96)], INK, 3.0)
    brush.stroke([(10, -96), (24, -104), (36, -99)], INK, 3.0)
