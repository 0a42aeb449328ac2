"""Big Buck Bunny: the labelled pictures that its classifiers are trained from, made again.

    python benchmarks/big_buck_bunny.py data bbb                         # pictures to train from
    framesense train-classifier bbb --kind character -o bbb/cast --epochs 12 --side 160
    framesense train-classifier bbb --kind scene -o bbb/places --epochs 0
    python benchmarks/big_buck_bunny.py keep bbb/cast characters --threshold 0.65
    python benchmarks/big_buck_bunny.py keep bbb/places settings --bits 8

The labels are in `weights/big-buck-bunny.labels.csv`, the pictures are cut from the film.
"""

from __future__ import annotations

import argparse
import csv
import os
from dataclasses import replace
from pathlib import Path
from typing import Literal

import cv2

from framesense.film.decode import Film
from framesense.records import Box
from framesense.vision.checkpoint import load_checkpoint, save_checkpoint
from framesense.vision.subjects import crop

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("FRAMESENSE_SHARED", HERE.parents[1] / "shared"))
FILM = SHARED / "films" / "big_buck_bunny_640x360_24fps.mp4"
HELD_OUT = range(68, 83)  # shots of an eighth of the labels, bunny and rodents among them
LABELS = HERE.parent / "weights" / "big-buck-bunny.labels.csv"


def data(out: Path) -> None:
    """`out/characters` and `out/settings`, each pictures and a `labels.csv`.

    Characters are learnt from crops and from whole frames, settings from whole frames. Pictures
    are named in the film's order, but for the held-out shots, which come last, since the last
    eighth is what training holds out: the film's own end has no chinchilla, and all of the bird.
    """
    rows: dict[int, list[dict[str, str]]] = {}
    for row in csv.DictReader(LABELS.open()):
        rows.setdefault(int(row["frame"]), []).append(row)
    tables: dict[str, list[tuple[str, str]]] = {"characters": [], "settings": []}
    for kind in tables:
        (out / kind).mkdir(parents=True, exist_ok=True)
    with Film(FILM) as film:
        for frame in film.frames():
            for number, row in enumerate(rows.pop(frame.ordinal, [])):
                picture = frame.picture.bgr(max_side=1920)
                if row["x1"]:
                    box = Box(*(float(row[side]) for side in ("x1", "y1", "x2", "y2")))
                    picture = crop(picture, box)
                part = 2 if int(row["shot"]) in HELD_OUT else 1
                name = f"{part}-shot-{row['shot']}-frame-{frame.ordinal}-{number}.png"
                for kind, labels in _labels(row):
                    cv2.imwrite(str(out / kind / name), picture)
                    tables[kind].append((name, labels))
            if not rows:
                break
    for kind, table in tables.items():
        with (out / kind / "labels.csv").open("w", newline="") as file:
            csv.writer(file).writerows([("image", "labels"), *table])


def _labels(row: dict[str, str]) -> list[tuple[str, str]]:
    """What a row teaches to which classifier."""
    taught = [("characters", row["characters"])]
    if row["setting"]:
        taught.append(("settings", row["setting"]))
    return taught


def keep(trained: Path, kind: str, *, bits: Literal[8, 16], threshold: float | None) -> None:
    """Put a trained checkpoint into `weights/`: small, and with a threshold for the whole film.

    Training fits the threshold to single pictures. A film shows ten for each sample, mostly of
    nobody, and what is seen in any of them counts, so it takes a higher one.
    """
    card, weights = load_checkpoint(trained / "classifier.safetensors")
    card = replace(card, threshold=threshold or card.threshold)
    save_checkpoint(
        LABELS.with_name(f"big-buck-bunny-{kind}.safetensors"), card, weights, bits=bits
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    step = steps.add_parser("data")
    step.add_argument("out", type=Path)
    step = steps.add_parser("keep")
    step.add_argument("trained", type=Path)
    step.add_argument("kind")
    step.add_argument("--bits", type=int, choices=(8, 16), default=16)
    step.add_argument("--threshold", type=float)
    words = parser.parse_args()
    if words.step == "data":
        data(words.out)
    else:
        keep(words.trained, words.kind, bits=words.bits, threshold=words.threshold)


if __name__ == "__main__":
    main()
