"""Act three: the star is mended and goes home."""

from __future__ import annotations

import numpy as np

from drawing.brush import Brush
from drawing.camera import HEIGHT, OVERSAMPLE, Camera
from drawing.effects import flash, lettering, sparks, star
from drawing.stage import Cast, Event, Shot, Transition, alive, ease, mix, still

WHIP = (26, 33)


def _all_at_bench(t: float) -> Cast:
    robot = alive(t, 4, x=1235, y=420, lift=0.45 + 0.2 * np.sin(2 * np.pi * t / 14), gaze=(0.8, 0))
    owl = alive(t, 3, x=1375, y=313, scale=0.7, left=True, gaze=(0.8, 0.6))
    fox = alive(t, 1, x=1470, y=420, left=True, gaze=(0.8, 0.2), lift=0.2)
    snail = alive(t, 2, x=1110, y=330, scale=0.7, gaze=(0.9, 0.1))
    return (("snail", snail), ("owl", owl), ("robot", robot), ("fox", fox))


def _star_on_bench(brush: Brush, t: float) -> None:
    star(brush, 1308, 296, 11, angle=6 * np.sin(t / 6))
    for blow in (8, 24, 40):
        sparks(brush, t - blow, 1300, 300)


def _fox_and_snail(t: float) -> Cast:
    fox = alive(t, 1, x=905, y=420, gaze=(0.8, 0.4), mouth=0.7 * ease(t, 12, 16))
    snail = alive(t, 2, x=985, y=331, scale=0.62, left=True, gaze=(0.7, 0.2), lift=ease(t, 16, 24))
    return (("fox", fox), ("snail", snail))


def _whip_camera(t: float) -> Camera:
    return Camera(mix(380, 1220, ease(t, WHIP[0] - 0.5, WHIP[1] + 0.5)), 290, 1.2)


def _whip_cast(t: float) -> Cast:
    robot = alive(t, 4, x=330, y=414, lift=0.8 * ease(t, 8, 14), gaze=(0.7, 0))
    snail = alive(t, 2, x=460, y=420, scale=0.8, gaze=(0.7, 0))
    fox = alive(t, 1, x=1320, y=414, left=True, lift=0.9 * ease(t, 40, 46), mouth=0.5)
    owl = alive(t, 3, x=1180, y=416, scale=0.85, left=True, gaze=(0.6, -0.6))
    return (("robot", robot), ("snail", snail), ("owl", owl), ("fox", fox))


def _whip_star(brush: Brush, t: float) -> None:
    star(brush, 1240, 290 + 3 * np.sin(t / 6), 12, angle=8 * np.sin(t / 8))


def _owl_and_fox(t: float) -> Cast:
    owl = alive(t, 3, x=502, y=416, scale=0.95, left=True, gaze=(0.8, 0), mouth=0.8 * (t % 12 < 6))
    fox = alive(t, 1, x=385, y=414, gaze=(0.9, 0), lift=0.3)
    return (("owl", owl), ("fox", fox))


def _owl_and_snail(t: float) -> Cast:
    owl = alive(t, 3, x=790, y=192, scale=0.8, gaze=(0.3, 0.9 * ease(t, 8, 14)))
    snail = alive(t, 2, x=mix(800, 850, t / 48), y=414, scale=0.9, gait=t / 24, stride=0.9)
    return (("owl", owl), ("snail", snail))


def _farewell(t: float) -> Cast:
    wave = 0.75 + 0.25 * np.sin(2 * np.pi * t / 12)
    robot = alive(t, 4, x=620, y=420, lift=wave, gaze=(0.7, -0.8))
    snail = alive(t, 2, x=715, y=424, scale=0.8, gaze=(0.7, -0.8))
    fox = alive(t, 1, x=990, y=420, left=True, lift=wave, gaze=(0.8, -0.9))
    owl = alive(t, 3, x=890, y=418, scale=0.85, left=True, gaze=(0.5, -0.9))
    return (("fox", fox), ("snail", snail), ("owl", owl), ("robot", robot))


def _star_rises(brush: Brush, t: float) -> None:
    up = ease(t, 20, 84)
    star(brush, 805 + 30 * np.sin(t / 14), mix(380, 90, up), mix(13, 7, up), angle=5 * t)


def _robot_and_snail(t: float) -> Cast:
    robot = alive(t, 4, x=450, y=420, gaze=(0.7, -0.9), lift=0.2)
    snail = alive(t, 2, x=447, y=300, scale=0.5, gaze=(0.8, -0.9))
    return (("robot", robot), ("snail", snail))


def _fox_owl_smile(t: float) -> Cast:
    fox = alive(t, 1, x=792, y=420, left=True, gaze=(0.6, -0.8), mouth=0.5)
    owl = alive(t, 3, x=672, y=418, scale=0.85, blink=t > 18)
    return (("owl", owl), ("fox", fox))


def _the_end(brush: Brush, t: float) -> None:
    star(brush, 640, 150, 9 + np.sin(t / 5), angle=5 * np.sin(t / 8))
    lettering(brush, "The End", HEIGHT * OVERSAMPLE * 0.52, 110)


def _white_hot(brush: Brush, t: float) -> None:
    flash(brush, 0.25 * ease(t, 20, 36), "#fff3c8")


ACT_THREE: tuple[Shot, ...] = (
    Shot(
        "all at the bench",
        60,
        "long",
        "workshop",
        still(Camera(1290, 295, 1.3)),
        _all_at_bench,
        after=_star_on_bench,
    ),
    Shot(
        "fox and snail watch",
        40,
        "close-up",
        "workshop",
        still(Camera(945, 325, 2.1, 1.2)),
        _fox_and_snail,
        after=_white_hot,
    ),
    Shot(
        "mended",
        64,
        "medium",
        "meadow",
        _whip_camera,
        _whip_cast,
        Transition("fade", out=12, hold=3, into=12, colour="#ffffff"),
        before=_whip_star,
        blur=WHIP,
        events=(Event("whip pan", *WHIP, "the camera whips from robot and snail to owl and fox"),),
    ),
    Shot("owl and fox", 38, "close-up", "meadow", still(Camera(438, 345, 2.15, 1.5)), _owl_and_fox),
    Shot("owl and snail", 48, "long", "forest", still(Camera(815, 252, 1.02)), _owl_and_snail),
    Shot(
        "farewell",
        92,
        "long",
        "night hill",
        lambda t: Camera(800, 250 - 12 * ease(t, 30, 90), 1.0),
        _farewell,
        Transition("dissolve", into=24),
        before=_star_rises,
    ),
    Shot(
        "robot and snail look up",
        36,
        "close-up",
        "night hill",
        still(Camera(450, 315, 2.0, 1.2)),
        _robot_and_snail,
        note="dark to dark",
    ),
    Shot(
        "fox and owl smile",
        36,
        "medium",
        "night hill",
        still(Camera(730, 335, 1.9, 1.0)),
        _fox_owl_smile,
        note="dark to dark",
    ),
    Shot(
        "the end",
        48,
        "none",
        None,
        still(Camera(640, 215)),
        lambda t: (),
        after=_the_end,
        text="The End",
    ),
)
