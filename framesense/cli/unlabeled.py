"""`--unlabeled FOLDER|REPORT`: pictures without labels, from a folder or of a film."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from framesense.errors import InputError
from framesense.pipeline.sampled import film_of, from_report
from framesense.records import Detection, Image, ShotRecord
from framesense.report import document
from framesense.training.checks import Unlabelled, readable_unlabelled
from framesense.training.dataset import pictures_in
from framesense.training.pictures import shrunk
from framesense.vision.subjects import crop, subjects

MOST = 2000  # pictures; a film has more, and they are much alike

T = TypeVar("T")


def pictures_without_labels(source: Path, kind: str, *, max_side: int) -> Unlabelled:
    """Those in a folder; or of a report's film, its subjects for the kind `character`, else its
    sampled frames. Of many, at most MOST. Raises InputError where there are none."""
    if source.suffix.lower() == ".json":
        smaller = (
            shrunk(image, max_side).copy() for image in _of_film(source, kind)
        )  # lets frames go
        found = Unlabelled(evenly(smaller, MOST), [])
    else:
        found = readable_unlabelled(evenly(pictures_in(source), MOST), max_side=max_side)
    if not found.images:
        raise InputError(
            f"{source}: no pictures without labels",
            remedy="name a folder of pictures, or a report of framesense analyze",
        )
    return found


def evenly(items: Iterable[T], most: int) -> list[T]:
    """All items, or from half of `most` to `most` of them, every second, fourth, eighth …"""
    kept: list[T] = []
    step = 1
    for number, item in enumerate(items):
        if number % step:
            continue
        kept.append(item)
        if len(kept) > most:
            kept, step = kept[::2], 2 * step
    return kept


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
