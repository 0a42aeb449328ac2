"""Dissolves: one scene shines through another until it has replaced it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framesense.film.splitters.change import Change
from framesense.film.splitters.likeness import same_picture
from framesense.film.splitters.trail import Thumbs, Trail

LENGTHS = (8, 12, 18, 27, 40, 60, 72)  # frames of the windows tried
POINTS = 9  # frames looked at in a window, ends included
INNER = {n: np.linspace(0, n, POINTS).round().astype(int).tolist() for n in LENGTHS}
MIN_CHANGE = 6.0  # levels, mean over the cells, between the ends of a window
MAX_DETAIL = 0.68  # of the ends' detail that is left half-way
MAX_STEP = 5.0  # times the mean step
MIN_COVER = 0.65  # of the cells that take part in the change; a title takes few
EVERY = 3  # frames at which windows end
PATIENCE = 8  # frames that a better window is waited for


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of frames whose inner frames are mixes of its ends."""

    first: int
    last: int
    merit: float


class DissolveFinder:
    """Finds stretches in which every frame is a mix of the first and the last.

    With S and E the thumbnails at the ends and D = E - S, a frame I is written as
    S + a·D + rest, a = <I - S, D> / <D, D>. In a dissolve a rises from 0 to 1 without a jump and
    |rest| / |D| stays below `residual`, where motion leaves a rest of the size of D. Half-way the
    picture has lost half of its detail, which no motion and no title does to it. A change of
    light is a mix as well, but the scene at both ends is the same, which `likeness` tells.
    """

    lag_frames = LENGTHS[-1] + PATIENCE

    def __init__(self, *, residual: float) -> None:
        self._residual = residual
        self._best: Window | None = None

    def push(self, trail: Trail) -> list[Change]:
        """Look at the newest frame of the trail; give back what is now certain."""
        newest = trail.end - 1
        if newest % EVERY == 0:
            for window in self._windows(trail, newest):
                if self._best is None or window.merit > self._best.merit:
                    self._best = window
        if self._best is not None and newest >= self._best.last + PATIENCE:
            return self.flush(trail)
        return []

    def flush(self, trail: Trail) -> list[Change]:
        window, self._best = self._best, None
        return [] if window is None else _dissolve(trail, window)

    def _windows(self, trail: Trail, last: int) -> list[Window]:
        """Windows that end at `last` and look like a dissolve."""
        firsts = [last - n for n in LENGTHS if last - n >= trail.start]
        if not firsts:
            return []
        starts = trail.greens(firsts)
        changes = trail.greens([last]) - starts
        sizes = np.maximum(_dots(changes, changes), 1.0)
        likely = sizes >= MIN_CHANGE**2 * changes.shape[1]
        if not likely.any():
            return []
        middles = trail.greens([(first + last) // 2 for first in firsts]) - starts
        shares = _dots(middles, changes) / sizes
        rests = _dots(middles, middles) / sizes - shares**2
        likely &= (shares > 0.25) & (shares < 0.75) & (rests <= self._residual**2 * 1.2)
        windows = (self._window(trail, firsts[k], last) for k in np.flatnonzero(likely))
        return [window for window in windows if window is not None]

    def _window(self, trail: Trail, first: int, last: int) -> Window | None:
        """The stretch from `first` to `last`, if a few frames of it are mixes of its ends."""
        pictures = _flat_rows(trail.at([first + step for step in INNER[last - first]]))
        pictures -= pictures[0].copy()
        shares, rests = _mix(pictures, pictures[-1])
        steps = np.diff(shares)
        if steps.min() <= -0.05 or steps.max() >= 0.6 or rests.max() >= self._residual:
            return None
        if shares[1] >= 0.2 or shares[-2] <= 0.8:
            return None
        size = float(np.linalg.norm(pictures[-1]))
        return Window(first, last, size * (1.0 - float(rests.max())) ** 2)


def _flat_rows(thumbs: Thumbs) -> NDArray[np.float32]:
    """(frames, 3, 18, 32) -> (frames, values)."""
    return thumbs.reshape(len(thumbs), -1)


def _dots(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scalar product of each row of `a` with the same row of `b`."""
    return np.asarray(np.einsum("ij,ij->i", a, b))


def _mix(
    pictures: NDArray[np.float32], change: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(frames, values) less the start, and the whole change -> share a and rest of each frame."""
    size = change @ change
    shares = pictures @ change / size
    rests = _dots(pictures, pictures) / size - shares**2
    return shares, np.sqrt(np.maximum(rests, 0.0))


def _dissolve(trail: Trail, window: Window) -> list[Change]:
    """The window's change of shot, unless the scene is the same or changes at once."""
    if trail.flat(window.first) or trail.flat(window.last):
        return []
    change = np.abs(trail.thumb(window.last) - trail.thumb(window.first)).mean(axis=0)[trail.rows]
    if np.mean(change > change.mean() / 4) < MIN_COVER:
        return []
    pictures = _flat_rows(trail.thumbs(window.first, window.last + 1))
    pictures = pictures - pictures[0]
    shares, _ = _mix(pictures, pictures[-1])
    steps = np.diff(shares)
    if steps.max() > max(MAX_STEP / len(steps), 0.25) or steps.min() < -0.05:
        return []
    middle = int((shares >= 0.5).argmax())
    if _detail(trail, window, middle) > MAX_DETAIL:
        return []
    if same_picture(trail, window.first, window.last):  # last, since it takes longest
        return []
    first = int(np.flatnonzero(shares[:middle] < 0.06)[-1]) + 1
    last = middle + int((shares[middle:] > 0.94).argmax()) - 1
    return [
        Change(
            at=window.first + middle,
            kind="dissolve",
            first=window.first + min(first, middle),
            last=window.first + max(last, middle),
        )
    ]


def _detail(trail: Trail, window: Window, middle: int) -> float:
    """Gradient energy of the picture half-way, as a share of the mean of the ends'.

    Mixed by halves, two pictures whose edges lie apart keep (1/2)² + (1/2)² = 1/2 of it. A title
    that comes over a scene, a pan and a wipe keep nearly all.
    """

    def energy(ordinal: int) -> float:
        grey = trail.grey(ordinal).astype(np.float32)
        return float((np.diff(grey, axis=0) ** 2).mean() + (np.diff(grey, axis=1) ** 2).mean())

    half_way = np.mean([energy(window.first + middle + k) for k in (-1, 0, 1)])
    return float(2 * half_way / (energy(window.first) + energy(window.last) + 1e-6))
