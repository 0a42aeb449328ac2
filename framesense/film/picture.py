"""Decoded pictures to pixels: upright, with square pixels, small for the splitter or full size."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import cv2
import numpy as np

from framesense.records import Image

_TURNS = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


@dataclass(frozen=True, slots=True)
class Geometry:
    """How stored pixels become the picture one sees."""

    stored_width: int  # px, as coded
    stored_height: int
    seen_width: int  # px, as coded but with square pixels, before turning
    rotation_deg: int  # clockwise turn to stand upright: 0, 90, 180, 270

    @classmethod
    def of(cls, raw: Any, pixel_aspect: Fraction) -> Geometry:
        """Of an `av.VideoFrame` whose pixels are `pixel_aspect` times as wide as high."""
        return cls(
            stored_width=raw.width,
            stored_height=raw.height,
            seen_width=max(1, round(raw.width * pixel_aspect)),
            rotation_deg=(-round(raw.rotation / 90) * 90) % 360,
        )

    @property
    def width(self) -> int:
        return self.stored_height if self.rotation_deg % 180 else self.seen_width

    @property
    def height(self) -> int:
        return self.seen_width if self.rotation_deg % 180 else self.stored_height

    def scaled(self, max_side: int) -> tuple[int, int]:
        """Width and height before turning, the longer side at most `max_side` px."""
        scale = min(1.0, max_side / max(self.seen_width, self.stored_height))
        return max(1, round(self.seen_width * scale)), max(1, round(self.stored_height * scale))


class Scaler:
    """Makes the small frames, all of one size, reusing one conversion for the whole film."""

    def __init__(self, side: int) -> None:
        from av.video.reformatter import VideoReformatter

        self._side = side
        self._reformatter = VideoReformatter()
        self._shape: tuple[int, ...] | None = None

    def small(self, raw: Any, geometry: Geometry) -> Image:
        image = _to_bgr(raw, geometry, self._side, partial(self._reformatter.reformat, threads=1))
        if self._shape is None:
            self._shape = image.shape
        if image.shape != self._shape:  # a film may change its size on the way
            height, width, _ = self._shape
            image = np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA))
        return image


@dataclass(frozen=True, slots=True, eq=False)
class DecodedPicture:
    """A picture still in the decoder's own pixel format; see `records.Picture`."""

    raw: Any  # av.VideoFrame
    geometry: Geometry

    def bgr(self, *, max_side: int) -> Image:
        return _to_bgr(self.raw, self.geometry, max_side, type(self.raw).reformat)


def _to_bgr(raw: Any, geometry: Geometry, max_side: int, reformat: Any) -> Image:
    from av.video.reformatter import Interpolation

    width, height = geometry.scaled(max_side)
    frame = reformat(raw, width, height, "bgr24", interpolation=Interpolation.AREA)
    pixels: Image = frame.to_ndarray()
    if geometry.rotation_deg:
        return np.ascontiguousarray(cv2.rotate(pixels, _TURNS[geometry.rotation_deg]))
    return pixels
