"""What one sees while a film is analysed."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from framesense import pipeline


def console() -> Console:
    """For what is meant for people: standard error, so that standard output stays clean."""
    return Console(stderr=True)


def film_progress(title: str, *, quiet: bool) -> FilmProgress:
    return FilmProgress(title, quiet=quiet)


class FilmProgress:
    """A bar for one film: stage, shots, frames a second, time left."""

    def __init__(self, title: str, *, quiet: bool) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[state]}"),
            TimeRemainingColumn(),
            console=console(),
            disable=quiet or not console().is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task(title, total=None, state="opening")
        self._started = time.perf_counter()

    def __enter__(self) -> FilmProgress:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def start(self, claimed_s: float | None, *, resumed: int) -> None:
        if resumed:
            self.note(f"{resumed} shots are known from before")
        self._started = time.perf_counter()
        self._bar.update(self._task, total=claimed_s, state="analysing")

    def progress(self, now: pipeline.Progress) -> None:
        rate = now.frames / max(1e-9, time.perf_counter() - self._started)
        state = f"analysing · {now.shots} shots · {rate:,.0f} frames/s"
        self._bar.update(self._task, completed=now.film_s, state=state)

    def note(self, text: str) -> None:
        if not self._bar.disable:
            self._bar.console.print(text)
