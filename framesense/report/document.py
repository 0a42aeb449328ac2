"""`FilmReport` to and from JSON, checked against the published schema's types and ranges."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec

from framesense.atomic import write_atomically
from framesense.errors import ReportError
from framesense.records import FilmReport, ShotRecord
from framesense.report.upgrade import upgraded

SCHEMA = "framesense.film-report"
SCHEMA_VERSION = "1.0"


def dumps(report: FilmReport) -> bytes:
    """Indented UTF-8 JSON, the same bytes for the same report."""
    return msgspec.json.format(encode(report), indent=1) + b"\n"


def encode(value: FilmReport | ShotRecord) -> bytes:
    """One line of JSON."""
    return msgspec.json.encode(value, enc_hook=_to_plain)


def decode_shot(line: bytes) -> ShotRecord:
    """Of one line of JSON; raises msgspec.DecodeError."""
    return msgspec.json.decode(line, type=ShotRecord)


def write(report: FilmReport, path: Path) -> None:
    """Write whole or not at all. Raises OutputError."""
    write_atomically(path, dumps(report))


def read(path: Path) -> FilmReport:
    """Read, bring up to the current schema version, and check. Raises ReportError."""
    try:
        data = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise ReportError(
            f"{path}: cannot be read ({error.strerror})",
            remedy="name a JSON report that `framesense analyze` made",
        ) from error
    except msgspec.DecodeError as error:
        raise ReportError(
            f"{path}: not JSON ({error})", remedy="name a report that `framesense analyze` made"
        ) from error
    return from_plain(data, where=str(path))


def from_plain(data: Any, *, where: str) -> FilmReport:
    """Of decoded JSON, of this schema version or an older one. Raises ReportError."""
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise ReportError(
            f"{where}: not a framesense film report",
            remedy=f'its "schema" must be "{SCHEMA}"',
        )
    current = upgraded(data, to=SCHEMA_VERSION, where=where)
    try:
        return msgspec.convert(current, type=FilmReport, dec_hook=_from_plain)
    except msgspec.ValidationError as error:
        raise ReportError(f"{where}: damaged report: {error}", remedy="analyze again") from error


def json_schema() -> bytes:
    """The JSON Schema (2020-12) of a report, as published in `report/schema.json`."""
    schema = msgspec.json.schema(FilmReport, schema_hook=_schema_of)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{SCHEMA} {SCHEMA_VERSION}",
    }
    return msgspec.json.format(msgspec.json.encode(head | schema), indent=2) + b"\n"


def _to_plain(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise NotImplementedError(f"cannot be written as JSON: {type(value)}")


def _from_plain(kind: type, value: object) -> Fraction:
    if kind is Fraction:
        try:
            return Fraction(str(value))
        except (ValueError, ZeroDivisionError) as error:
            raise ValueError(f"not a ratio: {value!r}") from error
    raise NotImplementedError(f"cannot be read from JSON: {kind}")


def _schema_of(kind: type) -> dict[str, Any]:
    if kind is Fraction:
        return {"type": "string", "pattern": "^[0-9]+/[1-9][0-9]*$", "examples": ["24000/1001"]}
    raise NotImplementedError(f"no schema for {kind}")


if __name__ == "__main__":  # publishes schema.json
    print(json_schema().decode(), end="")
