"""The words a script is written in: shots, transitions, events, and how things ease."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from drawing.brush import Brush
from drawing.camera import Camera
from drawing.cast import Pose

Cast = tuple[tuple[str, Pose], ...]


@dataclass(frozen=True)
class Transition:
    """How a shot is entered. Lengths in frames."""

    kind: str  # cut, fade, dissolve, wipe or iris
    out: int = 0  # fade: the shot before goes to the colour
    hold: int = 0  # fade: nothing but the colour
    into: int = 0  # fade: the shot comes up; dissolve, wipe, iris: both shots are seen
    colour: str = "#000000"


CUT = Transition("cut")


@dataclass(frozen=True)
class Event:
    """Something that must not be taken for a boundary; frames of the shot, both included."""

    kind: str
    first: int
    last: int
    note: str


@dataclass(frozen=True)
class Shot:
    """One shot. The functions take the time in frames since the shot is first seen."""

    name: str
    frames: int
    scale: str  # long, medium, close-up
    setting: str | None  # None is a title card
    camera: Callable[[float], Camera]
    cast: Callable[[float], Cast]
    enter: Transition = CUT
    before: Callable[[Brush, float], None] | None = None  # painted behind the characters
    after: Callable[[Brush, float], None] | None = None  # painted over everything
    hold: int = 1  # a drawing stays this many frames; the camera must not move
    blur: tuple[int, int] = (0, -1)  # frames with an open shutter, both included
    events: tuple[Event, ...] = ()
    text: str = ""
    note: str = ""


def ease(t: float, first: float, last: float) -> float:
    """0 before `first`, 1 after `last`, and a gentle way between."""
    part = float(np.clip((t - first) / (last - first), 0.0, 1.0))
    return part * part * (3.0 - 2.0 * part)


def mix(a: float, b: float, part: float) -> float:
    """From a to b."""
    return a + (b - a) * part


def still(camera: Camera) -> Callable[[float], Camera]:
    """A camera that does not move."""
    return lambda t: camera


def alive(t: float, seed: int, **pose: Any) -> Pose:
    """A pose that breathes and blinks by itself; `seed` keeps the cast out of step."""
    breath = 1.0 + 0.012 * np.sin(2 * np.pi * (t + 9 * seed) / 30)
    return Pose(**{"squash": breath, "blink": (t + 17 * seed) % 55 < 4} | pose)
