"""What one sees while a rating model is trained or measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from framesense.cli.progress import console
from framesense.rating.models import Show


@contextmanager
def rating_progress(*, quiet: bool) -> Iterator[Show]:
    """A bar with what is being done, the share done and the time left, on standard error."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=console(),
        disable=quiet or not console().is_terminal,
        transient=True,
        speed_estimate_period=3600,  # s: parts differ in speed, and the time left is of all
    )
    task = bar.add_task("reading", total=1.0)
    with bar:
        yield lambda what, share: bar.update(task, description=what, completed=share)
