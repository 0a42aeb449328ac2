"""Wipes and irises: an edge goes over the picture, the old scene before it, the new behind."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from framesense.film.splitters.change import Change
from framesense.film.splitters.likeness import same_picture
from framesense.film.splitters.trail import ACROSS, DOWN, Thumbs, Trail

LENGTHS = (8, 12, 18, 27, 40, 60)  # frames of the windows tried
POINTS = 9  # frames looked at in a window, ends included
DISTINCT = 20.0  # levels; a cell that differs less between the scenes tells nothing
MIN_TELLING = 0.4  # of the cells, or the scenes are too alike
OF_A_SCENE = 0.35  # of the difference of the scenes: a cell so near to one belongs to it
STRANGERS = 0.25  # of the telling cells that may belong to neither: motion, the soft edge
EVERY = 5  # frames at which windows end
PATIENCE = 16  # frames that a better window, or the old scene's return, is waited for


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of frames in which cells go over from its first picture to its last."""

    first: int
    last: int
    fit: float
    shares: NDArray[np.float64]  # of the cells that have gone over, by frame


class WipeFinder:
    """Finds stretches in which each cell goes over once, from the old scene to the new one.

    At every moment most cells that tell the two ends apart must be near to one of them (a
    dissolve has them in between, motion elsewhere), the new share must grow from none to all,
    and the moment t at which the cell at (x, y) goes over must follow its place: a least squares
    fit of t on 1, x, y, x², y², exact for a straight edge and near for an iris or a barn door,
    must explain `fit` of its variance. An object that crosses the picture has an edge too, but
    the scene is the same before and after.
    """

    lag_frames = LENGTHS[-1] + PATIENCE

    def __init__(self, *, fit: float) -> None:
        self._fit = fit
        self._best: Window | None = None

    def push(self, trail: Trail) -> list[Change]:
        """Look at the newest frame of the trail; give back what is now certain."""
        newest = trail.end - 1
        if newest % EVERY == 0:
            for first in _likely(trail, newest):
                window = _window(trail, first, newest)
                if window and window.fit >= max(self._fit, self._best.fit if self._best else 0.0):
                    self._best = window
        if self._best is not None and newest >= self._best.last + PATIENCE:
            return self.flush(trail)
        return []

    def flush(self, trail: Trail) -> list[Change]:
        window, self._best = self._best, None
        if window is None or not _leaves_scene(trail, window):
            return []
        shares = window.shares
        at = int((shares >= 0.5).argmax())
        return [
            Change(
                at=window.first + at,
                kind="wipe",
                first=window.first + int(np.flatnonzero(shares[:at] <= 0.03)[-1]) + 1,
                last=window.first + at + int((shares[at:] >= 0.97).argmax()),
            )
        ]


def _likely(trail: Trail, last: int) -> list[int]:
    """First frames of windows up to `last` whose ends are unlike enough."""
    firsts = [last - n for n in LENGTHS if last - n >= trail.start and not trail.flat(last - n)]
    if not firsts or trail.flat(last):
        return []
    telling = np.abs(trail.greens(firsts) - trail.greens([last])) > DISTINCT / 2
    enough = np.count_nonzero(telling, axis=1) >= MIN_TELLING * telling.shape[1]
    return [first for first, is_enough in zip(firsts, enough, strict=True) if is_enough]


def _window(trail: Trail, first: int, last: int) -> Window | None:
    """The stretch from `first` to `last`, if it looks like a wipe."""
    start, end = trail.thumb(first), trail.thumb(last)
    whole = np.abs(end - start).sum(axis=0)
    telling = whole > 3 * DISTINCT
    if np.count_nonzero(telling) < MIN_TELLING * telling.size:
        return None
    shares = _shares(trail.thumb((first + last) // 2)[None], start, end, whole, telling)
    if shares is None or not 0.2 < shares[0] < 0.8:
        return None
    pictures = trail.at(np.linspace(first, last, POINTS).round().astype(int))
    shares = _shares(pictures, start, end, whole, telling)
    if shares is None or not 0.2 < shares[POINTS // 2] < 0.8:
        return None
    steps = np.diff(shares)
    if steps.max() > 0.6 or steps.min() < -0.05 or shares[1] > 0.3 or shares[-2] < 0.7:
        return None
    pictures = trail.thumbs(first, last + 1)
    new = np.abs(pictures - end).sum(axis=1) < np.abs(pictures - start).sum(axis=1)
    # Motion makes single cells waver: the median of 5 x 5 cells follows the edge.
    moments = cv2.medianBlur((~new).sum(axis=0).astype(np.float32), 5)
    fit = _follows_place(moments, telling)
    return Window(first, last, fit, new[:, telling].mean(axis=1))


def _shares(
    pictures: Thumbs,
    start: Thumbs,
    end: Thumbs,
    whole: NDArray[np.float32],
    telling: NDArray[np.bool_],
) -> NDArray[np.float64] | None:
    """Share of the telling cells that have gone over, by frame; None if too many are strange."""
    to_old = np.abs(pictures - start).sum(axis=1)
    to_new = np.abs(pictures - end).sum(axis=1)
    strange = np.minimum(to_old, to_new) > OF_A_SCENE * whole
    if np.count_nonzero(strange & telling, axis=(1, 2)).max() > STRANGERS * telling.sum():
        return None
    return np.asarray(np.count_nonzero((to_new < to_old) & telling, axis=(1, 2)) / telling.sum())


def _follows_place(moments: NDArray[np.float32], telling: NDArray[np.bool_]) -> float:
    """Share of the variance of the telling cells' moments that their place explains, 0 to 1."""
    y, x = np.mgrid[-1 : 1 : DOWN * 1j, -1 : 1 : ACROSS * 1j]
    t = moments[telling].astype(np.float64)
    terms = np.stack([np.ones_like(x), x, y, x * x, y * y])[:, telling].T
    rest = t - terms @ np.linalg.lstsq(terms, t, rcond=None)[0]
    return float(1.0 - rest.var() / max(t.var(), 1e-9))


def _leaves_scene(trail: Trail, window: Window) -> bool:
    """Is the old scene gone at the window's end, and the new one not there before its start?"""
    pairs = [(window.first, window.last)]
    for away in (PATIENCE // 2, PATIENCE):
        pairs += [(window.first - away, window.last), (window.first, window.last + away)]
    known = [(a, b) for a, b in pairs if a >= trail.start and b < trail.end]
    return not any(same_picture(trail, a, b) for a, b in known)
