"""The exports in pieces, one a shot, so that a reader may copy the shots that are shown."""

from __future__ import annotations

import csv
import io
import re

from framesense.records import FilmReport
from framesense.report.exports import export

_EVENT = re.compile(r"^(?=\d{3,}  )", re.MULTILINE)
_SHOT = re.compile(r"^\* Shot (\d+)", re.MULTILINE)


def copies(report: FilmReport) -> dict[str, list[str]]:
    """By format: the head, then a piece for each shot, empty where the format leaves it out."""
    if not report.shots:
        return {}
    return {"csv": _rows(export(report, "csv")), "edl": _events(report, export(report, "edl"))}


def _rows(text: str) -> list[str]:
    """A row may hold line breaks within quotes, so it takes a reader to part them."""
    pieces = []
    for row in csv.reader(io.StringIO(text, newline="")):
        piece = io.StringIO()
        csv.writer(piece, lineterminator="\n").writerow(row)
        pieces.append(piece.getvalue())
    return pieces


def _events(report: FilmReport, text: str) -> list[str]:
    """Events keep their place in the film, so that a selection lands where it was."""
    head, *events = _EVENT.split(text)
    by_shot = {int(found[1]): event for event in events if (found := _SHOT.search(event))}
    return [head, *(by_shot.get(record.shot.index + 1, "") for record in report.shots)]
