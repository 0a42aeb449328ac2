"""A gallery in a file, so that a film is searched a second time without being read."""

from __future__ import annotations

import contextlib
import io
import zipfile
from pathlib import Path

import numpy as np

from framesense.atomic import write_atomically
from framesense.discovery.snapshots import Gallery, Snapshot
from framesense.errors import OutputError
from framesense.records import Box


def keep(path: Path, gallery: Gallery, *, key: str) -> None:
    """Under a key that says what made it; without a place for it we do without."""
    seen = gallery.snapshots
    boxes = [(s.box.x1, s.box.y1, s.box.x2, s.box.y2) if s.box else (0, 0, 0, 0) for s in seen]
    file = io.BytesIO()
    np.savez(
        file,
        key=np.array(key),
        place=np.array([(s.shot, s.frame, s.number) for s in seen], np.int64).reshape(-1, 3),
        time_s=np.array([s.time_s for s in seen], np.float64),
        box=np.array(boxes, np.float64).reshape(-1, 4),
        embeddings=gallery.embeddings,
        jpeg=np.frombuffer(b"".join(s.jpeg for s in seen), np.uint8),
        jpeg_bytes=np.array([len(s.jpeg) for s in seen], np.int64),
    )
    with contextlib.suppress(OutputError):
        write_atomically(path, file.getvalue())


def kept(path: Path, *, key: str) -> Gallery | None:
    """What was kept under this very key; None where there is none, or it is damaged."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            if str(file["key"]) != key:
                return None
            place, time_s, box = (file[name].tolist() for name in ("place", "time_s", "box"))
            ends = np.cumsum(file["jpeg_bytes"]).tolist()
            jpeg = file["jpeg"].tobytes()
            snapshots = []
            for row, (shot, frame, number) in enumerate(place):
                part = jpeg[ends[row - 1] if row else 0 : ends[row]]
                where = Box(*box[row]) if any(box[row]) else None
                snapshots.append(Snapshot(shot, frame, number, time_s[row], where, part))
            return Gallery(tuple(snapshots), file["embeddings"])
    except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile):
        return None
