"""Where shots begin: the plug point, and the splitters by name."""

from __future__ import annotations

from typing import Protocol

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
