"""Grading of boundaries: what counts as found, as missed and as false."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from framesense.errors import InputError
from framesense.film.grading import Boundary, Score, Truth, grade, read_truth

HEADER = "nominal_frame,type,zone_first,zone_last,hard_frame,uncertain,note\n"
CUT = Boundary(100, "cut", 100, 100, 100)
FADE = Boundary(200, "fade", 190, 210, None)
INTO_BLACK = Boundary(300, "cut", 300, 330, 300)  # hard cut to black, then a fade-in
TRUTH = Truth((CUT, FADE, INTO_BLACK), ignored=((0, 20),))


def test_a_cut_counts_within_the_tolerance_only() -> None:
    assert grade([102], Truth((CUT,)), tolerance=2).hard == Score(found=1, missed=0, false=0)
    assert grade([102], Truth((CUT,)), tolerance=0).hard == Score(found=0, missed=1, false=1)


def test_a_gradual_change_counts_anywhere_in_its_zone() -> None:
    result = grade([191], Truth((FADE,)), tolerance=0)
    assert (result.gradual_found, result.gradual_total) == (1, 1)
    assert result.every == Score(found=1, missed=0, false=0)


def test_a_second_detection_in_a_zone_is_a_false_one() -> None:
    result = grade([195, 205], Truth((FADE,)), tolerance=2)
    assert result.every == Score(found=1, missed=0, false=1)
    assert len(result.false_alarms) == 1


def test_a_detection_in_a_gradual_zone_neither_helps_nor_hurts_the_hard_score() -> None:
    assert grade([100, 205], TRUTH, tolerance=0).hard == Score(found=1, missed=1, false=0)


def test_a_cut_into_black_is_hard_at_its_frame_and_found_in_its_fade_in() -> None:
    late = grade([320], Truth((INTO_BLACK,)), tolerance=2)
    assert late.every == Score(found=1, missed=0, false=0)
    assert late.hard == Score(found=0, missed=1, false=0)


def test_one_detection_finds_one_boundary() -> None:
    near = Truth((Boundary(10, "cut", 10, 10, 10), Boundary(12, "cut", 12, 12, 12)))
    assert grade([11], near, tolerance=2).hard == Score(found=1, missed=1, false=0)


def test_detections_in_ignored_stretches_are_dropped() -> None:
    result = grade([5, 20, 100, 200, 300], TRUTH, tolerance=0)
    assert result.every == Score(found=3, missed=0, false=0)


def test_misses_and_false_alarms_are_listed() -> None:
    result = grade([100, 150], TRUTH, tolerance=2)
    assert result.misses == (FADE, INTO_BLACK)
    assert result.false_alarms == (150,)


def test_scores_follow_from_the_counts() -> None:
    score = Score(found=6, missed=2, false=4)
    assert (score.precision, score.recall) == (0.6, 0.75)
    assert score.f1 == pytest.approx(2 / 3)
    assert Score(0, 0, 0).f1 == 1.0


def test_a_truth_file_is_read_with_its_gradual_and_ignored_rows(tmp_path: Path) -> None:
    path = tmp_path / "truth.csv"
    path.write_text(
        HEADER + "200,fade,190,210,,0,\n100,cut,100,100,100,0,a note\n,ignore,0,20,,,opening\n"
    )
    assert read_truth(path) == Truth((CUT, FADE), ((0, 20),))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("frame,kind\n1,cut\n", "no column nominal_frame"),
        (HEADER + "100,cutt,100,100,100,0,\n", "line 2: unknown type 'cutt'"),
        (HEADER + "1OO,cut,100,100,100,0,\n", "line 2: nominal_frame is '1OO'"),
        (HEADER + "100,cut,110,100,100,0,\n", "zone_first 110 lies after zone_last 100"),
        (HEADER + "100,cut\n", "line 2: zone_first is ''"),
    ],
)
def test_a_malformed_truth_file_is_refused_by_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "truth.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=re.escape(said)):
        read_truth(path)


def test_a_missing_truth_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv: cannot be read"):
        read_truth(tmp_path / "none.csv")
