"""f1 … f7 of the Mise-en-Scène data set (Deldjoo et al.), defined as in Deldjoo et al. 2016,
"Content-Based Video Recommendation System Based on Stylistic Visual Features", Journal on Data
Semantics 5, section 3. With n_f frames, n_sh shots and one key frame a shot:

    f1 = n_f / n_sh
    f2, f3 = mean and standard deviation over key frames of det(cov(L*u*v*))
    f4 = mean over frames of the mean over pixels of |optical flow|
    f5 = mean over frames of the standard deviation over pixels of |optical flow|
    f6 = mean over key frames of mean(V) std(V), V of HSV
    f7 = n_sh

The paper leaves open: which frame is the key frame (here the middle sample), population or sample
deviation (population), the scale of V (0 to 1), and flow's resolution and unit (diagonals per
second). The data set's own columns are scaled logarithms, so films are compared with it by rank.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from framesense.records import MiseEnScene, ShotRecord


def mise_en_scene(records: Sequence[ShotRecord]) -> MiseEnScene:
    """Of a film's shots; zeros where nothing was measured."""
    shots = len(records)
    frames = sum(record.shot.end_frame - record.shot.start_frame for record in records)
    colours = [r.look.colour for r in records if r.look and r.look.colour]
    motions = [
        (r.look.motion, r.shot.end_frame - r.shot.start_frame)
        for r in records
        if r.look and r.look.motion
    ]
    variances = [colour.variance for colour in colours]
    moving = sum(length for _, length in motions)
    return MiseEnScene(
        f1=round(frames / shots, 3) if shots else 0.0,
        f2=round(float(np.mean(variances)), 1) if colours else 0.0,
        f3=round(float(np.std(variances)), 1) if colours else 0.0,
        f4=round(sum(m.mean * n for m, n in motions) / moving, 5) if moving else 0.0,
        f5=round(sum(m.sd * n for m, n in motions) / moving, 5) if moving else 0.0,
        f6=round(float(np.mean([c.lighting_key for c in colours])), 5) if colours else 0.0,
        f7=shots,
    )
