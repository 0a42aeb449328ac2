"""Reports of older schema versions, step by step up to the current one.

Each step is a pure function on decoded JSON. To change the schema: raise `SCHEMA_VERSION`, add the
step from the old version here, and keep an old report as a test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from framesense.errors import ReportError

Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    to: str
    change: Callable[[Plain], Plain]


STEPS: dict[str, Step] = {}  # by the version they start from; 1.0 is the first


def upgraded(report: Plain, *, to: str, where: str) -> Plain:
    """The report as version `to`. Raises ReportError where no steps lead there."""
    version = report.get("schema_version")
    while version != to:
        step = STEPS.get(str(version))
        if step is None:
            raise ReportError(
                f"{where}: report of schema version {version}, this framesense reads {to}",
                remedy="update framesense, or analyze the film again",
            )
        try:
            report = step.change(report) | {"schema_version": step.to}
        except (KeyError, TypeError, AttributeError) as error:
            raise ReportError(f"{where}: damaged report", remedy="analyze again") from error
        version = step.to
    return report
