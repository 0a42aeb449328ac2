"""`framesense export`: a report for spreadsheets, editors and players."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    csv = "csv"
    edl = "edl"
    otio = "otio"
    vtt = "vtt"


def export(
    report: Annotated[
        Path, typer.Argument(metavar="REPORT", help="Made by `framesense analyze`.", readable=False)
    ],
    to: Annotated[Format, typer.Option("--to", help="What to make.")],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="File to write, or - for standard output."),
    ] = None,
) -> None:
    """Make a CSV table, an EDL or OTIO timeline, or VTT captions from a report."""
    from framesense.atomic import write_atomically
    from framesense.report import document
    from framesense.report.exports import export as exported

    text = exported(document.read(report), to.value)
    if str(out) == "-":
        typer.echo(text, nl=False)
        return
    path = out or report.with_suffix(f".{to.value}")
    write_atomically(path, text.encode())
    typer.echo(f"wrote {path}", err=True)
