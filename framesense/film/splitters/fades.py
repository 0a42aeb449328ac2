"""Fades, and all that goes through a flat picture: black, white or any one colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framesense.film.splitters.change import Change
from framesense.film.splitters.likeness import same_scene
from framesense.film.splitters.trail import Trail
from framesense.records import Transition

RAMP_FRAMES = 40  # looked at on each side of a flat stretch
BLINK_FRAMES = 12  # a shorter dip that returns to its scene is a flash or a blink
DARK = 32.0  # levels; a flat picture below is black
PICTURE = 48.0  # levels of contrast; with less the film has not opened yet
GROWTH = 1.02  # by which a ramp grows in three frames, or it has ended
FAINT = 8.0  # levels; a first step up to here is never a cut


@dataclass(frozen=True, slots=True)
class Ramp:
    """How the picture comes out of a flat stretch, forward or backward in time."""

    top: int  # frame at which it stands in full
    kind: Transition  # cut: at once; fade; wipe: part by part


class FadeFinder:
    """Finds changes of shot across flat stretches.

    Where a stretch is entered gradually the new shot begins at its end, however it is left.
    Where it is entered at once and left gradually the new shot begins with the stretch. With
    both at once, a stretch of up to `max_flat` frames belongs to the old shot, and a longer one
    is a shot of its own. A dip that soon returns to the same scene is a flash; a film may begin
    or end in black. Neither splits.
    """

    lag_frames = RAMP_FRAMES

    def __init__(self, *, max_flat: int) -> None:
        self._max_flat = max_flat
        self._opened = False  # has the film shown a picture yet?
        self._first: int | None = None  # of the stretch that the newest frame is in
        self._given = -1  # first frame of a long stretch whose beginning was given back
        self._ended: list[tuple[int, int]] = []  # stretches [first, end) that wait for their ramp

    def push(self, trail: Trail) -> list[Change]:
        """Look at the newest frame of the trail; give back what is now certain."""
        newest = trail.end - 1
        self._opened = self._opened or trail.contrast(newest) > PICTURE
        changes = []
        if self._ended and newest - self._ended[0][1] >= RAMP_FRAMES:
            changes += self._across(trail, *self._ended.pop(0))
        if trail.flat(newest):
            if self._first is None:
                self._first = newest if self._opened else 0
            if newest - self._first == self._max_flat:
                changes += self._into(trail, self._first)
        elif self._first is not None:
            if self._opened:
                self._ended.append((self._first, newest))
            self._first = None
        return changes

    def flush(self, trail: Trail) -> list[Change]:
        changes = [change for stretch in self._ended for change in self._across(trail, *stretch)]
        if self._first is not None and trail.end - self._first <= self._max_flat:
            changes += self._into(trail, self._first)
        return changes

    def _into(self, trail: Trail, first: int) -> list[Change]:
        """The change at the beginning of a stretch that is a shot of its own."""
        if first == 0 or _ramp(trail, first, -1).kind != "cut":
            return []
        self._given = first
        return [Change.cut(first, through_flat=True)]

    def _across(self, trail: Trail, first: int, end: int) -> list[Change]:
        """The change from before the stretch `[first, end)` to after it, if there is one."""
        out = _ramp(trail, end - 1, +1)
        if first == 0 or first == self._given:
            is_shot = end - first > self._max_flat
            return [Change.cut(end, through_flat=True)] if is_shot and out.kind == "cut" else []
        into = _ramp(trail, first, -1)
        if _is_blink(trail, into, out):
            return []
        kinds = {into.kind, out.kind} - {"cut"}
        if not kinds:
            return [Change.cut(end, through_flat=True)]
        return [
            Change(
                at=first if into.kind == "cut" else end,
                kind="wipe" if "wipe" in kinds else "fade",
                first=first if into.kind == "cut" else into.top + 1,
                last=end if out.kind == "cut" else out.top - 1,
                through_flat=True,
            )
        ]


def _is_blink(trail: Trail, into: Ramp, out: Ramp) -> bool:
    """Was the flat stretch a flash, a blink or a lamp switched off?"""
    if not same_scene(trail, into.top, out.top):
        return False
    through_black = trail.thumbs(into.top, out.top).mean(axis=(1, 2, 3)).min() < DARK
    slow = "cut" not in (into.kind, out.kind) and out.top - into.top > BLINK_FRAMES
    return not (slow and through_black)


def _ramp(trail: Trail, flat: int, step: int) -> Ramp:
    """How the picture grows out of the flat frame `flat`; `step` is +1 forward, -1 backward.

    With C the flat colour and e_k the mean of |I - C| over the k-th frame from the stretch, a
    ramp goes on while e grows; the picture grows gradually if e_0 is a small part of its top.
    """
    ordinals = _outside(trail, flat, step)
    rows = trail.rows
    colour = trail.thumb(flat)[:, rows].mean(axis=(1, 2))
    pictures = np.stack([trail.thumb(k)[:, rows] for k in ordinals]) - colour[:, None, None]
    energy = np.abs(pictures).mean(axis=(1, 2, 3))
    top = _top(pictures, energy)
    begins = float(energy[0]), float(energy[0] / max(energy[top], 1e-6))
    small = begins[0] < FAINT or begins[1] < max(0.25, 2.5 / (top + 1))
    if top < 2 or begins[1] > 0.5 or not small:
        return Ramp(ordinals[0], "cut")
    half = int(np.abs(energy[:top] - energy[top] / 2).argmin())
    return Ramp(ordinals[top], "wipe" if _by_parts(pictures[half], pictures[top]) else "fade")


def _outside(trail: Trail, flat: int, step: int) -> list[int]:
    """Ordinals from the flat frame outwards, up to the next flat frame."""
    ordinals: list[int] = []
    k = flat + step
    while trail.start <= k < trail.end and len(ordinals) < RAMP_FRAMES:
        if trail.flat(k) and ordinals:
            break
        ordinals.append(k)
        k += step
    return ordinals


def _top(pictures: NDArray[np.float32], energy: NDArray[np.float32]) -> int:
    """Index of the frame at which the growth ends; a sudden step, once under way, ends it too."""
    top = 0
    while top + 1 < len(energy):
        ahead = energy[top + 1 : top + 4]
        if ahead.max() <= energy[top] * GROWTH + 0.02:
            break
        step = np.abs(pictures[top + 1] - pictures[top]).mean()
        if top >= 3 and step > 0.6 * energy[top + 1]:
            break
        top += 1
    return top


def _by_parts(half: NDArray[np.float32], full: NDArray[np.float32]) -> bool:
    """Does the half-way picture show parts in full and others not at all, not all of it dimly?"""
    norm = (full**2).sum(axis=0)
    seen = norm > 3 * 12.0**2
    if seen.sum() < 24:
        return False
    share = (half * full).sum(axis=0)[seen] / norm[seen]
    return bool(np.mean((share > 0.2) & (share < 0.8)) < 0.5)
