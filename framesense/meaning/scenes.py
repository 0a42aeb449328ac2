"""Scenes in the film sense: consecutive shots of one place, cast and palette.

The method of overlapping links (Hanjalic, Lagendijk & Biemond 1999, "Automated High-Level Movie
Segmentation for Advanced Video-Retrieval Systems", IEEE Transactions on Circuits and Systems for
Video Technology 9(4)): a shot is linked to the farthest shot like it within a stretch of time; a
scene ends where no link passes over. So shots that alternate, as in a talk, stay together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import cv2
import numpy as np

from framesense.meaning.caption import SETTINGS
from framesense.records import LIVING, Scene, ShotRecord, Swatch

_WITHIN_S = 30.0  # from a shot's end to the start of one linked to it
_ALIKE = 0.62  # likeness from which two shots are linked
_PALETTE_REACH = 40.0  # CIELAB units of earth mover's distance; a likeness of 1/e
_WEIGHTS = {"setting": 2.0, "cast": 1.0, "palette": 1.5}
_FADE = 0.75  # likeness is multiplied by so much for each fade between: films end scenes so


def scenes(records: Sequence[ShotRecord]) -> tuple[Scene, ...]:
    """Of a film's shots in order; they cover it, each shot in one."""
    if not records:
        return ()
    starts = [0]
    reach = 0  # the farthest shot that a link from here or before leads to
    for index in range(len(records)):
        if index > reach:
            starts.append(index)
        reach = max(reach, _link(records, index))
    ends = [*starts[1:], len(records)]
    return tuple(
        _scene(number, records, first, end)
        for number, (first, end) in enumerate(zip(starts, ends, strict=True))
    )


def likeness(a: ShotRecord, b: ShotRecord) -> float:
    """0 to 1: the weighted mean over what is known of both: same setting (shared labels over all
    labels, Jaccard), same cast (likewise), like palette (exp of minus the earth mover's distance
    in CIELAB over 40; Rubner, Tomasi & Guibas 2000). 0 where nothing is known.
    """
    parts: dict[str, float] = {}
    for name, one, other in (
        ("setting", _labels(a, SETTINGS), _labels(b, SETTINGS)),
        ("cast", _cast(a), _cast(b)),
    ):
        if one and other:
            parts[name] = len(one & other) / len(one | other)
    if a.look and b.look and a.look.colour and b.look.colour:
        distance = _palette_distance(a.look.colour.palette, b.look.colour.palette)
        parts["palette"] = float(np.exp(-distance / _PALETTE_REACH))
    weight = sum(_WEIGHTS[name] for name in parts)
    return sum(_WEIGHTS[name] * part for name, part in parts.items()) / weight if parts else 0.0


def _link(records: Sequence[ShotRecord], index: int) -> int:
    """The farthest shot linked to this one; itself where there is none."""
    end_s = records[index].shot.end_s
    last = index
    while last + 1 < len(records) and records[last + 1].shot.start_s - end_s <= _WITHIN_S:
        last += 1
    fades = sum(records[n].shot.transition == "fade" for n in range(index + 1, last + 1))
    for other in range(last, index, -1):
        if likeness(records[index], records[other]) * _FADE**fades >= _ALIKE:
            return other
        fades -= records[other].shot.transition == "fade"
    return index


def _scene(number: int, records: Sequence[ShotRecord], first: int, end: int) -> Scene:
    members = records[first:end]
    settings = _by_time(members, SETTINGS)
    cast = _by_time(members, ("character",)) or [
        label for label in _by_time(members, ("object",)) if label.lower() in LIVING
    ]
    return Scene(
        index=number,
        first_shot=first,
        end_shot=end,
        start_s=members[0].shot.start_s,
        end_s=members[-1].shot.end_s,
        setting=settings[0] if settings else "",
        cast=tuple(cast),
    )


def _by_time(records: Sequence[ShotRecord], kinds: Sequence[str]) -> list[str]:
    """Labels, longest on screen first."""
    times: dict[str, float] = defaultdict(float)
    for record in records:
        for tag in record.tags:
            if tag.kind in kinds:
                times[tag.label] += record.shot.duration_s * tag.support
    return sorted(times, key=lambda label: (-times[label], label))


def _labels(record: ShotRecord, kinds: Sequence[str]) -> set[str]:
    return {tag.label for tag in record.tags if tag.kind in kinds}


def _cast(record: ShotRecord) -> set[str]:
    living = {label for label in _labels(record, ("object",)) if label.lower() in LIVING}
    return _labels(record, ("character",)) or living


def _palette_distance(a: Sequence[Swatch], b: Sequence[Swatch]) -> float:
    """Earth mover's distance between two palettes, CIELAB units."""
    return float(cv2.EMD(_signature(a), _signature(b), cv2.DIST_L2)[0])


def _signature(palette: Sequence[Swatch]) -> np.ndarray:
    """A row of weight and L*, a*, b* for each colour, float32, (n, 4)."""
    rgb = np.array([list(bytes.fromhex(s.colour[1:])) for s in palette], np.float32) / 255
    lab = cv2.cvtColor(rgb[None], cv2.COLOR_RGB2Lab)[0]
    shares = np.array([[swatch.share] for swatch in palette], np.float32)
    return np.hstack([shares / shares.sum(), lab]).astype(np.float32)
