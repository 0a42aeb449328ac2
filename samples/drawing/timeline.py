"""Where each shot lies in the film, and the picture at a film frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from drawing.brush import Brush, rgb
from drawing.camera import HEIGHT, WIDTH, Camera, photograph
from drawing.cast import draw
from drawing.settings import setting
from drawing.stage import Shot, Transition

SUBFRAMES = 16  # pictures averaged while the shutter is open
SHUTTER = 0.8  # part of a frame that it is open
CARD_SETTING = "night hill"  # title cards lie on its sky


@dataclass(frozen=True)
class Placed:
    """A shot in the film: seen, perhaps only in part, on frames first <= k < end."""

    shot: Shot
    first: int
    end: int


@dataclass(frozen=True)
class Timeline:
    """The film: its shots in order, its closing fade, its length in frames."""

    placed: tuple[Placed, ...]
    closing: Transition
    frames: int


def lay_out(shots: tuple[Shot, ...], closing: Transition) -> Timeline:
    """Place the shots one after another, overlapping where two are seen at once."""
    placed: list[Placed] = []
    cursor = 0
    for shot in shots:
        enter = shot.enter
        first = cursor + enter.hold if enter.kind == "fade" else cursor - enter.into
        placed.append(Placed(shot, first, first + shot.frames))
        cursor = first + shot.frames
    return Timeline(tuple(placed), closing, cursor + closing.hold)


def picture(timeline: Timeline, k: int) -> np.ndarray:
    """Film frame k: RGB uint8, (HEIGHT, WIDTH, 3)."""
    seen = [i for i, p in enumerate(timeline.placed) if p.first <= k < p.end]
    if not seen:
        following = [p.shot.enter for p in timeline.placed if p.first > k]
        return _plain((following or [timeline.closing])[0].colour)
    image = _faded(timeline, seen[0], k)
    for i in seen[1:]:
        placed = timeline.placed[i]
        enter = placed.shot.enter
        part = (k - placed.first + 1) / (enter.into + 1)
        image = _joined(enter.kind, image, _shot_picture(placed, k), part)
    return image


def _plain(colour: str) -> np.ndarray:
    return np.full((HEIGHT, WIDTH, 3), rgb(colour), np.uint8)


def _faded(timeline: Timeline, i: int, k: int) -> np.ndarray:
    placed = timeline.placed[i]
    image = _shot_picture(placed, k)
    last = i + 1 == len(timeline.placed)
    leave = timeline.closing if last else timeline.placed[i + 1].shot.enter
    enter = placed.shot.enter
    if enter.kind == "fade" and k - placed.first < enter.into:
        part = (k - placed.first + 1) / (enter.into + 1)
        image = _joined("dissolve", _plain(enter.colour), image, part)
    if leave.kind == "fade" and placed.end - k <= leave.out:
        part = (placed.end - k) / (leave.out + 1)
        image = _joined("dissolve", _plain(leave.colour), image, part)
    return image


def _joined(kind: str, old: np.ndarray, new: np.ndarray, part: float) -> np.ndarray:
    if kind == "dissolve":
        return cv2.addWeighted(old, 1.0 - part, new, part, 0.0)
    if kind == "wipe":
        edge = round(part * WIDTH)
        return np.concatenate([new[:, :edge], old[:, edge:]], axis=1)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    away = np.hypot(columns - WIDTH / 2, rows - HEIGHT / 2)
    return np.where((away < part * np.hypot(WIDTH, HEIGHT) / 2)[..., None], new, old)


def _shot_picture(placed: Placed, k: int) -> np.ndarray:
    shot, local = placed.shot, k - placed.first
    t = float(local - local % shot.hold)
    if shot.blur[0] <= local <= shot.blur[1]:
        times = [t + SHUTTER * i / SUBFRAMES for i in range(SUBFRAMES)]
        return np.mean([_instant(shot, time) for time in times], axis=0).round().astype(np.uint8)
    return _instant(shot, t)


def _instant(shot: Shot, t: float) -> np.ndarray:
    camera = shot.camera(t)
    place = setting(shot.setting or CARD_SETTING)
    image = _background(shot.setting or CARD_SETTING, camera).copy()
    world = Brush(image, camera.matrix(), tint=place.tint)
    if shot.before is not None:
        shot.before(world, t)
    for name, pose in shot.cast(t):
        draw(name, pose, world)
    if shot.after is not None:
        shot.after(Brush(image, camera.matrix()), t)
    return cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)


@lru_cache(maxsize=4)
def _background(name: str, camera: Camera) -> np.ndarray:
    return photograph(setting(name).layers, camera)
