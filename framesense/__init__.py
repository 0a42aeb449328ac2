"""framesense: watches animated films and says, shot by shot, who and what is on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from framesense.config import Config
    from framesense.pipeline import Analysis, analyze
    from framesense.records import FilmReport, ShotRecord

__all__ = ["Analysis", "Config", "FilmReport", "ShotRecord", "__version__", "analyze"]

__version__ = "0.1.0"

_HOMES = {
    "Analysis": "framesense.pipeline",
    "Config": "framesense.config",
    "FilmReport": "framesense.records",
    "ShotRecord": "framesense.records",
    "analyze": "framesense.pipeline",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for, and no more: `framesense --help` must not wait for numpy."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
