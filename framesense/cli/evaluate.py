"""`framesense evaluate`: how right each part is, measured against truth. One file a part."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from framesense.cli import evaluate_characters, evaluate_detector, evaluate_rater

app = typer.Typer(help="Measure a part against truth.", no_args_is_help=True)
app.command("characters")(evaluate_characters.evaluate_characters)
app.command("detector")(evaluate_detector.evaluate_detector)
app.command("rater")(evaluate_rater.evaluate_rater)


@app.command()
def shots(
    film: Annotated[Path, typer.Argument(help="The film.", readable=False)],
    truth: Annotated[
        Path, typer.Argument(help="Its boundaries.csv, as samples/README.md tells.", readable=False)
    ],
    config: Annotated[
        str | None, typer.Option("-c", "--config", help="Preset or TOML file.")
    ] = None,
    splitter: Annotated[str | None, typer.Option(help="As in analyze.")] = None,
) -> None:
    """Grade where shots begin: precision, recall and F1, misses and false alarms."""
    from framesense import config as settings
    from framesense.cli.evaluate_shots import evaluate_shots

    evaluate_shots(film, truth, config=settings.load(config).changed("split", splitter=splitter))
