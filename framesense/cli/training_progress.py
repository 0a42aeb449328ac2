"""What one sees while a network is trained."""

from __future__ import annotations

from types import TracebackType

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from framesense.cli.progress import console
from framesense.training.loop import Epoch
from framesense.training.settings import TrainConfig


class EpochBar:
    """A bar for one training: epochs, accuracy, time left."""

    def __init__(self, title: str, config: TrainConfig, *, quiet: bool) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed}/{task.total} epochs {task.fields[state]}"),
            TimeRemainingColumn(),
            console=console(),
            disable=quiet or not console().is_terminal,
            transient=True,
        )
        trainings = 1 if config.semi == "none" else config.rounds + 1
        total = config.epochs * trainings
        self._task = self._bar.add_task(title, total=total, state="· head alone first")

    def __enter__(self) -> EpochBar:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def show(self, epoch: Epoch) -> None:
        state = f"· loss {epoch.validation_loss:.3f} · accuracy {epoch.validation_accuracy:.3f}"
        self._bar.update(self._task, advance=1, state=state)
