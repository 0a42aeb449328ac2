"""A film file opened by PyAV for what lies beside its picture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from framesense.errors import InputError

if TYPE_CHECKING:
    from av.container import InputContainer


@contextmanager
def opened(film: Path) -> Iterator[InputContainer]:
    """Raises InputError, naming the file, where FFmpeg cannot open it."""
    import av

    try:
        container = av.open(str(film), options={"protocol_whitelist": "file"})
    except (av.FFmpegError, ValueError, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{film}: cannot be opened ({reason})") from error
    with container:
        yield container


def origin_s(container: InputContainer) -> float:
    """Seconds at which players show 00:00."""
    return (container.start_time or 0) / 1_000_000


def packets(container: InputContainer, stream: Any) -> Iterator[Any]:
    """A stream's packets, up to where the file breaks off; the last one is empty, to flush."""
    import av

    waiting = container.demux(stream)
    while True:
        try:
            yield next(waiting)
        except (StopIteration, av.FFmpegError):
            return
