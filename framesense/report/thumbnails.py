"""One small JPEG a shot, in a folder beside the report."""

from __future__ import annotations

from pathlib import Path

import cv2

from framesense.atomic import write_atomically
from framesense.records import Image

_JPEG_QUALITY = 85


def thumbnail_folder(report: Path) -> Path:
    """`film.shots.json` -> `film.shots.thumbnails/`"""
    return report.with_name(report.name.removesuffix(".json") + ".thumbnails")


def write_thumbnail(folder: Path, shot: int, image: Image, *, side: int) -> str:
    """Write it, its longer side at most `side` px; its path relative to the report's folder.

    Raises OutputError.
    """
    height, width, _ = image.shape
    scale = min(1.0, side / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    path = folder / f"shot-{shot + 1:04}.jpg"
    write_atomically(path, jpeg.tobytes())
    return f"{folder.name}/{path.name}"
