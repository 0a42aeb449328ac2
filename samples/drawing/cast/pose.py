"""How a character stands in a frame."""

from __future__ import annotations

from dataclasses import dataclass

from drawing.brush import INK, Brush


@dataclass(frozen=True)
class Pose:
    """Feet at (x, y) in world units; at scale 1 a character is about 110 units tall."""

    x: float
    y: float
    scale: float = 1.0
    left: bool = False  # faces left; drawn facing right otherwise
    tilt: float = 0.0  # degrees, about the feet
    squash: float = 1.0  # height factor; the width makes up for it
    gait: float = 0.0  # walk cycle, in cycles; whole numbers are the same drawing
    stride: float = 0.0  # 0 stands, 1 walks, 1.6 runs
    lift: float = 0.0  # arms or wings: 0 down, 1 up
    blink: bool = False
    gaze: tuple[float, float] = (0.0, 0.0)  # where the pupils go, -1 to 1, right and down
    mouth: float = 0.0  # 0 a smile, 1 wide open


def eye(
    brush: Brush, x: float, y: float, r: float, pose: Pose, *, lid: str, white: str = "#ffffff"
) -> None:
    """A round cartoon eye with a pupil that follows the gaze, or a closed lid."""
    if pose.blink:
        brush.oval(x, y, r, 1.15 * r, lid, width=2.0)
        brush.stroke([(x - r, y), (x, y + 0.45 * r), (x + r, y)], INK, 2.6)
        return
    brush.oval(x, y, r, 1.15 * r, white, width=2.0)
    px, py = x + 0.42 * r * pose.gaze[0], y + 0.42 * r * pose.gaze[1]
    brush.oval(px, py, 0.52 * r, 0.6 * r, INK, line=None)
    brush.oval(px + 0.2 * r, py - 0.25 * r, 0.18 * r, 0.18 * r, "#ffffff", line=None)
