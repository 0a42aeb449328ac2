"""Films put together from the shots of our own sample, with known changes, harder than it is.

Pieces come from its shots at single and double speed, on ones, twos and threes; some pieces hold
a white flash, inverted frames, a blob across the picture or a shaken camera.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from framesense.film.grading import Boundary, Truth
from framesense.records import Image

Picture = NDArray[np.float32]
W, H = 256, 144  # px
Y, X = np.mgrid[-1 : 1 : H * 1j, -1 : 1 : W * 1j].astype(np.float32)
LENGTHS = {
    "cut": (0,),
    "dissolve": (6, 12, 18, 24),
    "wipe": (8, 16, 24),
    "iris": (8, 16, 24),
    "fade": (6, 12, 24),
}


@dataclass(frozen=True, slots=True)
class Film:
    kind: str  # of all its changes
    images: list[Image]
    truth: Truth


def films(shots: list[list[Image]], *, seeds: int) -> Iterator[Film]:
    """`seeds` films of eight changes for each kind of change."""
    pool = [[frame.astype(np.float32) for frame in shot] for shot in shots]
    for kind in LENGTHS:
        for seed in range(seeds):
            yield _film(kind, random.Random(f"{kind} {seed}"), pool)


def _film(kind: str, chance: random.Random, pool: list[list[Picture]]) -> Film:
    lengths = [chance.choice(LENGTHS[kind]) for _ in range(8)]
    out, source = _piece(chance, pool, 20 + lengths[0], other_than=-1)
    boundaries = []
    for length, following in zip(lengths, [*lengths[1:], 0], strict=True):
        new, source = _piece(chance, pool, 20 + length + following, other_than=source)
        if kind == "fade":
            out, zone = _through(chance, out, new, length)
        else:
            out, zone = _over(kind, out, new, length)
        hard = zone[0] if kind == "cut" else None
        nominal = zone[0] if kind == "cut" else sum(zone) // 2
        name = {"iris": "wipe"}.get(kind, kind)
        boundaries.append(Boundary(nominal, name, *zone, hard))
    images = [np.rint(np.clip(picture, 0, 255)).astype(np.uint8) for picture in out]
    return Film(kind, images, Truth(tuple(boundaries)))


def _piece(
    chance: random.Random, pool: list[list[Picture]], frames: int, *, other_than: int
) -> tuple[list[Picture], int]:
    """A piece of a shot, and which shot it is from."""
    source = chance.choice(
        [k for k, shot in enumerate(pool) if len(shot) >= frames and k != other_than]
    )
    shot = pool[source]
    speed = chance.choice((1, 1, 2)) if len(shot) >= 2 * frames else 1
    hold = chance.choice((1, 1, 2, 3))
    first = chance.randint(0, len(shot) - frames * speed)
    piece = [shot[first + k // hold * hold * speed].copy() for k in range(frames)]
    if chance.random() < 0.4:
        _disturb(chance, piece, frames // 2)
    return piece, source


def _disturb(chance: random.Random, piece: list[Picture], at: int) -> None:
    kind = chance.choice(("flash", "inverted", "blob", "shake"))
    for k in range(at, at + chance.randint(1, 3)):
        if kind == "flash":
            piece[k] = piece[k] * 0.2 + 204
        elif kind == "inverted":
            piece[k] = 255 - piece[k]
        elif kind == "blob":
            piece[k][np.hypot(X + 0.8 - 0.8 * (k - at), Y) < 0.7] = 30
        else:
            piece[k] = np.roll(piece[k], chance.randint(-25, 25), axis=1)


def _over(
    kind: str, old: list[Picture], new: list[Picture], length: int
) -> tuple[list[Picture], tuple[int, int]]:
    """One piece over the end of the other; the frames of the change, or the hard frame."""
    start = len(old) - length
    mixed = []
    for k in range(length):
        t = (k + 1) / (length + 1)
        share = {
            "dissolve": np.full((H, W), t, np.float32),
            "wipe": np.clip((2.1 * t - 1.05 - X) / 0.04 + 0.5, 0, 1),
            "iris": np.clip((1.45 * t - np.hypot(X, Y)) / 0.04 + 0.5, 0, 1),
        }[kind][..., None]
        mixed.append((1 - share) * old[start + k] + share * new[k])
    return old[:start] + mixed + new[length:], (start, max(start, len(old) - 1))


def _through(
    chance: random.Random, old: list[Picture], new: list[Picture], length: int
) -> tuple[list[Picture], tuple[int, int]]:
    colour = np.full_like(new[0], chance.choice((0, 0, 255)))
    shares = [(k + 1) / (length + 1) for k in range(length)]
    down = [(1 - t) * old[k - length] + t * colour for k, t in enumerate(shares)]
    up = [t * new[k] + (1 - t) * colour for k, t in enumerate(shares)]
    flat = [colour] * chance.choice((1, 4, 10))
    zone = len(old) - length, len(old) + len(flat) + length - 1
    return old[:-length] + down + flat + up + new[length:], zone


def pieces(images: list[Image], truth: Truth, *, least: int = 30) -> list[list[Image]]:
    """A film's shots without their changes, each of at least so many frames."""
    edges = [(0, 26)] + [(b.first, b.last) for b in truth.boundaries] + [truth.ignored[-1]]
    shots = []
    for (_, last), (first, _) in pairwise(edges):
        start = last if any(b.hard == last for b in truth.boundaries) else last + 1
        if first - start >= least:
            shots.append([cv2.resize(image, (W, H)) for image in images[start:first]])
    return shots
