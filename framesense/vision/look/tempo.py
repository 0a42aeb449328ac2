"""The pacing curve of a film."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from framesense.records import ShotRecord

_SMOOTH_SHOTS = 2.0  # deviation of the smoothing window


def tempo(records: Sequence[ShotRecord]) -> tuple[float, ...]:
    """One number a shot; 0 is the film's average, higher is faster.

    tempo(n) = (median(s) - s(n)) / std(s) + (m(n) - mean(m)) / std(m), with shot length s and
    motion m, smoothed by a Gaussian over shots: Adams, Dorai & Venkatesh 2002, "Toward Automatic
    Extraction of Expressive Elements from Motion Pictures: Tempo", IEEE Transactions on
    Multimedia 4(4). Shots too short for motion to be measured take the film's mean.
    """
    if not records:
        return ()
    lengths = np.array([record.shot.duration_s for record in records])
    motions = np.array([_motion(record) for record in records])
    known = motions[~np.isnan(motions)]
    motions[np.isnan(motions)] = known.mean() if len(known) else 0.0
    quick = _over(np.median(lengths) - lengths, lengths.std())
    lively = _over(motions - motions.mean(), motions.std())
    return tuple(round(float(value), 3) + 0.0 for value in _smooth(quick + lively))


def _motion(record: ShotRecord) -> float:
    return record.look.motion.mean if record.look and record.look.motion else np.nan


def _over(values: NDArray[np.float64], deviation: float) -> NDArray[np.float64]:
    return values / deviation if deviation > 1e-9 else np.zeros_like(values)


def _smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    reach = int(3 * _SMOOTH_SHOTS)
    window = np.exp(-((np.arange(-reach, reach + 1) / _SMOOTH_SHOTS) ** 2) / 2)
    weight = np.convolve(np.ones_like(values), window)[reach:-reach]  # less near the ends
    smoothed: NDArray[np.float64] = np.convolve(values, window)[reach:-reach] / weight
    return smoothed
