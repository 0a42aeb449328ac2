"""Files appear whole or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from framesense.errors import OutputError


def write_atomically(path: Path, data: bytes) -> None:
    """Write beside `path`, then rename over it. Raises OutputError; nothing half-written stays."""
    temporary = path.parent / f".framesense-{os.getpid()}-{threading.get_ident()}.tmp"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        _discard(temporary)


def prepare(folder: Path) -> None:
    """Make a folder for what is to come. Raises OutputError: sooner than after hours of work."""
    trial = folder / f".framesense-{os.getpid()}-{threading.get_ident()}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial.touch()
    except OSError as error:
        raise unwritable(folder, error) from error
    finally:
        _discard(trial)


def remove(path: Path) -> None:
    """Delete the file, where there is one. Raises OutputError."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> OutputError:
    """The error to raise for a place that cannot be written."""
    return OutputError(
        f"{path}: cannot be written ({error.strerror or error})",
        remedy="free some space or name another place with -o",
    )


def _discard(temporary: Path) -> None:
    try:
        temporary.unlink(missing_ok=True)
    except OSError:  # its folder is not a folder, or not ours: then it was never made
        return
