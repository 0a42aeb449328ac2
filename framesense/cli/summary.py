"""The table that ends `framesense analyze`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from framesense.cli.films import Job
from framesense.records import FilmReport, FilmTag

_TOP_TAGS = 5


def summary(done: Sequence[tuple[Job, FilmReport]]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for column in ("film", "length", "shots", "on screen longest", "speed", "report"):
        table.add_column(column, overflow="fold")
    for job, report in done:
        table.add_row(
            job.film.name,
            clock(report.film.duration_s),
            str(len(report.shots)),
            ", ".join(f"{tag.label} {tag.share:.0%}" for tag in _longest(report)) or "nothing",
            f"{report.run.timings.realtime_factor:.0f}× real time" if report.run.timings else "",
            str(job.report),
        )
        for warning in warnings(report):
            table.add_row("", "", "", f"[yellow]{warning}[/yellow]", "", "")
    return table


def warnings(report: FilmReport) -> list[str]:
    """What a reader of the report should know about the film's file."""
    found = []
    if report.film.packets_corrupt:
        found.append(f"{report.film.packets_corrupt} damaged packets were passed over")
    if report.film.truncated:
        found.append("the file ends before its container says it should")
    return found


def clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _longest(report: FilmReport) -> list[FilmTag]:
    return sorted(report.tags, key=lambda tag: -tag.screen_time_s)[:_TOP_TAGS]
