"""`framesense evaluate`: how right each part is, measured against truth. One file a part."""

from __future__ import annotations

import typer

from framesense.cli import evaluate_detector

app = typer.Typer(help="Measure a part against truth.", no_args_is_help=True)
app.command("detector")(evaluate_detector.evaluate_detector)


@app.callback()
def _group() -> None:
    """Measure a part against truth."""
