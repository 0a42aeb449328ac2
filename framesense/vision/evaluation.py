"""How well a detector finds what people boxed.

Truth is a folder of images and a folder of labels in YOLO's format: for `a.jpg` the file `a.txt`
with a line `class cx cy w h` for each box, as fractions of the image. An image without a file
shows nothing.
"""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from framesense.errors import DeviceError, InputError
from framesense.records import Box, Detection, Image
from framesense.vision import Detector
from framesense.vision.coco import NAMES

_SUFFIXES = {".bmp", ".jpeg", ".jpg", ".png", ".webp"}


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """An image on disk and what people boxed in it."""

    path: Path
    boxes: tuple[tuple[str, Box], ...]  # name, box


@dataclass(frozen=True, slots=True)
class Answers:
    """What a detector says of labelled images, in their order."""

    found: tuple[tuple[Detection, ...], ...]
    sizes: tuple[tuple[int, int], ...]  # width, height of the images, px
    ms_per_image: float  # wall time in `detect`, reading and decoding left out


@dataclass(frozen=True, slots=True)
class MeanPrecision:
    """COCO's mean average precision, 0 to 1, over the classes that occur."""

    map50: float  # at an overlap of 0.5
    map50_95: float  # mean over overlaps 0.50, 0.55, … 0.95


@dataclass(frozen=True, slots=True)
class Matches:
    """Detections paired with labelled boxes, best score first, each box once."""

    right: int
    wrong: int  # detections without a box
    missed: int  # boxes without a detection

    @property
    def f1(self) -> float:
        """2 right / (2 right + wrong + missed); 0 where there is nothing."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


def read_labels(
    images: Path, labels: Path, *, names: Sequence[str] = NAMES
) -> tuple[LabelledImage, ...]:
    """Labelled images by file name; raises InputError for folders or lines that do not fit."""
    for folder in (images, labels):
        if not folder.is_dir():
            raise InputError(
                f"{folder}: no such folder", remedy="name one of images, one of labels"
            )
    paths = sorted(path for path in images.iterdir() if path.suffix.lower() in _SUFFIXES)
    if not any((labels / f"{path.stem}.txt").is_file() for path in paths):
        raise InputError(
            f"{labels}: no label file belongs to an image in {images}",
            remedy="a.jpg needs a.txt with a line `class cx cy w h` for each box",
        )
    return tuple(
        LabelledImage(path, tuple(_boxes(labels / f"{path.stem}.txt", names))) for path in paths
    )


def ask(detector: Detector, truth: Sequence[LabelledImage], *, batch: int = 8) -> Answers:
    """Run the detector over all images; raises InputError for one that cannot be read."""
    found: list[tuple[Detection, ...]] = []
    sizes: list[tuple[int, int]] = []
    seconds = 0.0
    for first in range(0, len(truth), batch):
        images = [_read(item.path) for item in truth[first : first + batch]]
        started = time.perf_counter()
        found.extend(map(tuple, detector.detect(images)))
        seconds += time.perf_counter() - started
        sizes.extend((image.shape[1], image.shape[0]) for image in images)
    return Answers(tuple(found), tuple(sizes), 1000 * seconds / max(1, len(truth)))


def mean_precision(answers: Answers, truth: Sequence[LabelledImage]) -> MeanPrecision:
    """As pycocotools computes it; raises DeviceError without that package.

    A detector should have answered with a low score threshold (0.01): what it withholds, counts
    as missed.
    """
    try:
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval
    except ImportError as error:
        raise DeviceError(
            f"mean precision needs an optional package ({error})",
            remedy="pip install 'framesense[evaluate]'",
        ) from error
    labels = {label for item in truth for label, _ in item.boxes}
    labels |= {detection.label for found in answers.found for detection in found}
    number = {label: index for index, label in enumerate(sorted(labels), start=1)}
    with contextlib.redirect_stdout(io.StringIO()):  # it prints its progress
        labelled = COCO()
        labelled.dataset = _as_coco(answers, truth, number)
        labelled.createIndex()
        rows = _as_rows(answers, number)
        if not len(rows):
            return MeanPrecision(0.0, 0.0)
        judge = COCOeval(labelled, labelled.loadRes(rows), "bbox")
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    return MeanPrecision(map50=float(judge.stats[1]), map50_95=float(judge.stats[0]))


def match(
    answers: Answers,
    truth: Sequence[LabelledImage],
    *,
    min_score: float,
    min_overlap: float = 0.5,
    by_label: bool = True,
) -> Matches:
    """Pair detections of at least `min_score` with boxes that they overlap by `min_overlap`.

    `by_label=False` asks only whether something was found there, whatever it was called.
    """
    right = wrong = missed = 0
    for found, item in zip(answers.found, truth, strict=True):
        free = list(item.boxes)
        for detection in found:
            if detection.score < min_score:
                break
            near = [
                (detection.box.overlap(box), index)
                for index, (label, box) in enumerate(free)
                if label == detection.label or not by_label
            ]
            best, index = max(near, default=(0.0, 0))
            if best >= min_overlap:
                free.pop(index)
                right += 1
            else:
                wrong += 1
        missed += len(free)
    return Matches(right, wrong, missed)


def _boxes(path: Path, names: Sequence[str]) -> Iterator[tuple[str, Box]]:
    if not path.is_file():
        return
    for line_number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            name, cx, cy, w, h = line.split()
            x, y, half_w, half_h = float(cx), float(cy), float(w) / 2, float(h) / 2
            yield names[int(name)], Box(x - half_w, y - half_h, x + half_w, y + half_h)
        except (ValueError, IndexError) as error:
            raise InputError(
                f"{path}:{line_number}: not a label: {line!r}",
                remedy=f"write `class cx cy w h`, class from 0 to {len(names) - 1}",
            ) from error


def _read(path: Path) -> Image:
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise InputError(f"{path}: cannot be read as an image", remedy="leave it out")
    return np.asarray(image, np.uint8)


def _as_coco(
    answers: Answers, truth: Sequence[LabelledImage], number: dict[str, int]
) -> dict[str, Any]:
    """The truth as COCO's annotation file, ids from 1."""
    rows: list[dict[str, Any]] = []
    for image, (item, size) in enumerate(zip(truth, answers.sizes, strict=True), start=1):
        for label, box in item.boxes:
            x, y, w, h = _pixels(box, size)
            row = {"image_id": image, "category_id": number[label], "bbox": [x, y, w, h]}
            rows.append({**row, "id": len(rows) + 1, "area": w * h, "iscrowd": 0})
    return {
        "info": {},
        "images": [{"id": image} for image in range(1, len(truth) + 1)],
        "categories": [{"id": index, "name": label} for label, index in number.items()],
        "annotations": rows,
    }


def _as_rows(answers: Answers, number: dict[str, int]) -> Any:
    """(n, 7): image id, x, y, w, h in px, score, category id."""
    rows = [
        (image, *_pixels(detection.box, size), detection.score, number[detection.label])
        for image, (found, size) in enumerate(
            zip(answers.found, answers.sizes, strict=True), start=1
        )
        for detection in found
    ]
    return np.array(rows, np.float64)


def _pixels(box: Box, size: tuple[int, int]) -> tuple[float, float, float, float]:
    """x, y, width, height."""
    width, height = size
    return box.x1 * width, box.y1 * height, (box.x2 - box.x1) * width, (box.y2 - box.y1) * height
