"""Act two: the star falls, and everybody runs to find it."""

from __future__ import annotations

import numpy as np

from drawing.brush import Brush
from drawing.camera import Camera
from drawing.effects import bolt, flash, glow, snowfall, star
from drawing.stage import Cast, Event, Shot, Transition, alive, ease, mix, still

FLASH = {34: 0.97, 35: 0.94, 36: 0.9, 37: 0.35, 38: 0.12}
RUN = (24, 35)
LEAP = 30


def _watchers(t: float) -> Cast:
    start = ease(t, 36, 40)
    fox = alive(t, 1, x=800, y=418, gaze=(0.7, -0.9), mouth=start, lift=0.6 * start)
    owl = alive(t, 3, x=700, y=414, scale=0.85, gaze=(0.8, -0.9))
    return (("owl", owl), ("fox", fox))


def _star_falls(brush: Brush, t: float) -> None:
    if 12 <= t < 34:
        part = (t - 12) / 22
        x, y = mix(720, 1010, part), mix(70, 330, part**1.4)
        for i in range(7):
            glow(brush, x - 9 * i, y - 8 * i, 20 - 2 * i, "#ffe9b0", 0.8 - 0.1 * i)
        star(brush, x, y, 9, angle=20 * t)
    if 33 <= t < 38:
        bolt(brush, 1010, 330)


def _lightning(brush: Brush, t: float) -> None:
    flash(brush, FLASH.get(int(t), 0.0), "#f4f6ff")


def _fox_startled(t: float) -> Cast:
    turn = ease(t, 14, 20)
    fox = alive(t, 1, x=800, y=418, gaze=(0.9 * turn, -0.3), mouth=0.6 * turn, lift=0.5 * turn)
    return (("fox", fox),)


def _snail_startled(t: float) -> Cast:
    snail = alive(t, 2, x=1180, y=418, left=True, mouth=1.0, lift=1.0, gaze=(0, -0.8), blink=False)
    return (("snail", snail),)


def _robot_owl_snail(t: float) -> Cast:
    down = ease(t, 10, 34)
    robot = alive(t, 4, x=1080, y=418, left=True, lift=0.9 * ease(t, 6, 14), gaze=(0.5, -0.6))
    owl = alive(
        t,
        3,
        x=mix(860, 990, down),
        y=mix(250, 416, down),
        scale=0.85,
        gaze=(0.8, 0.3),
        lift=0.0 if t > 35 else 0.65 + 0.35 * np.sin(2 * np.pi * t / 9),
    )
    snail = alive(t, 2, x=1185, y=424, scale=0.75, left=True, gaze=(0.6, -0.5))
    return (("robot", robot), ("snail", snail), ("owl", owl))


def _fox_runs(t: float) -> Cast:
    fox = alive(t, 1, x=330 + 7.8 * t, y=412, gait=t / 11, stride=1.5, lift=0.35, gaze=(0.9, 0))
    robot = alive(t, 4, x=1095, y=412, left=True, gaze=(0.7, 0), lift=0.5 * ease(t, 60, 70))
    return (("robot", robot), ("fox", fox))


def _robot_carries_snail(t: float) -> Cast:
    step = 0.7
    x = mix(1060, 1120, t / 60)
    robot = alive(t, 4, x=x, y=412, gait=t / 22, stride=step, lift=0.15, gaze=(0.8, 0.1))
    top = 408 - 122 - 3 * step * abs(np.cos(2 * np.pi * t / 22))
    snail = alive(t, 2, x=x - 4, y=top, scale=0.55, gaze=(0.8, 0.2))
    cast: Cast = (("robot", robot), ("snail", snail))
    if RUN[0] <= t < RUN[1] + 1:
        part = (t - RUN[0]) / (RUN[1] + 1 - RUN[0])
        fox = alive(t, 1, x=mix(720, 1500, part), y=520, scale=2.5, gait=t / 8, stride=1.5)
        cast += (("fox", fox),)
    return cast


def _fox_owl_search(t: float) -> Cast:
    fox = alive(t, 1, x=mix(590, 640, t / 76), y=414, gait=t / 24, stride=0.7, gaze=(0.8, 0.4))
    owl = alive(t, 3, x=850, y=418, scale=0.85, left=True, gaze=(0.5, 0.7), lift=0.3)
    return (("fox", fox), ("owl", owl))


def _star_in_snow(brush: Brush, t: float) -> None:
    star(brush, 745, 404, 13, angle=10)


