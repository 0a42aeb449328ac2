"""The default splitter: four finders over one trail of small frames, and who gives way to whom."""

from __future__ import annotations

from framesense.config import SplitConfig
from framesense.film.splitters.change import Change
from framesense.film.splitters.cuts import CutFinder
from framesense.film.splitters.dissolves import DissolveFinder
from framesense.film.splitters.fades import FadeFinder
from framesense.film.splitters.shot_log import ShotLog
from framesense.film.splitters.trail import Trail
from framesense.film.splitters.wipes import WipeFinder
from framesense.records import Frame, ModelFacts, Pts, Shot

KEEP_FRAMES = 192  # of the trail: the lag, and the longest look back from its far end


class HybridSplitter:
    """Hard cuts by PySceneDetect with a second look; fades, dissolves and wipes by our own eyes.

    Every frame a finder speaks of is at most `lag_frames` old when it does, so a change is
    settled once it is that old: all that could speak against it has been said.
    """

    lag_frames = 72

    def __init__(self, config: SplitConfig) -> None:
        from importlib.metadata import version

        self.facts = ModelFacts(
            role="splitter",
            name=f"hybrid over scenedetect {version('scenedetect-headless')}",
            sha256=None,
            licence="BSD-3-Clause",
        )
        self._min_shot = config.min_shot_frames
        self._trail = Trail(keep=KEEP_FRAMES, flat=config.flat_range)
        self._cuts = CutFinder(
            adaptive_threshold=config.adaptive_threshold, min_content=config.min_content
        )
        self._graduals = (
            FadeFinder(max_flat=config.max_flat_frames),
            DissolveFinder(residual=config.dissolve_residual),
            WipeFinder(fit=config.wipe_fit),
        )
        self._log = ShotLog(keep=KEEP_FRAMES)
        self._pending: list[Change] = []

    def push(self, frame: Frame) -> list[Shot]:
        self._log.note(frame)
        image = self._trail.push(frame.small)
        self._pending += self._cuts.push(image, self._trail)
        for finder in self._graduals:
            self._pending += finder.push(self._trail)
        return self._settle(before=frame.ordinal - self.lag_frames + 2)

    def flush(self, *, end_pts: Pts, end_s: float) -> list[Shot]:
        self._pending += self._cuts.flush(self._trail)
        for finder in self._graduals:
            self._pending += finder.flush(self._trail)
        shots = self._settle(before=self._trail.end)
        return shots + self._log.end(end_pts=end_pts, end_s=end_s)

    def _settle(self, *, before: int) -> list[Shot]:
        """Close the shots at the changes older than `before` that stand."""
        if not self._pending or min(c.at for c in self._pending) >= before:
            return []
        self._pending = standing(self._pending)
        shots = [
            self._log.close(change)
            for change in self._pending
            if change.at < before
            and change.at - self._log.open_since >= (1 if change.gradual else self._min_shot)
        ]
        self._pending = [change for change in self._pending if change.at >= before]
        return shots


def standing(changes: list[Change]) -> list[Change]:
    """The changes in order, without those that speak of the same event as a stronger one.

    What goes through a flat picture explains all that happens on the way. A cut within a
    dissolve or a wipe speaks against it: a mix has no jump, an edge goes on steadily.
    """
    kept: list[Change] = []
    for change in sorted(changes, key=lambda c: (not c.through_flat, c.gradual, c.at)):
        if all(change.last < other.first or change.first > other.last for other in kept):
            kept.append(change)
    return sorted(kept, key=lambda c: c.at)
