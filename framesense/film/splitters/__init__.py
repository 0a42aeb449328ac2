"""Where shots begin: the plug point, and the splitters by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from framesense.config import SplitConfig
from framesense.errors import UsageError
from framesense.records import Frame, ModelFacts, Shot


class ShotSplitter(Protocol):
    """Turns a film's frames, one by one and in order, into contiguous shots."""

    lag_frames: int
    """At most so many frames go by between a shot's last frame and the push that returns it."""

    facts: ModelFacts
    """What the report says of this splitter."""

    def push(self, frame: Frame) -> list[Shot]:
        """Take the next frame; give back the shots that are now closed, in order."""

    def flush(self, *, end_pts: int, end_s: float) -> list[Shot]:
        """The film has ended, its last frame at `end_pts`: give back the shots still open."""


def make(config: SplitConfig) -> ShotSplitter:
    """A fresh splitter, for one film, by the name in the config.

    Raises UsageError for an unknown name, DeviceError where its optional package is missing.
    """
    try:
        load = SPLITTERS[config.splitter]
    except KeyError:
        raise UsageError(
            f"unknown splitter: {config.splitter}", remedy=f"known: {', '.join(SPLITTERS)}"
        ) from None
    return load(config)


def _hybrid(config: SplitConfig) -> ShotSplitter:
    from framesense.film.splitters.hybrid import HybridSplitter

    return HybridSplitter(config)


def _plain(detector: str) -> Callable[[SplitConfig], ShotSplitter]:
    def load(_config: SplitConfig) -> ShotSplitter:
        from framesense.film.splitters.pyscenedetect import PySceneDetectSplitter

        return PySceneDetectSplitter(detector)

    return load


def _transnetv2(config: SplitConfig) -> ShotSplitter:
    from framesense.film.splitters.transnetv2 import TransNetV2Splitter

    return TransNetV2Splitter(threshold=config.transnetv2_threshold)


SPLITTERS: dict[str, Callable[[SplitConfig], ShotSplitter]] = {
    "hybrid": _hybrid,
    "adaptive": _plain("AdaptiveDetector"),
    "content": _plain("ContentDetector"),
    "histogram": _plain("HistogramDetector"),
    "hash": _plain("HashDetector"),
    "transnetv2": _transnetv2,
}
"""Name -> loader; what a loader needs is imported when it is called."""
