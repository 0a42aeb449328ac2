"""The dominant colours of a picture, of a shot, of a film."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from framesense.records import Swatch
from framesense.vision.look.colour_names import colour_name

_CENTRES = 10  # first; those too near one another are joined then
_PIXELS = 2400  # enough for shares to a percent or two
_LEAST_SHARE = 0.02


def palette(lab: NDArray[np.float32], *, most: int, apart: float) -> tuple[Swatch, ...]:
    """At most `most` colours, largest first, any two at least `apart` from one another.

    lab: CIELAB pixels, (n, 3). k-means in CIELAB (started by k-means++, Arthur & Vassilvitskii
    2007) finds more centres than are wanted, so that a small bright patch keeps its own. Those too
    near are joined; then, while too many, those whose joining adds least variance (Ward 1963,
    "Hierarchical Grouping to Optimize an Objective Function", JASA 58).
    """
    picked = np.ascontiguousarray(lab[:: max(1, len(lab) // _PIXELS)])
    centres, shares = _clusters(picked)
    while len(centres) > 1:
        distances = _distances(centres)
        closest = _least(distances)
        if distances[closest] >= apart:
            if len(centres) <= most:
                break
            closest = _least(distances**2 * _ward_weights(shares))
        centres, shares = _joined(centres, shares, closest)
    order = sorted(range(len(shares)), key=lambda index: (-shares[index], *centres[index]))
    kept = [index for index in order if shares[index] >= _LEAST_SHARE] or order[:1]
    return tuple(
        Swatch(
            hex_of_lab(centres[index]), colour_name(centres[index]), round(float(shares[index]), 4)
        )
        for index in kept
    )


def joint_palette(
    palettes: Sequence[tuple[Sequence[Swatch], float]], *, most: int, apart: float
) -> tuple[Swatch, ...]:
    """The palette of several, each with its weight."""
    weighted = [(s.colour, s.share * weight) for swatches, weight in palettes for s in swatches]
    total = sum(weight for _, weight in weighted)
    if not total:
        return ()
    lab = lab_of_hex([colour for colour, _ in weighted])
    weights = np.array([weight for _, weight in weighted]) / total
    edges = np.cumsum(weights)
    picks = np.searchsorted(edges, (np.arange(_PIXELS) + 0.5) / _PIXELS)
    return palette(lab[np.minimum(picks, len(lab) - 1)], most=most, apart=apart)


def hex_of_lab(lab: NDArray[np.floating]) -> str:
    """`#rrggbb` of one CIELAB colour, (3,)."""
    rgb = cv2.cvtColor(np.asarray(lab, np.float32).reshape(1, 1, 3), cv2.COLOR_Lab2RGB)[0, 0]
    red, green, blue = (round(float(min(1.0, max(0.0, part))) * 255) for part in rgb)
    return f"#{red:02x}{green:02x}{blue:02x}"


def lab_of_hex(colours: Sequence[str]) -> NDArray[np.float32]:
    """CIELAB, (n, 3), of `#rrggbb` colours."""
    rgb = np.array([list(bytes.fromhex(colour[1:])) for colour in colours], np.float32) / 255
    lab: NDArray[np.float32] = cv2.cvtColor(rgb[None], cv2.COLOR_RGB2Lab)[0]
    return lab


def _clusters(lab: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centres, (k, 3), and their shares, (k,)."""
    if len(lab) == 1:  # which OpenCV would take for three numbers
        return lab.astype(np.float64), np.ones(1)
    cv2.setRNGSeed(0)  # the same picture, the same palette
    stop = (cv2.TERM_CRITERIA_MAX_ITER | cv2.TERM_CRITERIA_EPS, 8, 0.5)
    count = min(_CENTRES, len(lab))
    _, labels, centres = cv2.kmeans(lab, count, None, stop, 1, cv2.KMEANS_PP_CENTERS)
    counts = np.bincount(np.asarray(labels).ravel(), minlength=count)
    used = counts > 0
    return np.asarray(centres, np.float64)[used], counts[used] / counts.sum()


def _joined(
    centres: NDArray[np.float64], shares: NDArray[np.float64], pair: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    both = list(pair)
    middle = np.average(centres[both], axis=0, weights=shares[both])
    return (
        np.vstack([np.delete(centres, both, axis=0), middle]),
        np.append(np.delete(shares, both), shares[both].sum()),
    )


def _distances(centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of every two centres, (k, k); of one from itself infinity."""
    distances: NDArray[np.float64] = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    return distances


def _ward_weights(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """s_i s_j / (s_i + s_j): times the squared distance, the variance that joining adds."""
    weights: NDArray[np.float64] = shares[:, None] * shares / (shares[:, None] + shares)
    return weights


def _least(values: NDArray[np.float64]) -> tuple[int, int]:
    i, j = np.unravel_index(int(values.argmin()), values.shape)
    return int(i), int(j)
