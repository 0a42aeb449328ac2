"""What is known of a film while its analysis runs: a line a shot, appended as shots close.

A kill at any moment loses no line that was written. A later run with the same film, settings,
models and version takes the lines up again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import msgspec

from framesense.atomic import unwritable
from framesense.records import ModelFacts, ShotRecord
from framesense.report.document import SCHEMA_VERSION, decode_shot, encode


@dataclass(frozen=True, slots=True)
class Origin:
    """What must be equal for recorded shots to be worth anything."""

    version: str
    schema_version: str
    size_bytes: int
    mtime_ns: int
    config: dict[str, Any]
    models: tuple[ModelFacts, ...]

    @classmethod
    def of(
        cls, film: Path, *, version: str, config: dict[str, Any], models: Sequence[ModelFacts]
    ) -> Origin:
        stat = film.stat()
        of_film = stat.st_size, stat.st_mtime_ns
        return cls(version, SCHEMA_VERSION, *of_film, config, tuple(models))


def journal_path(report: Path) -> Path:
    """`film.shots.json` -> `film.shots.partial.jsonl`"""
    return report.with_name(report.name.removesuffix(".json") + ".partial.jsonl")


class Journal:
    """An open journal; `known` holds the shots of an earlier run, if it was taken up."""

    def __init__(self, path: Path, origin: Origin, *, resume: bool) -> None:
        """Raises OutputError where the file cannot be written."""
        self.path = path
        self.known, good_bytes = _read(path, origin) if resume else ((), 0)
        self._kept = len(self.known)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = path.open("r+b" if good_bytes else "wb")
            self._file.truncate(good_bytes)  # a line torn by a kill
            self._file.seek(good_bytes)
            if not good_bytes:
                self._write(msgspec.json.encode(origin))
        except OSError as error:
            raise unwritable(path, error) from error

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._file.close()
            if error is not None and not self._kept:
                self.path.unlink()  # it holds nothing worth keeping
        except OSError as failed:
            raise unwritable(self.path, failed) from failed

    def append(self, record: ShotRecord) -> None:
        """Add a closed shot; it survives a kill of this process. Raises OutputError."""
        if record.shot.index < len(self.known):
            return
        try:
            self._write(encode(record))
            self._kept += 1
        except OSError as error:
            raise unwritable(self.path, error) from error

    def remove(self) -> None:
        """The report is written: the journal has done its work."""
        self.path.unlink(missing_ok=True)

    def _write(self, line: bytes) -> None:
        self._file.write(line + b"\n")
        self._file.flush()


def _read(path: Path, origin: Origin) -> tuple[tuple[ShotRecord, ...], int]:
    """The shots recorded under the same origin, and how many bytes of the file are sound."""
    try:
        data = path.read_bytes()
    except OSError:
        return (), 0
    head, *lines = data.splitlines(keepends=True) or [b""]
    try:
        if not head.endswith(b"\n") or msgspec.json.decode(head, type=Origin) != origin:
            return (), 0
    except msgspec.DecodeError:
        return (), 0
    shots: list[ShotRecord] = []
    good_bytes = len(head)
    for line in lines:
        try:
            shot = decode_shot(line)
        except msgspec.DecodeError:
            break
        if not line.endswith(b"\n") or shot.shot.index != len(shots):
            break
        shots.append(shot)
        good_bytes += len(line)
    return tuple(shots), good_bytes
