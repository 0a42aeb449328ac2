"""Pictures that travel inside the page: thumbnails, portraits, the barcode, as data URIs."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from framesense.records import Box, Image, ShotRecord

_MOST_BYTES = 8_000_000  # of all thumbnails; above it they are made smaller
_SMALL_SIDE, _SMALL_QUALITY = 224, 60
_PORTRAIT_SIDE = 112
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Pictures:
    """Thumbnails by shot index, as JPEG files."""

    by_shot: Mapping[int, bytes]

    @classmethod
    def read(cls, shots: Sequence[ShotRecord], folder: Path) -> Pictures:
        """Those that are there: JPEG files within `folder`, wherever the report says they are."""
        found = {
            record.shot.index: data
            for record in shots
            if record.thumbnail and (data := _jpeg(folder, record.thumbnail))
        }
        if sum(map(len, found.values())) > _MOST_BYTES:
            found = {index: _smaller(data) for index, data in found.items()}
        return cls(found)

    def uri(self, shot: int) -> str | None:
        data = self.by_shot.get(shot)
        return _uri(data, "jpeg") if data else None

    def portrait(self, shot: int, box: Box) -> str | None:
        """What the box shows, square, with a little air around it."""
        image = _decoded(self.by_shot.get(shot, b""))
        if image is None:
            return None
        height, width, _ = image.shape
        x1, x2, y1, y2 = box.x1 * width, box.x2 * width, box.y1 * height, box.y2 * height
        side = round(min(1.1 * max(x2 - x1, min(y2 - y1, 1.2 * (x2 - x1))), height, width))
        if side < 16:
            return None
        left = round(min(max(0, (x1 + x2 - side) / 2), width - side))
        top = round(min(max(0, y1 - 0.05 * side), height - side))  # a face is at the top
        return _uri(_encoded(image[top : top + side, left : left + side], _PORTRAIT_SIDE, 80))


def barcode_uri(colours: Sequence[str]) -> str | None:
    """A PNG one pixel high, a pixel for each `#rrggbb`."""
    if not colours:
        return None
    row = np.array([list(bytes.fromhex(colour[1:]))[::-1] for colour in colours], np.uint8)
    _, png = cv2.imencode(".png", row[None])
    return _uri(png.tobytes(), "png")


def _jpeg(folder: Path, name: str) -> bytes | None:
    """A report may come from a stranger, so nothing outside the folder is taken into the page."""
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            return None
        data = path.read_bytes()
    except (OSError, ValueError):
        return None
    return data if data.startswith(_JPEG) else None


def _decoded(data: bytes) -> Image | None:
    if not data:
        return None
    image: Image | None = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return image


def _smaller(data: bytes) -> bytes:
    image = _decoded(data)
    return data if image is None else _encoded(image, _SMALL_SIDE, _SMALL_QUALITY)


def _encoded(image: Image, side: int, quality: int) -> bytes:
    """As JPEG, the longer side at most `side`."""
    height, width, _ = image.shape
    scale = min(1.0, side / max(height, width))
    shape = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(image, shape, interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return bytes(jpeg)


def _uri(data: bytes, kind: str = "jpeg") -> str:
    return f"data:image/{kind};base64,{b64encode(data).decode()}"
