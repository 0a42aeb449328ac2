"""The sample film as material to train on: half of its shots, labelled; the other half held out."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

ROOT = Path(__file__).parents[1]
SHOTS = list(csv.DictReader((ROOT / "samples" / "fallen_star.shots.csv").read_text().splitlines()))


@pytest.fixture(scope="module")
def labels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("labels")
    subprocess.run([sys.executable, ROOT / "samples" / "make_labels.py", folder], check=True)
    return folder


def rows(table: Path) -> list[dict[str, str]]:
    with table.open(newline="") as file:
        return list(csv.DictReader(file))


def shot_of(picture: str) -> dict[str, str]:
    frame = int(Path(picture).stem)
    return next(s for s in SHOTS if int(s["start_frame"]) <= frame < int(s["end_frame"]))


def test_pictures_to_train_on_come_from_odd_shots_only(labels: Path) -> None:
    pictures = [path.relative_to(labels).as_posix() for path in labels.rglob("*.png")]
    named = {
        row["image"] for table in ("characters", "scenes") for row in rows(labels / f"{table}.csv")
    }
    assert named <= set(pictures)
    assert {int(shot_of(picture)["shot"]) % 2 for picture in pictures} == {1}
    held_out = rows(labels / "held_out.csv")
    assert held_out == [shot for shot in SHOTS if int(shot["shot"]) % 2 == 0]


def test_labels_are_those_of_the_films_own_truth(labels: Path) -> None:
    for row in rows(labels / "scenes.csv"):
        assert (row["labels"] or "none") == shot_of(row["image"])["setting"]
    for row in rows(labels / "characters.csv"):
        shown = set(filter(None, row["labels"].split(";")))
        assert shown <= set(shot_of(row["image"])["characters"].split(";"))


def test_each_character_is_learnt_from_crops_that_hold_its_colours(labels: Path) -> None:
    """The fox is orange, and the only one who is."""
    shares: dict[bool, list[float]] = {True: [], False: []}
    for row in rows(labels / "characters.csv"):
        if shot_of(row["image"])["setting"] not in ("meadow", "snowy mountain"):
            continue  # elsewhere is wood, or night
        image = cv2.imread(str(labels / row["image"]))
        height, width = image.shape[:2]
        x1, x2 = (round(float(row[edge]) * width) for edge in ("x1", "x2"))
        y1, y2 = (round(float(row[edge]) * height) for edge in ("y1", "y2"))
        hue, saturation, _ = cv2.split(cv2.cvtColor(image[y1:y2, x1:x2], cv2.COLOR_BGR2HSV))
        orange = (hue > 8) & (hue < 16) & (saturation > 180)
        shares["fox" in row["labels"]].append(float(orange.mean()))
    assert min(len(group) for group in shares.values()) > 40
    assert sum(shares[True]) / len(shares[True]) > 10 * sum(shares[False]) / len(shares[False])
