"""The table that ends `framesense analyze`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from framesense.cli.films import Job
from framesense.records import FilmReport, FilmTag

_TOP_TAGS = 5


def summary(done: Sequence[tuple[Job, FilmReport]]) -> Group:
    """A row a film, then what is wrong with a film's file, then where the reports are."""
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("film", overflow="ellipsis", no_wrap=True, max_width=36)
    for column in ("length", "shots", "speed"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("on screen longest")
    notes = []
    for job, report in done:
        table.add_row(
            Text(job.film.name),
            clock(report.film.duration_s),
            str(len(report.shots)),
            f"{report.run.timings.realtime_factor:.1f}×" if report.run.timings else "",
            Text(
                ", ".join(f"{tag.label} {tag.share:.0%}" for tag in _longest(report)) or "nothing"
            ),
        )
        notes += [Text(f"{job.film.name}: {what}", style="yellow") for what in warnings(report)]
        notes.append(Text(f"wrote {job.report}"))
    return Group(table, *notes)


def warnings(report: FilmReport) -> list[str]:
    """What a reader of the report should know about the film's file."""
    found = []
    if report.film.packets_corrupt:
        found.append(f"{report.film.packets_corrupt} damaged packets were passed over")
    if report.film.truncated:
        found.append("the file ends before its container says it should")
    return [*found, *report.run.notes]


def clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _longest(report: FilmReport) -> list[FilmTag]:
    return sorted(report.tags, key=lambda tag: -tag.screen_time_s)[:_TOP_TAGS]
