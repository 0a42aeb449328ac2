"""Act one: a day like any other, until evening."""

from __future__ import annotations

import numpy as np

from drawing.brush import Brush
from drawing.camera import HEIGHT, OVERSAMPLE, Camera
from drawing.cast.owl import draw_wing
from drawing.effects import glow, lettering, side_light, sparks, star
from drawing.stage import Cast, Event, Shot, Transition, alive, ease, mix, still

WING = (34, 42)
ALARM = (8, 9, 10, 18, 19, 20)


def _title(brush: Brush, t: float) -> None:
    star(brush, 700, 170, 17, angle=8 * np.sin(t / 9))
    lettering(brush, "The Fallen Star", HEIGHT * OVERSAMPLE * 0.55, 100)


def _meadow_wide(t: float) -> Cast:
    hop = abs(np.sin(2 * np.pi * t / 24))
    fox = alive(
        t,
        1,
        x=mix(150, 420, t / 60),
        y=412 - 26 * hop,
        gait=t / 24,
        stride=0.8,
        lift=0.5 * hop,
        squash=0.94 + 0.1 * hop,
    )
    snail = alive(t, 2, x=mix(600, 615, t / 60), y=424, scale=0.8, gait=t / 28, stride=0.8)
    return (("snail", snail), ("fox", fox))


def _snail_close(t: float) -> Cast:
    look = mix(-1.0, 1.0, ease(t, 12, 24))
    snail = alive(
        t, 2, x=mix(560, 566, t / 40), y=416, gait=t / 28, stride=0.7, gaze=(look, 0), lift=look / 2
    )
    return (("snail", snail),)


def _owl_leaves(t: float) -> Cast:
    away = ease(t, 24, 34)
    owl = alive(
        t,
        3,
        x=mix(800, 690, away),
        y=190 - 170 * away,
        scale=0.85 + 0.4 * away,
        left=t > 20,
        gaze=(0.8 if t < 20 else -0.8, 0.0),
        squash=1.0 - 0.12 * ease(t, 18, 23) + 0.12 * ease(t, 23, 26),
        lift=0.0 if t < 20 else 0.65 + 0.35 * np.sin(2 * np.pi * t / 8),
    )
    return (("owl", owl),) if t < 36 else ()


def _wing_passes(brush: Brush, t: float) -> None:
    if WING[0] <= t < WING[1] + 1:
        part = (t - WING[0]) / (WING[1] + 1 - WING[0])
        near = brush.at(mix(1130, 470, part), 420 - 40 * part, scale=6.5, angle=-62 - 56 * part)
        draw_wing(near)


def _robot_hammers(t: float) -> Cast:
    blow = 0.5 + 0.5 * np.sin(2 * np.pi * t / 16)
    robot = alive(t, 4, x=520, y=420, lift=0.9 * blow, tilt=5 - 6 * blow, gaze=(0.8, 0.4))
    return (("robot", robot),)


def _hammer_sparks(brush: Brush, t: float) -> None:
    for blow in (12, 28, 44):
        sparks(brush, t - blow, 575, 318)


def _robot_alarm(t: float) -> Cast:
    look = -0.9 * ease(t, 6, 10)
    up = ease(t, 6, 12)
    robot = alive(t, 4, x=560, y=420, lift=0.8 * up, gaze=(look, -0.4 * up), mouth=up)
    return (("robot", robot),)


def _alarm_light(brush: Brush, t: float) -> None:
    if t in ALARM:
        side_light(brush, 0.85, "#ff2a20")
        glow(brush, 500, 290, 60, "#ff4030", 0.5)


ACT_ONE: tuple[Shot, ...] = (
    Shot(
        "title",
        58,
        "none",
        None,
        lambda t: Camera(mix(620, 626, t / 58), 215),
        lambda t: (),
        Transition("fade", hold=10, into=16),
        after=_title,
        text="The Fallen Star",
    ),
    Shot(
        "meadow wide",
        60,
        "long",
        "meadow",
        still(Camera(360, 262)),
        _meadow_wide,
        hold=2,
        events=(Event("held drawings", 0, 59, "the whole shot is animated on twos"),),
    ),
    Shot("snail close", 40, "close-up", "meadow", still(Camera(570, 370, 2.3, 1.5)), _snail_close),
    Shot(
        "owl leaves",
        66,
        "medium",
        "forest",
        still(Camera(790, 190, 1.5)),
        _owl_leaves,
        after=_wing_passes,
        blur=WING,
        events=(Event("wing", *WING, "the owl's wing passes close by and covers the frame"),),
    ),
    Shot(
        "robot hammers",
        64,
        "long",
        "workshop",
        lambda t: Camera(560, 268, 1.12),
        _robot_hammers,
        Transition("wipe", into=16),
        after=_hammer_sparks,
    ),
    Shot(
        "robot alarm",
        50,
        "close-up",
        "workshop",
        still(Camera(560, 330, 2.1, 1.2)),
        _robot_alarm,
        after=_alarm_light,
        events=(
            Event("partial flash", ALARM[0], ALARM[2], "red light from the left side"),
            Event("partial flash", ALARM[3], ALARM[5], "red light from the left side"),
        ),
    ),
)
