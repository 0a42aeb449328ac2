"""`framesense evaluate shots`: boundaries of shots against truth made by eye."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from framesense.config import Config
    from framesense.film.grading import Grade

TOLERANCES = (0, 2)  # frames


def evaluate_shots(film: Path, truth: Path, *, config: Config) -> list[Grade]:
    """Split a film, grade it at each tolerance and print the grades.

    Raises FilmError, InputError for the truth, UsageError and DeviceError for the splitter.
    """
    from rich.console import Console
    from rich.table import Table

    from framesense.film.decode import Film
    from framesense.film.grading import grade, read_truth
    from framesense.film.splitters import make

    wanted = read_truth(truth)
    splitter = make(config.split)
    with Film(film, config.film) as reader:
        times = []
        shots = []
        for frame in reader.frames():
            times.append(frame.time_s)
            shots += splitter.push(frame)
        shots += splitter.flush(end_pts=reader.end_pts, end_s=reader.seconds(reader.end_pts))
    starts = [shot.start_frame for shot in shots[1:]]
    grades = [grade(starts, wanted, tolerance=tolerance) for tolerance in TOLERANCES]

    console = Console(highlight=False)
    table = Table("tolerance", "changes", "precision", "recall", "F1", "found", "missed", "false")
    for result in grades:
        for name, score in (("hard", result.hard), ("all", result.every)):
            rates = (f"{rate:.3f}" for rate in (score.precision, score.recall, score.f1))
            counts = (str(count) for count in (score.found, score.missed, score.false))
            table.add_row(f"{result.tolerance} frames", name, *rates, *counts)
    console.print(table)
    last = grades[-1]
    console.print(f"{splitter.facts.name}: {len(shots)} shots")
    console.print(f"gradual transitions found: {last.gradual_found} of {last.gradual_total}")

    def at(frame: int) -> str:
        return f"frame {frame}" + (f" ({times[frame]:.3f} s)" if frame < len(times) else "")

    for miss in last.misses:
        console.print(f"missed: {miss.kind} at {at(miss.nominal)}")
    for false in last.false_alarms:
        console.print(f"false alarm: {at(false)}")
    return grades
