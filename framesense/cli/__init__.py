"""The command line: parse, call the library, print, exit. One file a command.

Exit codes are those of `framesense.errors`; see its tree.
"""

from __future__ import annotations

import os
import sys

import typer

from framesense import __version__
from framesense.cli import (
    analyze,
    assets,
    discover,
    doctor,
    evaluate,
    export,
    find,
    rate,
    report,
    train_classifier,
    train_rater,
)
from framesense.errors import FramesenseError

app = typer.Typer(
    name="framesense",
    help="Watches animated films and says, shot by shot, who and what is on screen.",
    epilog="Exit codes: 0 done, 1 failed, 2 wrong option, 3 bad input file, 4 cannot write, "
    "5 missing model file, 6 device or package missing, 7 some films failed, 130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(analyze.analyze)
app.command()(report.report)
app.command()(export.export)
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(assets.app, name="assets")
app.command()(discover.discover)
app.command()(find.find)
app.command()(train_classifier.train_classifier)
app.command()(train_rater.train_rater)
app.command()(rate.rate)
app.command()(doctor.doctor)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"framesense {__version__}")
        raise typer.Exit()


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version."
    ),
    debug: bool = typer.Option(False, "--debug", help="Show the traceback of an error."),
) -> None:
    pass


def main() -> None:
    """Run, and end with one clear line and the right exit code whatever happens."""
    arguments = [word for word in sys.argv[1:] if word != "--debug"]  # taken at any place
    debug = len(arguments) < len(sys.argv) - 1
    try:
        app(args=arguments)
    except FramesenseError as error:
        _fail(str(error), error.exit_code, debug)
    except BrokenPipeError:  # the reader of our output has gone, as in `… | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        _fail(f"unexpected {what}; run again with --debug and report it", 1, debug)


def _fail(message: str, code: int, debug: bool) -> None:
    if debug:
        raise
    typer.echo(f"error: {message}", err=True)
    sys.exit(code)
