"""`framesense report`: a report as one HTML page to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    report: Annotated[
        Path, typer.Argument(metavar="REPORT", help="Made by `framesense analyze`.", readable=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="Page to write. Default: REPORT with .html for .json."),
    ] = None,
) -> None:
    """Make one HTML page of a report: everything inside, nothing asked of the network.

    Put it beside the film, and a click on a shot plays it. Thumbnails are shown where
    `framesense analyze --thumbnails` has made them.
    """
    from framesense.report import document, page

    path = out or report.with_suffix(".html")
    page.write(document.read(report), path, folder=report.parent)
    typer.echo(f"wrote {path}", err=True)
