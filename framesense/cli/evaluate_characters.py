"""`framesense evaluate characters`: tags of shots against truth made by eye."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from framesense.tag_grading import TagGrade, TrueShot


def evaluate_characters(
    report: Annotated[Path, typer.Argument(help="From framesense analyze.", readable=False)],
    truth: Annotated[
        Path,
        typer.Argument(
            help="CSV, a row a shot: start_frame,end_frame and characters (or setting), parted "
            "by ;. Shots that it leaves out are not graded.",
            readable=False,
        ),
    ],
    kind: Annotated[str, typer.Option(help="character, scene, or another kind of tags.")] = (
        "character"
    ),
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Also write all figures, as JSON.")
    ] = None,
) -> None:
    """Grade who is in which shot: precision, recall, F1 and mean average precision."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from framesense.atomic import write_atomically
    from framesense.report import document
    from framesense.tag_grading import grade, read_truth

    wanted = read_truth(truth, kind)
    result = grade(document.read(report).shots, wanted, kind)
    console = Console(highlight=False)
    table = Table(escape(kind), "shots", "precision", "recall", "F1", "AP")
    for label in result.labels:
        score, there = label.score, label.score.found + label.score.missed
        rates = score.precision, score.recall, score.f1, label.average_precision
        table.add_row(escape(label.label), str(there), *map(_rate, rates))
    macro = [result.macro(measure) for measure in ("precision", "recall", "f1")]
    micro = result.micro
    table.add_section()
    table.add_row("macro", "", *map(_rate, (*macro, result.mean_average_precision)))
    table.add_row("micro", "", *map(_rate, (micro.precision, micro.recall, micro.f1)), "")
    console.print(table)
    console.print(f"{result.shots - len(result.wrong)} of {result.shots} shots are all right")
    for wrong in result.wrong:
        parts = [("missed", wrong.missed), ("false", wrong.false)]
        told = "; ".join(f"{what} {', '.join(names)}" for what, names in parts if names)
        console.print(f"{_where(wrong.shot)}: {told}", markup=False)
    if out:
        write_atomically(out, _json(result))


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _where(shot: TrueShot) -> str:
    if shot.where == "shot":
        return f"shot {shot.start:.0f}"
    if shot.where == "start_s":
        return f"{shot.start:.2f}–{shot.end:.2f} s"
    return f"frames {shot.start:.0f}–{shot.end:.0f}"


def _json(result: TagGrade) -> bytes:
    import json

    plain: dict[str, Any] = {
        "kind": result.kind,
        "shots": result.shots,
        "mean_average_precision": result.mean_average_precision,
        "macro": {name: result.macro(name) for name in ("precision", "recall", "f1")},
        "micro": _plain(result.micro),
        "labels": {
            label.label: _plain(label.score) | {"average_precision": label.average_precision}
            for label in result.labels
        },
        "wrong": [
            {"shot": _where(wrong.shot), "missed": wrong.missed, "false": wrong.false}
            for wrong in result.wrong
        ],
    }
    return json.dumps(plain, indent=2, ensure_ascii=False).encode() + b"\n"


def _plain(score: Any) -> dict[str, Any]:
    names = ("found", "missed", "false", "precision", "recall", "f1")
    return {name: getattr(score, name) for name in names}
