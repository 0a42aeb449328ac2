"""The boxes that an SSD starts from, and how its answers move them.

Liu et al., "SSD: Single Shot MultiBox Detector", ECCV 2016, section 2.2, with the values that
TensorFlow's object detection API trained SSD-MobileNetV2 with: m = 6 grids of scales

    s_k = s_min + (s_max − s_min) (k − 1) / (m − 1),   k = 1…m,   s_min = 0.2, s_max = 0.95,

at each cell one box of width s_k √a and height s_k / √a for every aspect ratio a, and one square
of side √(s_k s_{k+1}), s_{m+1} = 1. The finest grid has three boxes only, the first of side 0.1.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_GRIDS = (19, 10, 5, 3, 2, 1)  # cells a side, for an input of 300×300
_SCALES = (*np.linspace(0.2, 0.95, len(_GRIDS)).tolist(), 1.0)
_RATIOS = (1.0, 2.0, 0.5, 3.0, 1 / 3)
_CENTRE_SCALE, _SIZE_SCALE = 10.0, 5.0  # the network answers in these units


def ssd_anchors() -> Floats:
    """(1917, 4): centre y, centre x, height, width as fractions, in the network's order."""
    return np.concatenate([_grid(k, cells) for k, cells in enumerate(_GRIDS)])


def decode(encoded: Floats, anchors: Floats) -> Floats:
    """Boxes xyxy, fractions clipped to 0..1, from answers (n, 4) about n anchors.

    With an anchor (cy, cx, h, w) and an answer (ty, tx, th, tw) the box has its centre at
    (cy + ty h / 10, cx + tx w / 10) and the size (h e^(th / 5), w e^(tw / 5)).
    """
    centre = anchors[:, :2] + encoded[:, :2] / _CENTRE_SCALE * anchors[:, 2:]
    half = anchors[:, 2:] * np.exp(encoded[:, 2:] / _SIZE_SCALE) / 2
    yxyx = np.concatenate([centre - half, centre + half], axis=1)
    xyxy: Floats = np.clip(yxyx[:, [1, 0, 3, 2]], 0.0, 1.0)
    return xyxy


def _grid(k: int, cells: int) -> Floats:
    """(cells · cells · boxes, 4), row by row, the boxes of a cell together."""
    scale, following = _SCALES[k], _SCALES[k + 1]
    if k == 0:
        shapes = [(0.1, 1.0), (scale, 2.0), (scale, 0.5)]
    else:
        shapes = [*((scale, ratio) for ratio in _RATIOS), (sqrt(scale * following), 1.0)]
    centres = (np.arange(cells) + 0.5) / cells
    anchors = np.empty((cells, cells, len(shapes), 4), np.float32)
    anchors[..., 0] = centres[:, None, None]
    anchors[..., 1] = centres[None, :, None]
    anchors[..., 2] = [side / sqrt(ratio) for side, ratio in shapes]
    anchors[..., 3] = [side * sqrt(ratio) for side, ratio in shapes]
    return anchors.reshape(-1, 4)
