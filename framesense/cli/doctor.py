"""`framesense doctor`: what a bug report needs, and what will not work here."""

from __future__ import annotations

from typing import Annotated

import typer

_MARKS = {"fine": "  ", "note": "· ", "fault": "✗ "}


def doctor(
    offline: Annotated[
        bool, typer.Option("--offline", help="Say what fails without a network.")
    ] = False,
) -> None:
    """Show versions, devices, codecs and model files; exit 1 when something will not work."""
    from framesense.doctor import examine

    findings = examine(offline=offline)
    width = max(len(finding.topic) for finding in findings)
    for finding in findings:
        typer.echo(f"{_MARKS[finding.severity]}{finding.topic:<{width}}  {finding.value}")
        if finding.remedy:
            typer.echo(f"{'':<{width + 2}}  → {finding.remedy}")
    faults = sum(finding.severity == "fault" for finding in findings)
    if faults:
        typer.echo(f"{faults} of these will not work", err=True)
        raise typer.Exit(1)
