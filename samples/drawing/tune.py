"""A music-box lullaby, made of decaying sines."""

from __future__ import annotations

import numpy as np

RATE = 44_100
BEAT_S = 0.4
# Notes as semitones above A3 (220 Hz), one a beat; None rests.
RISE = (12, 16, 19, 24, 23, 19, 16, None, 14, 17, 21, 26, 24, 21, 17, None)
FALL = (16, 19, 24, 28, 26, 24, 19, None, 17, 16, 14, 19, 16, 14, 12, None)
MELODY = RISE + FALL
BASS = (0, 7, 5, 7, 0, 4, 5, 7)  # one every four beats


def tune(seconds: float) -> np.ndarray:
    """The tune for that long, with soft ends: mono float32, (seconds * RATE,)."""
    total = int(seconds * RATE)
    sound = np.zeros(total + 4 * RATE)
    for beat in range(int(seconds / BEAT_S)):
        start = int(beat * BEAT_S * RATE)
        note = MELODY[beat % len(MELODY)]
        if note is not None:
            sound[start : start + 2 * RATE] += 0.16 * _pluck(note, 2 * RATE, 4.0)
        if beat % 4 == 0:
            bass = BASS[beat // 4 % len(BASS)] - 12
            sound[start : start + 3 * RATE] += 0.14 * _pluck(bass, 3 * RATE, 1.6)
    ends = np.clip(np.minimum(np.arange(total), np.arange(total)[::-1]) / RATE, 0.0, 1.0)
    return (sound[:total] * ends).astype(np.float32)


def _pluck(semitones: int, samples: int, decay: float) -> np.ndarray:
    t = np.arange(samples) / RATE
    turn = 2 * np.pi * 220.0 * 2 ** (semitones / 12) * t
    return np.exp(-decay * t) * (np.sin(turn) + 0.3 * np.sin(2 * turn) + 0.1 * np.sin(4 * turn))