def _snow(brush: Brush, t: float) -> None:
    snowfall(brush, t, 380, 1100)


def _robot_leaps(t: float) -> Cast:
    if t < LEAP:
        robot = alive(t, 4, x=1010, y=420, squash=0.8, tilt=-6, gaze=(0.8, 0.7), lift=0.1)
    else:
        bob = 4 * np.sin(t)
        robot = alive(
            t, 4, x=1165, y=385 + bob, lift=1.0, tilt=12, squash=1.08, mouth=1.0, blink=False
        )
    return (("robot", robot),)


def _star_waits(brush: Brush, t: float) -> None:
    if t < LEAP:
        star(brush, 1110, 402, 12, angle=8)
    else:
        star(brush, 1238, 262, 12, angle=-12)


def _snail_and_robot(t: float) -> Cast:
    robot = alive(t, 4, x=1140, y=420, left=True, lift=0.55, gaze=(0.6, 0.4))
    snail = alive(t, 2, x=mix(972, 990, t / 44), y=424, gait=t / 24, stride=0.8, gaze=(0.8, 0))
    return (("robot", robot), ("snail", snail))


def _star_shown(brush: Brush, t: float) -> None:
    star(brush, 1078, 338 + 2 * np.sin(t / 5), 11, angle=6 * np.sin(t / 7))


def _owl_close(t: float) -> Cast:
    owl = alive(t, 3, x=860, y=418, left=True, gaze=(0.8, 0.5), mouth=ease(t, 14, 18) * 0.8)
    return (("owl", owl),)


ACT_TWO: tuple[Shot, ...] = (
    Shot(
        "star falls",
        76,
        "long",
        "night hill",
        still(Camera(830, 250, 1.0)),
        _watchers,
        Transition("dissolve", into=22),
        before=_star_falls,
        after=_lightning,
        events=(Event("flash", 34, 38, "lightning: three near-white frames, then two fainter"),),
    ),
    Shot(
        "fox startled",
        40,
        "close-up",
        "night hill",
        still(Camera(812, 330, 2.4, 1.2)),
        _fox_startled,
        note="dark to dark",
    ),
    Shot(
        "snail startled",
        8,
        "close-up",
        "night hill",
        still(Camera(1165, 370, 2.2, 1.2)),
        _snail_startled,
        note="8 frames long; dark to dark",
    ),
    Shot(
        "they gather",
        56,
        "medium",
        "night hill",
        still(Camera(1060, 320, 1.5)),
        _robot_owl_snail,
        note="dark to dark",
    ),
    Shot(
        "fox runs",
        84,
        "long",
        "forest",
        lambda t: Camera(420 + 5.4 * t, 270, 1.1),
        _fox_runs,
        Transition("fade", out=14, hold=6, into=14),
        events=(Event("pan", 0, 83, "the camera goes along with the running fox"),),
    ),
    Shot(
        "fox overtakes",
        60,
        "medium",
        "forest",
        still(Camera(1110, 330, 1.45)),
        _robot_carries_snail,
        blur=RUN,
        events=(Event("fast motion", *RUN, "the fox runs across, close to the camera"),),
    ),
    Shot(
        "search in the snow",
        78,
        "long",
        "snowy mountain",
        lambda t: Camera(
            mix(700, 742, ease(t, 22, 70)),
            mix(250, 345, ease(t, 22, 70)),
            mix(1, 1.9, ease(t, 22, 70)),
        ),
        _fox_owl_search,
        Transition("iris", into=18),
        before=_star_in_snow,
        after=_snow,
        events=(Event("zoom", 22, 70, "zoom in on the star"),),
    ),
    Shot(
        "robot leaps",
        54,
        "medium",
        "snowy mountain",
        still(Camera(1090, 300, 1.4)),
        _robot_leaps,
        before=_star_waits,
        hold=3,
        events=(
            Event("held drawings", 0, 53, "the whole shot is animated on threes"),
            Event("big movement", LEAP, LEAP, "a leap of 155 units between two held drawings"),
        ),
    ),
    Shot(
        "snail sees the star",
        44,
        "medium",
        "snowy mountain",
        still(Camera(1055, 340, 1.75, 0.8)),
        _snail_and_robot,
        after=_star_shown,
    ),
    Shot(
        "owl has a plan",
        34,
        "close-up",
        "snowy mountain",
        still(Camera(855, 340, 2.3, 1.2)),
        _owl_close,
    ),
)
