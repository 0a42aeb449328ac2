"""Reports for tests of the page: one with everything in it, and their thumbnails."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from framesense.records import (
    Box,
    CameraLook,
    Caption,
    ColourLook,
    Composition,
    DrawingLook,
    FilmLook,
    FilmReport,
    FilmTag,
    Line,
    Look,
    MiseEnScene,
    MotionLook,
    Scene,
    Share,
    ShotRecord,
    Spread,
    Swatch,
    Tag,
    TagBox,
)
from framesense.report.thumbnails import write_thumbnail
from tests.factories import report

BLUE = Swatch("#3050a0", "dark blue", 0.6)
RED = Swatch("#b03020", "red", 0.4)


def full_report(shots: int = 6, *, length: int = 24, who: str = "fox") -> FilmReport:
    """Even shots are blue close-ups of a fox who speaks, odd ones red long shots of an owl."""
    plain = report((length,) * shots)
    records = tuple(full_shot(record, who) for record in plain.shots)
    even, odd = (shots + 1) // 2, shots // 2
    tags = (
        FilmTag("character", who, 0.9, even, float(even), even / shots),
        FilmTag("character", "owl", 0.8, odd, float(odd), odd / shots),
        FilmTag("object", "kite", 0.5, shots, float(shots), 1.0),
    )
    scenes = tuple(
        Scene(n, first, min(first + 3, shots), float(first), float(min(first + 3, shots)), "wood")
        for n, first in enumerate(range(0, shots, 3))
    )
    return replace(
        plain,
        shots=records,
        tags=tags,
        scenes=scenes,
        look=film_look(shots),
        synopsis=f"A film with a {who} and an owl.",
    )


def full_shot(record: ShotRecord, who: str) -> ShotRecord:
    even = record.shot.index % 2 == 0
    start = record.shot.start_s
    sample = record.samples[0]
    box = TagBox(sample.frame, sample.time_s, 0.9, Box(0.2, 0.1, 0.7, 0.9))
    name = who if even else "owl"
    swatches = (BLUE, RED) if even else (RED,)
    return replace(
        record,
        tags=(
            Tag("character", name, 0.9, 1, 1, start, start, (box,)),
            Tag("object", "kite", 0.5, 1, 1, start, start),
        ),
        lines=(Line(start, start + 0.5, f"Line {record.shot.index + 1}", name, language="en"),)
        if even
        else (),
        look=Look(
            ColourLook(swatches, 0.3 if even else 0.6, 0.4, 0.5, 0.1, 1.0, 0.1),
            MotionLook(0.01 * (record.shot.index + 1), 0.01, 0.01),
            CameraLook(("static",) if even else ("pan",), 0.1, 0.0, 0.0, 0.0, 0.0, 0.9),
            DrawingLook(0.5, 2),
            Composition("close-up" if even else "long", "centre", "middle", 1),
        ),
        caption=Caption(f"A shot of the {name}.", says="" if not even else "Line"),
    )


def film_look(shots: int) -> FilmLook:
    level = Spread(0.4, 0.1)
    return FilmLook(
        average_shot_s=1.0,
        median_shot_s=1.0,
        tempo=tuple(float(np.sin(n)) for n in range(shots)),
        palette=(BLUE, RED),
        barcode=("#3050a0", "#b03020") * 20,
        brightness=level,
        contrast=level,
        saturation=level,
        warmth=level,
        variance=level,
        lighting_key=level,
        motion=level,
        subject_motion=level,
        shake=level,
        repeated=level,
        moves=(Share("static", 0.5), Share("pan", 0.5)),
        scales=(Share("close-up", 0.5), Share("long", 0.5)),
        mise_en_scene=MiseEnScene(24.0, 1.0, 1.0, 0.1, 0.1, 0.1, shots),
    )


def with_thumbnails(made: FilmReport, folder: Path, *, pictures: int = 12) -> FilmReport:
    """The report with a picture for each shot in `folder`; the shots share so many in turn."""
    names = []
    for index in range(min(pictures, len(made.shots))):
        random = np.random.default_rng(index)
        coarse = random.integers(0, 256, (9, 16, 3), dtype=np.uint8)
        image = cv2.resize(coarse, (320, 180), interpolation=cv2.INTER_CUBIC)
        names.append(write_thumbnail(folder / "thumbnails", index, image, side=320))
    shots = tuple(
        replace(record, thumbnail=names[index % len(names)])
        for index, record in enumerate(made.shots)
    )
    return replace(made, shots=shots)
