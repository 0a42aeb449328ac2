"""Which frames stand for a shot.

`choose` is the rule, and pure. `Sampler` feeds it while the film runs by, holding only a bounded
number of candidates: the sharpest frame of each small window, in windows that double as the open
shot grows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2

from framesense.config import SamplingConfig
from framesense.records import Frame, Image, Picture, Sample, SampledFrame, Shot

_WINDOW_FRAMES = 3  # any shot of 5 frames or more holds a whole window
_CANDIDATES_PER_SAMPLE = 4
_ALIKE_LEVELS = 8.0  # mean absolute difference, 0 to 255


def sharpness(small: Image) -> float:
    """Variance of the Laplacian of the grey image (Pech-Pacheco et al., ICPR 2000); >= 0."""
    edges = cv2.Laplacian(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), cv2.CV_16S)
    return float(cv2.meanStdDev(edges)[1][0, 0]) ** 2


def choose(shot: Shot, candidates: Sequence[Sample], config: SamplingConfig) -> list[Sample]:
    """The samples of a shot, in order of time; at least one if there is any candidate in it.

    The shot, less a margin at both ends and its gradual transitions, is cut into equal parts, one
    for every `every_s` seconds; for each the sharpest candidate within `window_s` of the part's
    middle is taken, or else the one nearest to it.
    """
    inside = [sample for sample in candidates if shot.start_frame <= sample.frame < shot.end_frame]
    start_s, end_s = _clear_span(shot, config.margin_s)
    clear = [sample for sample in inside if start_s <= sample.time_s <= end_s]
    if not clear:
        middle_s = (start_s + end_s) / 2
        return sorted(inside, key=lambda sample: abs(sample.time_s - middle_s))[:1]
    parts = min(config.max_per_shot, max(1, round((end_s - start_s) / config.every_s)))
    chosen: dict[int, Sample] = {}
    for part in range(parts):
        wanted_s = start_s + (part + 0.5) * (end_s - start_s) / parts
        sample = _best_near(wanted_s, clear, config.window_s)
        chosen[sample.frame] = sample
    return [chosen[frame] for frame in sorted(chosen)]


def _clear_span(shot: Shot, margin_s: float) -> tuple[float, float]:
    """Seconds between which a frame shows this shot alone; never empty for a long enough shot."""
    start_s, end_s = shot.start_s, shot.end_s
    if shot.transition_span is not None:
        start_s = max(start_s, shot.transition_span.end_s)
    if shot.ending_span is not None:
        end_s = min(end_s, shot.ending_span.start_s)
    if start_s > end_s:
        start_s, end_s = shot.start_s, shot.end_s
    margin_s = min(margin_s, (end_s - start_s) / 4)
    return start_s + margin_s, end_s - margin_s


def _best_near(wanted_s: float, clear: list[Sample], window_s: float) -> Sample:
    near = [sample for sample in clear if abs(sample.time_s - wanted_s) <= window_s]
    if near:
        return max(near, key=lambda sample: (sample.sharpness, -sample.frame))
    return min(clear, key=lambda sample: abs(sample.time_s - wanted_s))


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    sample: Sample
    picture: Picture
    window: int  # frames it was the sharpest of


class Sampler:
    """Keeps candidates as frames pass, and hands out the chosen ones when a shot closes."""

    def __init__(self, config: SamplingConfig, *, lag_frames: int) -> None:
        self._config = config
        self._lag_frames = lag_frames
        self._limit = _CANDIDATES_PER_SAMPLE * config.max_per_shot
        self._held: list[_Candidate] = []
        self._window = _WINDOW_FRAMES  # frames that a candidate of the open shot may stand for
        self._glance: Image | None = None  # of the frame before

    def push(self, frame: Frame) -> None:
        sample = Sample(frame.ordinal, frame.pts, frame.time_s, round(sharpness(frame.small), 3))
        candidate = _Candidate(sample, frame.picture, 1)
        glance = frame.small[::4, ::4]
        if frame.ordinal % _WINDOW_FRAMES and self._held and _alike(glance, self._glance):
            self._held[-1] = _sharper(self._held[-1], candidate)
        else:
            self._held.append(candidate)
            self._thin(frame.ordinal - self._lag_frames)
        self._glance = glance

    def close(self, shot: Shot) -> list[SampledFrame]:
        """The chosen frames of a shot, full size; candidates up to its end are let go."""
        samples = choose(shot, [held.sample for held in self._held], self._config)
        pictures = {held.sample.frame: held.picture for held in self._held}
        self._held = [held for held in self._held if held.sample.frame >= shot.end_frame]
        self._window = _WINDOW_FRAMES
        side = self._config.max_side
        return [SampledFrame(item, pictures[item.frame].bgr(max_side=side)) for item in samples]

    def _thin(self, before: int) -> None:
        """Where too many lie surely in the open shot, let the sharper of neighbours stand for both,
        over windows that double as often as need be.
        """
        settled = [held for held in self._held if held.sample.frame < before]
        latest = self._held[len(settled) :]
        while len(settled) > self._limit:
            merged = _merged(settled, self._window)
            if len(merged) > self._limit:
                self._window *= 2
            settled = merged
        self._held = settled + latest


def _merged(settled: list[_Candidate], window: int) -> list[_Candidate]:
    merged: list[_Candidate] = []
    for held in settled:
        if merged and merged[-1].window + held.window <= window:
            merged[-1] = _sharper(merged[-1], held)
        else:
            merged.append(held)
    return merged


def _alike(glance: Image, before: Image | None) -> bool:
    """Frames that differ this much may lie on both sides of a cut, and are no rivals."""
    return before is not None and float(cv2.absdiff(glance, before).mean()) < _ALIKE_LEVELS


def _sharper(a: _Candidate, b: _Candidate) -> _Candidate:
    best = a if a.sample.sharpness >= b.sample.sharpness else b
    return _Candidate(best.sample, best.picture, a.window + b.window)
