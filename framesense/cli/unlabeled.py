"""`--unlabeled FOLDER|REPORT`: pictures without labels, from a folder or of a film."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from framesense.errors import InputError
from framesense.pipeline.sampled import film_of, from_report
from framesense.records import Detection, Image, ShotRecord
from framesense.report import document
from framesense.training.checks import Unlabelled, readable_unlabelled
from framesense.training.dataset import pictures_in
from framesense.training.pictures import shrunk
from framesense.vision.subjects import crop, subjects


def pictures_without_labels(source: Path, kind: str, *, max_side: int) -> Unlabelled:
    """Those in a folder; or of a report's film, its subjects for the kind `character`, else its
    sampled frames. Raises InputError where there are none."""
    if source.suffix.lower() == ".json":
        found = Unlabelled([shrunk(image, max_side) for image in _of_film(source, kind)], [])
    else:
        found = readable_unlabelled(pictures_in(source), max_side=max_side)
    if not found.images:
        raise InputError(
            f"{source}: no pictures without labels",
            remedy="name a folder of pictures, or a report of framesense analyze",
        )
    return found


def _of_film(path: Path, kind: str) -> Iterator[Image]:
    report = document.read(path)
    records = {record.shot.index: record for record in report.shots}
    for shot, frames in from_report(report, film_of(report, path)):
        for frame in frames:
            if kind != "character":
                yield frame.image
                continue
            seen = _objects(records[shot.index], frame.sample.frame)
            yield from (crop(frame.image, box) for box in subjects(frame.image, seen))


def _objects(record: ShotRecord, frame: int) -> list[Detection]:
    return [
        Detection(tag.label, seen.score, seen.box)
        for tag in record.tags
        for seen in tag.boxes
        if seen.frame == frame
    ]
