"""Reports for spreadsheets, editors and players, by the name of the format."""

from __future__ import annotations

from framesense.errors import UsageError
from framesense.records import FilmReport

FORMATS = ("csv", "edl", "otio", "vtt")


def export(report: FilmReport, to: str) -> str:
    """The report as text in one of `FORMATS`. Raises UsageError for another."""
    if to == "csv":
        from framesense.report.exports.table import as_csv

        return as_csv(report)
    if to in ("edl", "otio"):
        from framesense.report.exports import timeline

        return timeline.as_edl(report) if to == "edl" else timeline.as_otio(report)
    if to == "vtt":
        from framesense.report.exports.captions import as_vtt

        return as_vtt(report)
    raise UsageError(f"unknown format: {to}", remedy=f"known: {', '.join(FORMATS)}")
