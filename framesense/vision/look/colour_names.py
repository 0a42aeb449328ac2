"""What a person calls a colour.

The CIELAB solid is cut into blocks of lightness, chroma and hue, each with a name in common use,
after the method of the ISCC-NBS system (Kelly & Judd 1976, "Color: Universal Language and
Dictionary of Names", NBS Special Publication 440), with fewer and plainer names.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_GREYS = (  # up to this lightness, L* 0 to 100
    (16, "black"),
    (30, "charcoal"),
    (45, "dark grey"),
    (68, "grey"),
    (87, "light grey"),
    (101, "white"),
)

_ANY = 999
_BLOCKS: tuple[tuple[float, tuple[tuple[float, float, str], ...]], ...] = (
    # hue up to degrees: (lightness up to, chroma up to, name); the first that fits
    (
        20,
        (
            (28, _ANY, "maroon"),
            (48, 30, "plum"),
            (48, _ANY, "crimson"),
            (72, 28, "dusty pink"),
            (72, _ANY, "pink"),
            (101, _ANY, "light pink"),
        ),
    ),
    (
        34,
        (
            (20, 25, "dark brown"),
            (34, _ANY, "dark red"),
            (50, 28, "brown"),
            (62, 40, "dusty rose"),
            (62, _ANY, "red"),
            (78, _ANY, "salmon"),
            (101, _ANY, "light pink"),
        ),
    ),
    (
        45,
        (
            (24, 50, "dark brown"),
            (34, 50, "brown"),
            (34, _ANY, "dark red"),
            (48, 40, "brown"),
            (62, 64, "rust"),
            (62, _ANY, "red"),
            (78, _ANY, "salmon"),
            (101, _ANY, "peach"),
        ),
    ),
    (
        70,
        (
            (30, _ANY, "dark brown"),
            (46, _ANY, "brown"),
            (62, 22, "grey brown"),
            (58, 62, "brown"),
            (78, 24, "beige"),
            (70, 48, "light brown"),
            (85, 36, "peach"),
            (85, _ANY, "orange"),
            (93, _ANY, "peach"),
            (101, _ANY, "cream"),
        ),
    ),
    (
        84,
        (
            (30, _ANY, "dark brown"),
            (50, 18, "grey brown"),
            (50, _ANY, "brown"),
            (66, 22, "grey brown"),
            (70, 45, "tan"),
            (80, 24, "beige"),
            (84, 45, "tan"),
            (76, _ANY, "amber"),
            (88, _ANY, "golden yellow"),
            (101, _ANY, "cream"),
        ),
    ),
    (
        104,
        (
            (28, _ANY, "dark olive"),
            (52, 16, "grey brown"),
            (56, _ANY, "olive"),
            (72, 36, "khaki"),
            (84, 26, "beige"),
            (74, _ANY, "mustard"),
            (84, 45, "sand"),
            (101, 34, "cream"),
            (101, _ANY, "yellow"),
        ),
    ),
    (
        118,
        (
            (26, _ANY, "dark olive"),
            (50, _ANY, "olive green"),
            (68, 26, "grey green"),
            (72, _ANY, "moss green"),
            (101, 22, "pale green"),
            (93, 60, "yellow green"),
            (93, _ANY, "lime green"),
            (101, _ANY, "light yellow"),
        ),
    ),
    (
        165,
        (
            (34, _ANY, "dark green"),
            (75, 20, "grey green"),
            (72, _ANY, "green"),
            (101, 28, "pale green"),
            (101, 70, "light green"),
            (101, _ANY, "bright green"),
        ),
    ),
    (
        218,
        (
            (36, _ANY, "dark teal"),
            (72, 14, "grey teal"),
            (62, _ANY, "teal"),
            (80, _ANY, "turquoise"),
            (101, 22, "pale blue"),
            (101, _ANY, "cyan"),
        ),
    ),
    (
        264,
        (
            (18, _ANY, "midnight blue"),
            (36, 16, "slate"),
            (36, _ANY, "dark blue"),
            (72, 22, "grey blue"),
            (56, _ANY, "blue"),
            (78, _ANY, "sky blue"),
            (101, 18, "pale blue"),
            (101, _ANY, "light blue"),
        ),
    ),
    (
        0,  # up to where blue turns purple, see `_purple_from`
        (
            (15, 40, "midnight blue"),
            (24, _ANY, "navy blue"),
            (36, 16, "slate"),
            (36, 70, "dark blue"),
            (72, 26, "grey blue"),
            (62, _ANY, "blue"),
            (101, 16, "pale blue"),
            (101, _ANY, "light blue"),
        ),
    ),
    (
        330,
        (
            (28, _ANY, "dark purple"),
            (66, 18, "grey purple"),
            (45, _ANY, "purple"),
            (66, 80, "purple"),
            (70, _ANY, "magenta"),
            (101, _ANY, "lavender"),
        ),
    ),
    (
        361,
        (
            (30, _ANY, "plum"),
            (62, 26, "mauve"),
            (64, _ANY, "magenta"),
            (78, _ANY, "pink"),
            (101, _ANY, "light pink"),
        ),
    ),
)


def colour_name(lab: NDArray[np.floating]) -> str:
    """The name of a CIELAB colour, (3,)."""
    lightness, a, b = (float(part) for part in lab)
    chroma, hue = math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360
    if chroma < _least_chroma(lightness):
        return next(name for up_to, name in _GREYS if lightness < up_to)
    for up_to, names in _BLOCKS:
        if hue < (up_to or _purple_from(chroma)):
            return next(
                name for light, strong, name in names if lightness < light and chroma < strong
            )
    raise AssertionError(f"no name for hue {hue}")


def _least_chroma(lightness: float) -> float:
    """Below this a colour looks grey; the eye sees less colour in the dark."""
    return 7.0 if lightness > 30 else 11.0


def _purple_from(chroma: float) -> float:
    """Hue, degrees, where blue turns purple: CIELAB bends there, so it depends on chroma."""
    return min(308.0, 296.0 + 0.14 * chroma)
