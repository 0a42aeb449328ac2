"""Lanes and curves over the film's time, each as one SVG path however many shots there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

import numpy as np

from framesense.records import FilmReport, FilmTag, Scale, Scene, ShotRecord
from framesense.report.page import words
from framesense.report.page.colours import safe
from framesense.report.page.facets import SETTINGS, of_tag
from framesense.report.page.pictures import barcode_uri
from framesense.report.page.view import Block, Fact, Lane, Timeline

WIDTH, HEIGHT = 1000, 100  # of every lane's box; the page stretches it
_LEAST_WIDTH = 0.6  # so that a short shot of a long film can be seen
_MOST_WHO, _MOST_WHERE = 6, 4
_SCALES: tuple[Scale, ...] = get_args(Scale)
_TICKS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_MOST_TICKS = 12

Strip = tuple[float, float, float]  # start and end in seconds, height 0 to 1


class Axis:
    """Film time to horizontal place."""

    def __init__(self, shots: Sequence[ShotRecord]) -> None:
        self.start_s = shots[0].shot.start_s if shots else 0.0
        self.end_s = shots[-1].shot.end_s if shots else 0.0
        self._seconds = max(self.end_s - self.start_s, 1e-9)

    def x(self, time_s: float) -> float:
        inside = min(max(time_s, self.start_s), self.end_s)
        return (inside - self.start_s) / self._seconds * WIDTH

    def path(self, strips: Iterable[Strip]) -> str:
        """Filled rectangles that stand on the floor."""
        parts = []
        for start_s, end_s, height in strips:
            left = self.x(start_s)
            width = max(self.x(end_s) - left, _LEAST_WIDTH)
            top = HEIGHT * (1 - min(max(height, 0.0), 1.0))
            parts.append(f"M{left:.2f} {HEIGHT}V{top:.0f}h{width:.2f}V{HEIGHT}z")
        return "".join(parts)


def timeline(report: FilmReport) -> Timeline:
    axis = Axis(report.shots)
    barcode = [safe(colour) for colour in report.look.barcode] if report.look else []
    shot_starts = [axis.x(record.shot.start_s) for record in report.shots[1:]]
    lanes = (
        *_presence(report, _who(report), axis),
        *_presence(report, _top(report, SETTINGS)[:_MOST_WHERE], axis),
        *_dialogue(report, axis),
        *_scale(report, axis),
        *_motion(report, axis),
        *_pace(report, axis),
    )
    return Timeline(
        barcode=barcode_uri(barcode or _from_palettes(report)),
        cuts="".join(f"M{x:.2f} 0v{HEIGHT}" for x in shot_starts),
        ticks=_ticks(axis),
        scenes=tuple(_block(scene, axis) for scene in report.scenes),
        lanes=lanes,
    )


# ---- the lanes ----


def _who(report: FilmReport) -> list[FilmTag]:
    """Characters; where none are known, what is seen longest."""
    return (_top(report, ("character",)) or _top(report, ("object",)))[:_MOST_WHO]


def _top(report: FilmReport, kinds: Sequence[str]) -> list[FilmTag]:
    tags = [tag for tag in report.tags if tag.kind in kinds]
    return sorted(tags, key=lambda tag: (-tag.screen_time_s, tag.label))


def _presence(report: FilmReport, tags: Sequence[FilmTag], axis: Axis) -> Iterable[Lane]:
    shots: dict[tuple[str, str], list[Strip]] = {(tag.kind, tag.label): [] for tag in tags}
    for record in report.shots:
        for seen in {(tag.kind, tag.label) for tag in record.tags} & shots.keys():
            shots[seen].append((record.shot.start_s, record.shot.end_s, 1.0))
    for tag in tags:
        yield Lane(
            name=tag.label,
            path=axis.path(shots[tag.kind, tag.label]),
            told=f"{words.counted(tag.shots, 'shot')}, {words.percent(tag.share)} of the film",
            facet=of_tag(tag.kind, tag.label),
        )


def _dialogue(report: FilmReport, axis: Axis) -> Iterable[Lane]:
    lines = {
        (line.start_s, line.end_s, line.sound, line.text)
        for record in report.shots
        for line in record.lines
    }
    if lines:
        strips = sorted((start, end, 0.4 if sound else 1.0) for start, end, sound, _ in lines)
        yield Lane(
            "Dialogue", axis.path(strips), f"{words.counted(len(lines), 'line')}; low: sounds"
        )
        return
    speech = [
        (record.shot.start_s, record.shot.end_s, record.sound.speech_share)
        for record in report.shots
        if record.sound and record.sound.speech_share is not None
    ]
    if any(share for *_, share in speech):
        talk_s = sum((end - start) * share for start, end, share in speech)
        told = f"{words.short_clock(talk_s)} of speech heard; tall: all of the shot"
        yield Lane("Speech", axis.path(speech), told, "bars")


def _scale(report: FilmReport, axis: Axis) -> Iterable[Lane]:
    strips = [
        (
            record.shot.start_s,
            record.shot.end_s,
            1 - _SCALES.index(record.look.composition.scale) / len(_SCALES),
        )
        for record in report.shots
        if record.look and record.look.composition
    ]
    if strips:
        yield Lane("Scale", axis.path(strips), "tall: extreme close-up; low: extreme long", "bars")


def _motion(report: FilmReport, axis: Axis) -> Iterable[Lane]:
    measured = [
        (record.shot, record.look.motion.mean)
        for record in report.shots
        if record.look and record.look.motion
    ]
    most = float(np.percentile([mean for _, mean in measured], 98)) if measured else 0.0
    if most > 0:  # a few wild shots do not flatten the rest
        strips = [(shot.start_s, shot.end_s, mean / most) for shot, mean in measured]
        yield Lane("Motion", axis.path(strips), "tall: fast", "bars")


def _pace(report: FilmReport, axis: Axis) -> Iterable[Lane]:
    """The pacing curve; where it was not measured, shot lengths alone tell of the pace."""
    shots = [record.shot for record in report.shots]
    if len(shots) < 2:
        return
    if report.look and len(report.look.tempo) == len(shots):
        values = np.array(report.look.tempo)
        told = "pacing curve, from shot length and motion; high: fast"
    else:
        values = -np.log(np.maximum([shot.duration_s for shot in shots], 1e-3))
        told = "from shot lengths; high: short shots"
    low, high = float(values.min()), float(values.max())
    level = (values - low) / (high - low) if high > low else np.full(len(shots), 0.5)
    middles = [(axis.x(shot.start_s) + axis.x(shot.end_s)) / 2 for shot in shots]
    places = zip([0.0, *middles, float(WIDTH)], [level[0], *level, level[-1]], strict=True)
    line = "L".join(f"{x:.2f} {HEIGHT * (0.94 - 0.88 * y):.1f}" for x, y in places)
    yield Lane(
        "Pace", f"M0 {HEIGHT}L{line}L{WIDTH} {HEIGHT}z", told, style="curve", line=f"M{line}"
    )


# ---- what lies above the lanes ----


def _from_palettes(report: FilmReport) -> list[str]:
    """A barcode for want of one: the largest colour of the shot at each place."""
    shots = [record for record in report.shots if record.look and record.look.colour]
    if not shots:
        return []
    ends = [record.shot.end_s for record in shots]
    times = np.linspace(shots[0].shot.start_s, ends[-1], 400, endpoint=False)
    at = np.searchsorted(ends, times, side="right")
    palettes = [
        record.look.colour.palette for record in shots if record.look and record.look.colour
    ]
    return [safe(palettes[i][0].colour) if palettes[i] else "#808080" for i in at]


def _ticks(axis: Axis) -> tuple[Fact, ...]:
    seconds = axis.end_s - axis.start_s
    step = next((tick for tick in _TICKS_S if seconds / tick <= _MOST_TICKS), seconds / _MOST_TICKS)
    first = int(np.ceil(axis.start_s / step))
    times = [n * step for n in range(first, int(axis.end_s // step) + 1)]
    return tuple(Fact(words.short_clock(t), f"{axis.x(t) / WIDTH:.3%}") for t in times)


def _block(scene: Scene, axis: Axis) -> Block:
    left, right = axis.x(scene.start_s), axis.x(scene.end_s)
    told = [f"Scene {scene.index + 1}", scene.setting, ", ".join(scene.cast[:4])]
    told.append(f"{words.short_clock(scene.start_s)}–{words.short_clock(scene.end_s)}")
    return Block(
        number=scene.index + 1,
        told=" · ".join(part for part in told if part),
        facet=f"scene:{scene.index + 1}",
        left=round(left / WIDTH * 100, 3),
        width=round((right - left) / WIDTH * 100, 3),
    )
