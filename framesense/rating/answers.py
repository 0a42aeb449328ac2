"""Preferences as a file: JSON whole, CSV or Parquet as a flat table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from framesense.atomic import write_atomically
from framesense.errors import DeviceError, UsageError
from framesense.rating.preference import Preference
from framesense.rating.rater import About

if TYPE_CHECKING:
    import pandas as pd

SCHEMA, SCHEMA_VERSION = "framesense.preferences", "1.0"
SUFFIXES = (".json", ".csv", ".parquet")


def check(path: Path) -> None:
    """Raises UsageError for a file name that does not say what to write."""
    if path.suffix not in SUFFIXES:
        raise UsageError(f"{path}: unknown kind of file", remedy=f"end it in {', '.join(SUFFIXES)}")


def write(found: Sequence[Preference], about: About, notes: Sequence[str], path: Path) -> None:
    """By the file's suffix; rater and notes go into JSON alone. Raises UsageError, OutputError."""
    check(path)
    if path.suffix == ".json":
        data = to_json(found, about, notes)
    elif path.suffix == ".csv":
        data = table(found).to_csv(index=False, lineterminator="\n").encode()
    else:
        data = _parquet(table(found))
    write_atomically(path, data)


def to_json(found: Sequence[Preference], about: About, notes: Sequence[str]) -> bytes:
    """Indented, with what the rater was trained on."""
    plain = {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "rater": about,
        "notes": notes,
        "preferences": found,
    }
    return msgspec.json.format(msgspec.json.encode(plain), indent=1) + b"\n"


def table(found: Sequence[Preference]) -> pd.DataFrame:
    """A row a film and viewer: p1 to p5 the distribution, effect_GROUP what moved it."""
    import pandas as pd

    rows = []
    for one in found:
        row: dict[str, object] = {"film": one.film, "viewer": one.viewer}
        row |= {"expected": one.expected, "likely": one.likely, "like": one.like}
        row |= {"confidence": one.confidence}
        row |= {f"p{level}": share for level, share in enumerate(one.probabilities, start=1)}
        row |= {"film_rank": one.film_rank, "viewer_rank": one.viewer_rank}
        row |= {f"effect_{effect.group}": effect.effect for effect in one.effects}
        rows.append(row)
    return pd.DataFrame(rows)


def _parquet(rows: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    try:
        rows.to_parquet(buffer, index=False)
    except ImportError as error:
        raise DeviceError(
            "the package pyarrow is not installed", remedy="pip install 'framesense[rate]'"
        ) from error
    return buffer.getvalue()
