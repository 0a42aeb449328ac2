"""Grading of tags: which shots are compared, and what counts as found, missed and false."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from framesense.cli.evaluate import app
from framesense.errors import InputError
from framesense.film.grading import Score
from framesense.records import FilmReport, Tag
from framesense.report.document import write
from framesense.tag_grading import TagGrade, TrueShot, grade, read_truth
from tests.factories import report

pytest.importorskip("sklearn")

FRAMES = ((0, 100), (100, 1800), (1800, 2000))  # of the factory's three shots


def seen(*shots: dict[str, float], kind: str = "character") -> FilmReport:
    """The factory's report with these labels and scores in its shots, and its cat besides."""
    made = report()
    return replace(
        made,
        shots=tuple(
            replace(
                record,
                tags=record.tags
                + tuple(Tag(kind, label, score, 1, 1, 0, 0) for label, score in labels.items()),
            )
            for record, labels in zip(made.shots, shots, strict=True)
        ),
    )


def true(*labels: str, spans: tuple[tuple[int, int], ...] = FRAMES) -> list[TrueShot]:
    return [
        TrueShot("start_frame", start, end, frozenset(names.split()))
        for (start, end), names in zip(spans, labels, strict=True)
    ]


def graded(made: FilmReport, truth: list[TrueShot]) -> TagGrade:
    return grade(made.shots, truth, "character")


def test_each_label_is_found_missed_or_false_in_each_shot() -> None:
    made = seen({"fox": 0.9, "owl": 0.8}, {"fox": 0.7}, {})
    result = graded(made, true("fox", "owl", "fox"))
    assert {item.label: item.score for item in result.labels} == {
        "fox": Score(found=1, missed=1, false=1),
        "owl": Score(found=0, missed=1, false=1),
    }
    assert result.micro == Score(found=1, missed=2, false=2)
    assert result.macro("f1") == pytest.approx((0.5 + 0.0) / 2)
    assert [(wrong.missed, wrong.false) for wrong in result.wrong] == [
        ((), ("owl",)),
        (("owl",), ("fox",)),
        (("fox",), ()),
    ]


def test_average_precision_ranks_the_shots_by_score() -> None:
    made = seen({"fox": 0.9}, {"fox": 0.8}, {"fox": 0.7})
    (fox,) = graded(made, true("fox", "", "fox")).labels
    assert fox.average_precision == pytest.approx((1 / 1 + 2 / 3) / 2)
    (owl,) = graded(seen({"owl": 0.9}, {}, {}), true("", "", "")).labels
    assert owl.average_precision is None


def test_all_right_is_one_everywhere() -> None:
    result = graded(seen({"fox": 0.9}, {}, {"fox": 0.5}), true("fox", "", "fox"))
    assert (result.micro.f1, result.macro("f1"), result.mean_average_precision) == (1, 1, 1)
    assert result.wrong == ()
    empty = graded(seen({}, {}, {}), true("", "", ""))
    assert (empty.micro.f1, empty.macro("f1"), empty.mean_average_precision) == (1, 1, None)


def test_only_tags_of_the_kind_are_graded() -> None:
    assert graded(seen({"fox": 0.9}, {}, {}, kind="scene"), true("", "", "")).labels == ()


def test_a_shot_counts_where_more_than_half_of_it_lies() -> None:
    made = seen({"fox": 0.9}, {"owl": 0.8}, {"fox": 0.7})
    in_two = true("fox", "owl fox", spans=((0, 90), (90, 2000)))
    assert graded(made, in_two).micro == Score(found=3, missed=0, false=0)
    swallowed = true(
        "fox", "fox", "owl", "fox", spans=((0, 100), (100, 110), (110, 1800), FRAMES[2])
    )
    assert graded(made, swallowed).micro == Score(found=3, missed=1, false=0)


def test_shots_that_the_truth_leaves_out_are_not_graded() -> None:
    made = seen({"fox": 0.9}, {"owl": 0.8}, {"fox": 0.7})
    assert graded(made, true("owl", spans=((100, 1800),))).micro == Score(1, 0, 0)


@pytest.mark.parametrize(
    "head, rows",
    [
        ("start_frame,end_frame,characters", ["0,100,fox; owl", "100,1800,none"]),
        ("start_s,end_s,character", [f"0,{100 / 24},owl;fox", f"{100 / 24},75,"]),
        ("shot,labels,uncertain", ["1,fox;owl,0", "2,nobody,", "3,fox,1"]),
        ("note,shot, characters ", ["x,1,fox;owl", "y,2,"]),
    ],
)
def test_truth_says_where_in_three_ways(tmp_path: Path, head: str, rows: list[str]) -> None:
    path = tmp_path / "truth.csv"
    path.write_text("\n".join([head, *rows]), encoding="utf-8-sig")
    truth = read_truth(path, "character")
    assert [shot.labels for shot in truth] == [{"fox", "owl"}, frozenset()]
    made = seen({"fox": 0.9, "owl": 0.9}, {}, {"owl": 0.5})
    assert grade(made.shots, truth, "character").wrong == ()


def test_the_samples_own_table_is_a_truth_of_both_kinds() -> None:
    table = Path(__file__).parents[1] / "samples" / "fallen_star.shots.csv"
    assert read_truth(table, "character")[2].labels == {"snail", "fox"}
    assert read_truth(table, "scene")[2] == TrueShot("start_frame", 68, 128, frozenset({"meadow"}))


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "no column"),
        ("start_frame,end_frame\n1,2\n", "no column characters"),
        ("characters\nfox\n", "no column says where"),
        ("shot,characters\n", "no shots"),
        ("shot,characters\none,fox\n", "line 2: shot: no number"),
        ("start_s,end_s,characters\n2\n", "line 2"),
        ("start_s,end_s,characters\n2,1,fox\n", "ends before it starts"),
        ("start_s,end_s,characters\n2,inf,fox\n", "ends before it starts"),
        ("shot,characters\nnan,fox\n", "line 2"),
        ("shot,characters\n1,\xff\n", "cannot be read as CSV"),
    ],
)
def test_what_is_no_truth_is_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "truth.csv"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(InputError, match=said):
        read_truth(path, "character")


def test_the_command_shows_a_table_and_writes_json(tmp_path: Path) -> None:
    write(seen({"fox": 0.9}, {"owl": 0.8}, {}), tmp_path / "film.shots.json")
    (tmp_path / "truth.csv").write_text("shot,characters\n1,fox\n2,fox\n3,\n")
    result = CliRunner().invoke(
        app,
        ["characters"]
        + [str(tmp_path / name) for name in ("film.shots.json", "truth.csv")]
        + ["-o", str(tmp_path / "grade.json")],
    )
    assert result.exit_code == 0, result.output
    assert "2 of 3 shots are all right" in result.output
    assert "shot 2: missed fox; false owl" in result.output
    figures = json.loads((tmp_path / "grade.json").read_text())
    assert figures["labels"]["fox"]["f1"] == pytest.approx(2 / 3)
    assert figures["micro"] == {
        "found": 1,
        "missed": 1,
        "false": 1,
        "precision": 0.5,
        "recall": 0.5,
        "f1": 0.5,
    }
