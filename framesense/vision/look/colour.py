"""Colour and light of a shot, from its samples.

Variance and lighting key are those of Deldjoo et al. 2016, "Content-Based Video Recommendation
System Based on Stylistic Visual Features", Journal on Data Semantics 5, measured as there on one
key frame a shot: the middle sample. The rest is measured on all samples.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from framesense.config import LookConfig
from framesense.records import ColourLook, Image
from framesense.vision.look.palette import palette

Pixels = NDArray[np.float32]
"""Pixels of one colour space, (n, 3)."""

_SIDE = 96  # px: pixels are picked, not mixed, so that their spread stays the picture's


def colour_look(images: Sequence[Image], config: LookConfig) -> ColourLook | None:
    """Of a shot's samples in order; None where there is none."""
    if not images:
        return None
    glances = [_glance(image) for image in images]
    key = glances[len(glances) // 2]
    bgr = np.concatenate(glances)
    lab = converted(bgr, cv2.COLOR_BGR2Lab)
    lightness = lab[:, 0]
    return ColourLook(
        palette=palette(lab, most=config.colours, apart=config.colours_apart),
        brightness=_unit(lightness.mean() / 100),
        contrast=_unit(lightness.std() / 50),
        saturation=_unit(saturation(bgr)),
        warmth=round(warmth(lab), 3),
        variance=round(colour_variance(key), 1),
        lighting_key=round(lighting_key(key), 5),
    )


def converted(bgr: Pixels, code: int) -> Pixels:
    """From BGR, 0 to 1, by an OpenCV conversion code."""
    pixels: Pixels = cv2.cvtColor(bgr[None], code)[0]
    return pixels


def saturation(bgr: Pixels) -> float:
    """Mean HSV saturation weighted by value, sum(max - min) / sum(max): 0 to 1.

    The plain mean would count the noise in near-black pixels for full colour.
    """
    blue, green, red = bgr.T
    highest = np.maximum(np.maximum(blue, green), red)
    lowest = np.minimum(np.minimum(blue, green), red)
    light = float(highest.sum())
    return float((highest - lowest).sum()) / light if light else 0.0


def warmth(lab: Pixels) -> float:
    """Mean warmth, -0.5 + 0.02 C*^1.07 cos(h - 50 degrees) (Ou et al. 2004, "A Study of Colour
    Emotion and Colour Preference. Part I", Color Research & Application 29(3)).
    """
    a, b = lab[:, 1], lab[:, 2]
    chroma, hue = np.hypot(a, b), np.arctan2(b, a)
    return float((-0.5 + 0.02 * chroma**1.07 * np.cos(hue - np.deg2rad(50))).mean())


def colour_variance(bgr: Pixels) -> float:
    """Generalised variance of a key frame: the determinant of the 3 x 3 covariance of L*u*v*."""
    luv = converted(bgr, cv2.COLOR_BGR2Luv).astype(np.float64)
    return max(0.0, float(np.linalg.det(np.cov(luv, rowvar=False, bias=True))))


def lighting_key(bgr: Pixels) -> float:
    """Mean times standard deviation of HSV's value, itself 0 to 1: 0 to 0.25.

    Low-key light (dark, or flat) gives little; high-key light, bright and rich in contrast, much.
    """
    blue, green, red = bgr.T
    value = np.maximum(np.maximum(blue, green), red)
    return float(value.mean() * value.std())


def _glance(image: Image) -> Pixels:
    """Evenly picked pixels, BGR, 0 to 1."""
    height, width = image.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    picked = cv2.resize(image, size, interpolation=cv2.INTER_NEAREST)
    pixels: Pixels = picked.reshape(-1, 3).astype(np.float32) / 255
    return pixels


def _unit(value: float) -> float:
    return round(min(1.0, max(0.0, float(value))), 4)
