"""A film's subjects and frames, small and with their embeddings, for grouping and search."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from framesense.discovery.snapshots import Embeddings, Gallery, Snapshot, encoded
from framesense.pipeline.sampled import Sampled
from framesense.records import Box, Image, SampledFrame, Shot
from framesense.vision import Detector
from framesense.vision.embedder import Embedder
from framesense.vision.subjects import crop, subjects


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """What a film shows."""

    subjects: Gallery
    frames: Gallery


def gather(
    sampled: Iterable[Sampled],
    detector: Detector,
    embedder: Embedder,
    *,
    on_shot: Callable[[Shot], None] = lambda shot: None,
) -> Gathered:
    """Look at every sampled frame once.

    detector: its boxes count, not its labels; it may be as unsure as `subjects.FAINT`.
    """
    cast, places = _Album(embedder), _Album(embedder)
    for shot, frames in sampled:
        found = detector.detect([frame.image for frame in frames])
        boxes = [subjects(f.image, d) for f, d in zip(frames, found, strict=True)]
        places.add(shot, [(frame, None, 0) for frame in frames])
        cast.add(
            shot,
            [
                (f, box, n)
                for f, some in zip(frames, boxes, strict=True)
                for n, box in enumerate(some)
            ],
        )
        on_shot(shot)
    return Gathered(cast.gallery(), places.gallery())


class _Album:
    """Grows by a shot at a time; pictures are kept small."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._snapshots: list[Snapshot] = []
        self._embeddings: list[Embeddings] = [embedder.embed([])]

    def add(self, shot: Shot, parts: list[tuple[SampledFrame, Box | None, int]]) -> None:
        images: list[Image] = [crop(f.image, box) if box else f.image for f, box, _ in parts]
        self._embeddings.append(self._embedder.embed(images))
        for (frame, box, number), image in zip(parts, images, strict=True):
            seen = frame.sample
            self._snapshots.append(
                Snapshot(shot.index, seen.frame, number, seen.time_s, box, encoded(image))
            )

    def gallery(self) -> Gallery:
        return Gallery(tuple(self._snapshots), np.concatenate(self._embeddings))
