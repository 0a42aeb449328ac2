"""How a film looks: its shots taken together. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import get_args

import numpy as np

from framesense.config import LookConfig
from framesense.records import FilmLook, Scale, Share, ShotRecord, Spread
from framesense.vision.look.features import mise_en_scene
from framesense.vision.look.palette import joint_palette
from framesense.vision.look.tempo import tempo


def film_look(
    records: Sequence[ShotRecord], *, barcode: tuple[str, ...], config: LookConfig
) -> FilmLook | None:
    """Of a film's shots in order and its barcode; None where no shot has a look."""
    if not any(record.look for record in records):
        return None
    lengths = [record.shot.duration_s for record in records]
    looks = [record.look for record in records if record.look]
    colours = [look.colour for look in looks if look.colour]
    motions = [look.motion for look in looks if look.motion]
    cameras = [look.camera for look in looks if look.camera]
    drawings = [look.drawings for look in looks if look.drawings]
    palettes = [
        (record.look.colour.palette, record.shot.duration_s)
        for record in records
        if record.look and record.look.colour
    ]
    return FilmLook(
        average_shot_s=round(sum(lengths) / len(lengths), 3),
        median_shot_s=round(median(lengths), 3),
        tempo=tempo(records),
        palette=joint_palette(palettes, most=config.colours, apart=config.colours_apart),
        barcode=barcode,
        brightness=_spread(colour.brightness for colour in colours),
        contrast=_spread(colour.contrast for colour in colours),
        saturation=_spread(colour.saturation for colour in colours),
        warmth=_spread(colour.warmth for colour in colours),
        variance=_spread(colour.variance for colour in colours),
        lighting_key=_spread(colour.lighting_key for colour in colours),
        motion=_spread(motion.mean for motion in motions),
        subject_motion=_spread(motion.subject for motion in motions),
        shake=_spread(camera.shake for camera in cameras),
        repeated=_spread(drawing.repeated for drawing in drawings),
        moves=_moves(records),
        scales=_scales(records),
        mise_en_scene=mise_en_scene(records),
    )


def _spread(numbers: Iterable[float]) -> Spread:
    values = list(numbers)
    if not values:
        return Spread(0.0, 0.0)
    return Spread(round(float(np.mean(values)), 5), round(float(np.std(values)), 5))


def _moves(records: Sequence[ShotRecord]) -> tuple[Share, ...]:
    times: dict[str, float] = defaultdict(float)
    total = 0.0
    for record in records:
        if record.look and record.look.camera:
            total += record.shot.duration_s
            for move in record.look.camera.moves:
                times[move] += record.shot.duration_s
    return tuple(
        Share(move, round(min(1.0, seconds / total), 4))
        for move, seconds in sorted(times.items(), key=lambda item: (-item[1], item[0]))
        if total > 0
    )


def _scales(records: Sequence[ShotRecord]) -> tuple[Share, ...]:
    times: dict[str, float] = defaultdict(float)
    for record in records:
        if record.look and record.look.composition:
            times[record.look.composition.scale] += record.shot.duration_s
    total = sum(times.values())
    return tuple(
        Share(scale, round(times[scale] / total, 4))
        for scale in get_args(Scale)
        if scale in times and total > 0
    )
