"""A CSV or JSON table of pictures and what they show.

It has the columns `image` (relative to the table) and `labels` (several parted by `;`). It may have
`x1 y1 x2 y2`, the part of the picture that is meant, as fractions. JSON is a list of rows.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from framesense.errors import InputError
from framesense.records import Box


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """A picture, or a part of one, and what it shows."""

    path: Path
    labels: tuple[str, ...]  # sorted; empty: none of the classes
    box: Box | None = None  # None: the whole picture


def read_table(path: Path) -> list[LabelledImage]:
    """In the order of its rows; raises InputError where it cannot be used."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = (
            json.loads(text)
            if path.suffix.lower() == ".json"
            else csv.DictReader(text.splitlines())
        )
        if not isinstance(rows, csv.DictReader | list):
            raise ValueError("not a list of rows")
        return [_row(path, row) for row in rows]
    except (OSError, UnicodeDecodeError, ValueError, TypeError, RecursionError) as error:
        raise InputError(
            f"{path}: no table of images and labels ({error})",
            remedy="give it the columns image and labels, and x1 y1 x2 y2 where a part is meant",
        ) from error


def names_pictures(table: Path) -> bool:
    """Whether it is there and has the columns; another of that name is none of ours."""
    try:
        with table.open(encoding="utf-8-sig") as file:
            return {"image", "labels"} <= set(file.readline().strip().split(","))
    except (OSError, UnicodeDecodeError):
        return False


def _row(table: Path, row: dict[str, Any]) -> LabelledImage:
    """One picture of a table; raises ValueError for a row that says too little."""
    if not isinstance(row, dict) or not row.get("image") or row.get("labels") is None:
        raise ValueError(f"a row without image or labels: {row}")
    image = table.parent / str(row["image"])
    labels = row["labels"].split(";") if isinstance(row["labels"], str) else row["labels"]
    names = tuple(sorted({str(label).strip() for label in labels} - {""}))
    edges = [row.get(key) for key in ("x1", "y1", "x2", "y2")]
    if all(edge in (None, "") for edge in edges):
        return LabelledImage(image, names)
    x1, y1, x2, y2 = (float(str(edge)) for edge in edges)
    if not (0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1):
        raise ValueError(f"a box that is not within 0 to 1: {row}")
    return LabelledImage(image, names, Box(x1, y1, x2, y2))
