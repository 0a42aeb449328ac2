"""The sample film's whole report, as it was looked at and kept.

    python -m tests.test_golden      # keeps it anew; look at the difference before you commit

Numbers that a model gives may differ in their last digits from one processor to another.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from framesense import Config, analyze
from framesense.report import document

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).with_name("golden") / "fallen_star.shots.json"
SAMPLE = "samples/fallen_star.mp4"


def made() -> dict[str, Any]:
    """Without timings and what a release changes."""
    config = Config().changed("detect", half=False)  # the same floats on every processor
    with analyze(ROOT / SAMPLE, config=config) as analysis:
        report: dict[str, Any] = json.loads(document.dumps(analysis.report()))
    report["film"]["path"] = SAMPLE
    del report["run"]["timings"], report["run"]["version"]
    del report["run"]["models"][0]["name"]  # it names scenedetect's version
    return report


def differences(a: Any, b: Any, place: str = "") -> list[str]:
    """Where two reports differ by more than a model's last digits."""
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        return [found for key in a for found in differences(a[key], b[key], f"{place}.{key}")]
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        pairs = enumerate(zip(a, b, strict=True))
        return [found for i, (x, y) in pairs for found in differences(x, y, f"{place}[{i}]")]
    if isinstance(a, float) and isinstance(b, int | float):
        return [] if a == pytest.approx(b, rel=0.02, abs=0.02) else [f"{place}: {a} is now {b}"]
    return [] if a == b else [f"{place}: {str(a)[:80]} is now {str(b)[:80]}"]


def test_the_sample_films_report_is_as_it_was() -> None:
    assert differences(json.loads(GOLDEN.read_text()), made()) == []


def test_the_sample_films_shots_are_those_of_its_script() -> None:
    """Not what we once found, but what was drawn."""
    golden = json.loads(GOLDEN.read_text())
    drawn = (ROOT / "samples" / "fallen_star.boundaries.csv").read_text().splitlines()[1:]
    rows = [row.split(",") for row in drawn if ",ignore," not in row]
    shots = [record["shot"] for record in golden["shots"]][1:]
    assert [shot["transition"] for shot in shots] == [row[1] for row in rows]
    for shot, (_, kind, first, last, *_rest) in zip(shots, rows, strict=True):
        assert int(first) <= shot["start_frame"] <= int(last)
        assert (shot["transition_span"] is None) == (kind == "cut")


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(json.dumps(made(), indent=1) + "\n")


def test_the_sample_films_scenes_are_its_settings() -> None:
    """Without any classifier: the palette and the gradual changes tell the places apart."""
    with (ROOT / "samples" / "fallen_star.shots.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "content"]
    before = ["", *(row["setting"] for row in rows)]
    changes = [row for row, setting in zip(rows, before, strict=False) if row["setting"] != setting]
    scenes = json.loads(GOLDEN.read_bytes())["scenes"]
    found = [scene["start_s"] for scene in scenes if scene["first_shot"]]  # the title has no place
    assert found == pytest.approx([float(row["start_s"]) for row in changes], abs=0.001)
