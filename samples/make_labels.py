"""Make labelled pictures of the sample film, to train classifiers from: of its odd shots only.

python samples/make_labels.py FOLDER

`characters.csv` and `scenes.csv` are for `framesense train-classifier`; `held_out.csv` is the truth
of the even shots, for `framesense evaluate characters`. Pictures lie in a folder for each setting
("none": title cards, which show no class), since training holds out the last of each folder. Where
a character stands is read off the script that drew the film.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from framesense.config import Config
from framesense.film.decode import Film
from framesense.pipeline.models import make_detector
from framesense.vision.subjects import FAINT, subjects

from drawing import truth
from drawing.acts import CLOSING, SCRIPT
from drawing.standing import XYXY, standing
from drawing.timeline import lay_out

FILM = Path(__file__).with_name("fallen_star.mp4")
EVERY = 8  # frames
WELL_SEEN = 0.5  # share of a character in a crop, that makes the crop show it
FILLS = 0.6  # share of a crop that a character fills, likewise
HARDLY_SEEN = 0.15  # share up to which a crop does not show it; crops between are left out
AROUND, ANYWHERE = 2, 3  # boxes around each character, and of each picture besides
WHOLE: XYXY = (0.0, 0.0, 1.0, 1.0)
Labelled = tuple[XYXY, list[str]]  # a part of a picture, who is there


def main(folder: Path) -> None:
    """Write the pictures and the three tables."""
    film = lay_out(SCRIPT, CLOSING)
    shots = truth.shots(film)
    odd, even = shots[0::2], shots[1::2]  # numbered from 1
    settings = {frame: str(shot["setting"]) for shot in odd for frame in frames_of(shot)}
    characters: list[truth.Row] = []
    scenes: list[truth.Row] = []
    random = np.random.default_rng(0)
    detector = make_detector(replace(Config().detect, min_score=FAINT))
    with Film(FILM) as reader:
        for frame in reader.frames():
            if frame.ordinal not in settings:
                continue
            image = frame.picture.bgr(max_side=640)
            setting = settings[frame.ordinal]
            name = f"{setting}/{frame.ordinal:04d}.png"
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(folder / name), image)
            scenes.append({"image": name, "labels": "" if setting == "none" else setting})
            found = subjects(image, detector.detect([image])[0])
            looked_at = [(box.x1, box.y1, box.x2, box.y2) for box in found]
            cast = standing(film, frame.ordinal)
            near = [around(box, random) for _, box in cast for _ in range(AROUND)]
            for box, who in crops(cast, [*looked_at, *near, *anywhere(random)]):
                row: truth.Row = {"image": name, "labels": ";".join(who)}
                characters.append(row | dict(zip(("x1", "y1", "x2", "y2"), box, strict=True)))
    truth.write(folder / "characters.csv", ["image", "labels", "x1", "y1", "x2", "y2"], characters)
    truth.write(folder / "scenes.csv", ["image", "labels"], scenes)
    truth.write(folder / "held_out.csv", truth.SHOT_COLUMNS, even)


def frames_of(shot: truth.Row) -> range:
    """Every eighth frame of a shot, its ends left out, where another shot may show."""
    start, end = int(str(shot["start_frame"])), int(str(shot["end_frame"]))
    return range(start + (14 if shot["trans_last"] else 2), end - 14, EVERY)


def crops(cast: Sequence[tuple[str, XYXY]], found: Sequence[XYXY]) -> list[Labelled]:
    """Each character that is well seen, and what a search found, labelled with all it shows."""
    own = [clipped(box) for _, box in cast if visible(box, WHOLE) >= WELL_SEEN]
    labelled: list[Labelled] = []
    for crop in (*own, *(box for box in found if visible(box, WHOLE) > 0)):
        seen = {name: visible(box, crop) for name, box in cast}
        filled = {name: visible(crop, box) for name, box in cast}
        shown = [name for name in seen if seen[name] >= WELL_SEEN or filled[name] >= FILLS]
        if all(name in shown or share <= HARDLY_SEEN for name, share in seen.items()):
            labelled.append((crop, sorted(shown)))
    return labelled


def around(box: XYXY, random: np.random.Generator) -> XYXY:
    """A larger box that holds this one, and perhaps who stands beside it."""
    edges = []
    for low, high in ((box[0], box[2]), (box[1], box[3])):
        length = (high - low) * random.uniform(1.0, 2.2)
        start = random.uniform(high - length, low)
        edges.append((start, start + length))
    (x1, x2), (y1, y2) = edges
    return clipped((x1, y1, x2, y2))


def anywhere(random: np.random.Generator) -> list[XYXY]:
    """Boxes that nothing led to: most show nobody, and so what nobody looks like."""
    boxes = []
    for _ in range(ANYWHERE):
        width, height = random.uniform(0.1, 0.4), random.uniform(0.15, 0.6)
        x, y = random.uniform(0, 1 - width), random.uniform(0, 1 - height)
        boxes.append((x, y, x + width, y + height))
    return boxes


def visible(box: XYXY, frame: XYXY) -> float:
    """Share of the box that lies within the frame."""
    width = min(box[2], frame[2]) - max(box[0], frame[0])
    height = min(box[3], frame[3]) - max(box[1], frame[1])
    area = (box[2] - box[0]) * (box[3] - box[1])
    return max(0.0, width) * max(0.0, height) / area if area else 0.0


def clipped(box: XYXY) -> XYXY:
    x1, y1, x2, y2 = (min(1.0, max(0.0, edge)) for edge in box)
    return x1, y1, x2, y2


if __name__ == "__main__":
    main(Path(sys.argv[1]))
