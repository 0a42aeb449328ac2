"""`framesense evaluate`: how right each part is, measured against truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Measure a part against truth.", no_args_is_help=True)
