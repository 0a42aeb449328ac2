"""From changes to shots with exact times."""

from __future__ import annotations

from collections import deque

from framesense.film.splitters.change import Change
from framesense.records import Frame, Pts, Shot, Span


class ShotLog:
    """Remembers when the last `keep` frames and the open shot began, and closes shots.

    Changes come in the order of their `at`, each within `keep` frames of the newest frame.
    """

    def __init__(self, *, keep: int) -> None:
        self._times: deque[tuple[Pts, float]] = deque(maxlen=keep)
        self._frames = 0
        self._index = 0
        self._start: tuple[int, Pts, float] = (0, 0, 0.0)
        self._change: Change | None = None
        self._span: Span | None = None

    def note(self, frame: Frame) -> None:
        """A frame has come."""
        if not self._frames:
            self._start = (0, frame.pts, frame.time_s)
        self._times.append((frame.pts, frame.time_s))
        self._frames += 1

    @property
    def open_since(self) -> int:
        """First frame of the shot that is still open."""
        return self._start[0]

    def close(self, change: Change) -> Shot:
        """End the open shot where the change's new shot begins."""
        pts, time_s = self._time(change.at)
        span = self._span_of(change, since=self.open_since)
        shot = self._shot(change.at, pts, time_s, ending=span)
        self._start = (change.at, pts, time_s)
        self._change = change
        self._span = span
        return shot

    def end(self, *, end_pts: Pts, end_s: float) -> list[Shot]:
        """End the film; a film without frames, or one that has ended already, has no last shot."""
        if not self._frames:
            return []
        shot = self._shot(self._frames, end_pts, end_s)
        self._times.clear()
        self._frames = 0
        return [shot]

    def _shot(
        self, end_frame: int, end_pts: Pts, end_s: float, *, ending: Span | None = None
    ) -> Shot:
        start_frame, start_pts, start_s = self._start
        shot = Shot(
            index=self._index,
            start_frame=start_frame,
            end_frame=end_frame,
            start_pts=start_pts,
            end_pts=end_pts,
            start_s=start_s,
            end_s=end_s,
            transition=self._change.kind if self._change else "start",
            transition_span=self._span,
            ending_span=ending,
        )
        self._index += 1
        return shot

    def _span_of(self, change: Change, *, since: int) -> Span | None:
        if not change.gradual:
            return None
        # The frame after the change gives its end; at the film's very end the last frame must do.
        first = max(change.first, since, self._frames - len(self._times))
        end = min(change.last + 1, self._frames - 1)
        return Span(first, end, self._time(first)[1], self._time(end)[1])

    def _time(self, ordinal: int) -> tuple[Pts, float]:
        return self._times[ordinal - (self._frames - len(self._times))]
