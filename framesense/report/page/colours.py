"""Families of colours: a dozen that a person would filter by, from the many names there are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from framesense.records import Swatch

FAMILIES = {  # name -> a colour to show it by
    "red": "#c8372d",
    "orange": "#e8853a",
    "yellow": "#e9c53c",
    "green": "#5c9a45",
    "teal": "#2f9d97",
    "blue": "#4a80c8",
    "purple": "#8560b0",
    "pink": "#e08ba6",
    "brown": "#8a603e",
    "black": "#1b1b1d",
    "grey": "#8d8f92",
    "white": "#f7f5ef",
}

_MEMBERS = {
    "red": "crimson maroon rust",
    "orange": "amber peach salmon",
    "yellow": "gold mustard",
    "green": "olive",
    "teal": "turquoise cyan",
    "blue": "navy",
    "purple": "plum mauve lavender violet",
    "pink": "rose magenta",
    "brown": "tan beige khaki sand",
    "black": "charcoal",
    "grey": "slate",
    "white": "cream",
}
_FAMILY_OF = {name: name for name in FAMILIES} | {
    member: family for family, members in _MEMBERS.items() for member in members.split()
}
_LEAST_SHARE = 0.15  # of the picture, for a shot to count as of a family


def families(palette: Sequence[Swatch]) -> list[str]:
    """The families that fill a fair part of the picture."""
    shares: dict[str, float] = defaultdict(float)
    for swatch in palette:
        *_, noun = swatch.name.lower().split() or [""]
        if noun in _FAMILY_OF:
            shares[_FAMILY_OF[noun]] += swatch.share
    return [family for family in FAMILIES if shares[family] >= _LEAST_SHARE]


def safe(colour: str) -> str:
    """`#rrggbb` as it is, anything else as grey: it goes into a style sheet."""
    return colour if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else "#808080"
