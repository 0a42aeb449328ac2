"""Scenes in the film sense: consecutive shots of one place, cast and palette.

The method of overlapping links (Hanjalic, Lagendijk & Biemond 1999, "Automated High-Level Movie
Segmentation for Advanced Video-Retrieval Systems", IEEE Transactions on Circuits and Systems for
Video Technology 9(4)): a shot is linked to the farthest shot like it within a stretch of time; a
scene ends where no link passes over. So shots that alternate, as in a talk, stay together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np

from framesense.meaning.caption import SETTINGS
from framesense.records import LIVING, Scene, ShotRecord, Swatch

_WITHIN_S = 30.0  # from a shot's end to the start of one linked to it
_WITHIN_SHOTS = 20  # likewise
_ALIKE = 0.62  # likeness from which two shots are linked
_PALETTE_REACH = 38.0  # CIELAB units of earth mover's distance; a likeness of 1/e
_WEIGHTS = {"setting": 2.0, "cast": 1.0, "palette": 1.5}
_STRAY_S = 10.0  # a scene shorter than this may be a stray
_STRAY_SHOTS = 6  # of its neighbour that it is compared with
_LOOSELY_ALIKE = 0.48  # likeness from which a stray joins its neighbour
_GRADUAL = 0.75  # likeness is multiplied by so much for each fade, dissolve or wipe between


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
    spans = _without_strays(records, list(pairwise([*starts, len(records)])))
    return tuple(_scene(number, records, *span) for number, span in enumerate(spans))


def _without_strays(
    records: Sequence[ShotRecord], spans: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """A scene of a few seconds joins the neighbour it is more like, unless it is like neither."""
    kept: list[tuple[int, int]] = []
    for place, (first, end) in enumerate(spans):
        if kept and kept[-1][1] > first:  # joined by the stray before
            continue
        seconds = records[end - 1].shot.end_s - records[first].shot.start_s
        before = _nearness(records, (first, end), kept[-1] if kept else None)
        following = spans[place + 1] if place + 1 < len(spans) else None
        after = _nearness(records, (first, end), following)
        if seconds >= _STRAY_S or max(before, after) < _LOOSELY_ALIKE:
            kept.append((first, end))
        elif before >= after:
            kept[-1] = kept[-1][0], end
        elif following is not None:
            kept.append((first, following[1]))
    return kept


def _nearness(
    records: Sequence[ShotRecord], span: tuple[int, int], other: tuple[int, int] | None
) -> float:
    """Of the likest two shots of a short scene and of those of its neighbour nearest to it."""
    if other is None:
        return 0.0
    near = range(*other)[-_STRAY_SHOTS:] if other[0] < span[0] else range(*other)[:_STRAY_SHOTS]
    pairs = [(records[a], records[b]) for a in range(*span) for b in near]
    return max(0.0 if _elsewhere(a, b) else likeness(a, b) for a, b in pairs)


def _elsewhere(a: ShotRecord, b: ShotRecord) -> bool:
    """Both play in known places, and in different ones."""
    one, other = _labels(a, SETTINGS), _labels(b, SETTINGS)
    return bool(one and other) and not one & other


def likeness(a: ShotRecord, b: ShotRecord) -> float:
    """0 to 1: the weighted mean over what is known: same setting (shared labels over all labels,
    Jaccard; 1/2 where only one shot's is known), same cast (likewise), like palette (exp of minus
    the earth mover's distance in CIELAB over 38; Rubner, Tomasi & Guibas 2000). 0 where nothing is
    known.
    """
    parts: dict[str, float] = {}
    for name, one, other in (
        ("setting", _labels(a, SETTINGS), _labels(b, SETTINGS)),
        ("cast", _cast(a), _cast(b)),
    ):
        if one and other:
            parts[name] = len(one & other) / len(one | other)
        elif one or other:
            parts[name] = 0.5
    if a.look and b.look and a.look.colour and b.look.colour:
        distance = _palette_distance(a.look.colour.palette, b.look.colour.palette)
        parts["palette"] = float(np.exp(-distance / _PALETTE_REACH))
    weight = sum(_WEIGHTS[name] for name in parts)
    return sum(_WEIGHTS[name] * part for name, part in parts.items()) / weight if parts else 0.0


def _link(records: Sequence[ShotRecord], index: int) -> int:
    """The farthest shot linked to this one; itself where there is none."""
    end_s = records[index].shot.end_s
    last = index
    for following in range(index + 1, min(len(records), index + 1 + _WITHIN_SHOTS)):
        if records[following].shot.start_s - end_s > _WITHIN_S:
            break
        last = following
    changes = sum(_is_gradual(records[n]) for n in range(index + 1, last + 1))
    for other in range(last, index, -1):
        if likeness(records[index], records[other]) * _GRADUAL**changes >= _ALIKE:
            return other
        changes -= _is_gradual(records[other])
    return index


def _is_gradual(record: ShotRecord) -> bool:
    return record.shot.transition in ("fade", "dissolve", "wipe")


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


def _palette_distance(a: tuple[Swatch, ...], b: tuple[Swatch, ...]) -> float:
    """Earth mover's distance between two palettes, CIELAB units."""
    return float(cv2.EMD(_signature(a), _signature(b), cv2.DIST_L2)[0])


@lru_cache(maxsize=256)
def _signature(palette: tuple[Swatch, ...]) -> np.ndarray:
    """A row of weight and L*, a*, b* for each colour, float32, (n, 4)."""
    rgb = np.array([list(bytes.fromhex(s.colour[1:])) for s in palette], np.float32) / 255
    lab = cv2.cvtColor(rgb[None], cv2.COLOR_RGB2Lab)[0]
    shares = np.array([[swatch.share] for swatch in palette], np.float32)
    return np.hstack([shares / shares.sum(), lab]).astype(np.float32)
