"""Do two frames show the same scene, whatever moved, flashed or dimmed in between?"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from framesense.film.splitters.trail import Grey, Thumbs, Trail

BLOCK = 16  # px of a grey picture about 128 px long
REACH = 12  # px that a block may have moved
FINE = 2.0  # px; the detail compared is what a Gaussian blur of this sigma takes away
MIN_TEXTURE = 1.0  # grey levels of detail, standard deviation; a flatter block matches anything
FOUND = 0.6  # normalised correlation at which a block counts as found again
SAME_SCENE = 0.5  # likeness from which two frames show the same scene
MIN_BLOCKS = 3  # textured blocks that make a picture comparable by them
PLAIN_DIFFERENCE = 16.0  # levels; a plain block that changes by more is another

Detail = NDArray[np.float32]
"""Fine detail of a grey picture, float32, (height, width)."""


def alike(trail: Trail, a: int, b: int, *, share: float = SAME_SCENE) -> bool:
    """Are at least `share` of the blocks of frame `a` found in frame `b`?

    A textured block is looked for by the normalised correlation of its fine detail, which takes
    no notice of a change of brightness or contrast: the scene in a dimmed light is the same
    scene. A fast pan moves all blocks together, so when few are found in place they are looked
    for again where phase correlation says the picture as a whole has gone. A plain block speaks
    only when its colour has changed by more than the light has: then it is not found.
    """
    old, new = _detail(trail.grey(a)), _detail(trail.grey(b))
    rows, columns = old.shape[0] // BLOCK, old.shape[1] // BLOCK
    textured = _texture(old, rows, columns) >= MIN_TEXTURE
    lost = int((_recoloured(trail.thumb(a), trail.thumb(b), rows, columns) & ~textured).sum())
    y, x = np.nonzero(textured)
    blocks = list(zip((x * BLOCK).tolist(), (y * BLOCK).tolist(), strict=True))
    enough = min(MIN_BLOCKS, rows * columns)
    if len(blocks) + lost < enough:
        return bool((_texture(new, rows, columns) >= MIN_TEXTURE).sum() < enough)
    wanted = share * (len(blocks) + lost)
    if wanted > len(blocks):
        return False
    if _are_found(old, new, blocks, wanted, dx=0, dy=0):
        return True
    (dx, dy), _ = cv2.phaseCorrelate(old, new, _window(old.shape))
    if max(abs(dx), abs(dy)) <= REACH / 2:
        return False
    return _are_found(old, new, blocks, wanted, dx=round(dx), dy=round(dy))


def same_scene(trail: Trail, a: int, b: int) -> bool:
    """Is either frame's texture found in the other?"""
    return alike(trail, a, b) or alike(trail, b, a)


def same_picture(trail: Trail, a: int, b: int) -> bool:
    """Is each frame's texture found in the other?"""
    return alike(trail, a, b) and alike(trail, b, a)


@lru_cache(maxsize=4)
def _window(shape: tuple[int, int]) -> Detail:
    """A window that hides the picture's borders from phase correlation."""
    return np.asarray(cv2.createHanningWindow((shape[1], shape[0]), cv2.CV_32F))


def _detail(grey: Grey) -> Detail:
    picture = grey.astype(np.float32)
    return np.asarray(picture - cv2.GaussianBlur(picture, (0, 0), FINE))


def _texture(detail: Detail, rows: int, columns: int) -> NDArray[np.float32]:
    """(rows, columns): standard deviation of each block's detail."""
    tiles = detail[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    return np.asarray(tiles.std(axis=(1, 3)))


def _recoloured(old: Thumbs, new: Thumbs, rows: int, columns: int) -> NDArray[np.bool_]:
    """(rows, columns): blocks whose colour has changed beyond the light's change.

    The light's change is the factor g that minimises |new - g old|.
    """
    gain = float((old * new).sum() / max(float((old * old).sum()), 1.0))
    change = np.abs(new - min(max(gain, 0.25), 4.0) * old).mean(axis=0)
    blocks = cv2.resize(change, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(blocks > PLAIN_DIFFERENCE)


def _are_found(
    old: Detail, new: Detail, blocks: list[tuple[int, int]], wanted: float, *, dx: int, dy: int
) -> bool:
    """Are at least so many of the blocks, shifted by (dx, dy) px, found within REACH?"""
    height, width = new.shape
    found = 0
    for looked_at, (x, y) in enumerate(blocks):
        if found + len(blocks) - looked_at < wanted:
            return False
        left, top = x + dx - REACH, y + dy - REACH
        area = new[
            max(0, top) : max(0, min(height, top + BLOCK + 2 * REACH)),
            max(0, left) : max(0, min(width, left + BLOCK + 2 * REACH)),
        ]
        if min(area.shape) >= BLOCK:
            block = old[y : y + BLOCK, x : x + BLOCK]
            found += bool(cv2.matchTemplate(area, block, cv2.TM_CCOEFF_NORMED).max() >= FOUND)
        if found >= wanted:
            return True
    return found >= wanted
