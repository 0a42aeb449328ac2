"""Reports for tests, made without a film."""

from __future__ import annotations

from fractions import Fraction

from framesense.config import Config
from framesense.records import (
    Box,
    FilmFacts,
    FilmReport,
    FilmTag,
    ModelFacts,
    Run,
    Sample,
    Shot,
    ShotRecord,
    Span,
    Tag,
    TagBox,
    Timings,
)
from framesense.report.document import SCHEMA, SCHEMA_VERSION


def report(
    lengths: tuple[int, ...] = (100, 1700, 200),
    *,
    fps: Fraction = Fraction(24),
    variable: bool = False,
    stretch: float = 1.0,
    label: str = "cat",
) -> FilmReport:
    """Shots of these lengths in frames; `stretch` makes time run slower than the frames say."""
    second = stretch / float(fps)
    shots = []
    start = 0
    for index, length in enumerate(lengths):
        end = start + length
        gradual = index == 1
        shot = Shot(
            index=index,
            start_frame=start,
            end_frame=end,
            start_pts=start,
            end_pts=end,
            start_s=start * second,
            end_s=end * second,
            transition="dissolve" if gradual else "cut" if index else "start",
            transition_span=Span(start - 5, start + 5, (start - 5) * second, (start + 5) * second)
            if gradual
            else None,
        )
        sample = Sample(start, start, start * second, 12.5)
        box = TagBox(start, start * second, 0.75, Box(0.1, 0.2, 0.3, 0.4))
        tag = Tag("object", label, 0.75, 1, 1, sample.time_s, sample.time_s, (box,))
        shots.append(ShotRecord(shot, (sample,), (tag,)))
        start = end
    duration_s = start * second
    return FilmReport(
        schema=SCHEMA,
        schema_version=SCHEMA_VERSION,
        film=FilmFacts(
            path="film & co.mp4",
            sha256="00" * 32,
            size_bytes=1000,
            container="mov",
            codec="h264",
            pixel_format="yuv420p",
            width=640,
            height=360,
            rotation_deg=0,
            fps=fps,
            time_base=1 / fps,
            duration_s=duration_s,
            frames_decoded=start,
            packets_corrupt=0,
            truncated=False,
            variable_frame_rate=variable,
        ),
        shots=tuple(shots),
        tags=(FilmTag("object", label, 0.75, len(shots), duration_s, 1.0),),
        run=Run(
            version="0",
            config=Config().as_dict(),
            models=(ModelFacts("detector", "none", None, "Apache-2.0"),),
            device="cpu",
            timings=Timings(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 24.0, 1.0),
        ),
    )
