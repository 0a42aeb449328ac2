"""What was seen where: crops of subjects, or whole frames, each with its embedding."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from framesense.records import Box, Image

Embeddings = NDArray[np.float32]

_SIDE = 512  # px, longer side of a picture that is kept
_JPEG_QUALITY = 92


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A subject in one sampled frame, or the whole frame."""

    shot: int  # 0-based index
    frame: int  # 0-based ordinal
    number: int  # of the subject in its frame, likeliest first
    time_s: float
    box: Box | None  # None: the whole frame
    jpeg: bytes

    @property
    def name(self) -> str:
        """Of its file: shots from 1, as people count them; sorts by time."""
        subject = f"-{self.number + 1}" if self.box else ""
        return f"shot-{self.shot + 1:04}-frame-{self.frame:06}{subject}.jpg"


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """Snapshots of one sort, in the order of the film."""

    snapshots: tuple[Snapshot, ...]
    embeddings: Embeddings  # (n, width), each of length 1

    def __post_init__(self) -> None:
        if len(self.snapshots) != len(self.embeddings):
            raise ValueError(f"{len(self.snapshots)} snapshots, {len(self.embeddings)} embeddings")


def encoded(image: Image) -> bytes:
    """JPEG, its longer side at most 512 px."""
    height, width = image.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1])


def decoded(jpeg: bytes) -> Image:
    return np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def both_ways(image: Image) -> tuple[Image, Image]:
    """A picture and its mirror image: characters look to either side."""
    return image, np.asarray(cv2.flip(image, 1), np.uint8)
