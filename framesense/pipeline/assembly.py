"""All that is known of a shot, put together. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from framesense.config import Config
from framesense.dialogue import lines_of, sound_of, sound_tags
from framesense.meaning import caption
from framesense.pipeline.hearing import Heard
from framesense.records import Look, Sample, Shot, ShotRecord
from framesense.tagging import Observation, shot_tags
from framesense.vision.look import composition


@dataclass(frozen=True, slots=True)
class ClosedShot:
    """What the decoding side knows of a shot."""

    shot: Shot
    samples: tuple[Sample, ...]
    look: Look | None  # without its composition, which takes the models' boxes
    thumbnail: str | None


def shot_record(
    closed: ClosedShot, seen: Sequence[Observation], heard: Heard, config: Config
) -> ShotRecord:
    """The record of a shot, from its pictures, the models' answers and the film's sound."""
    shot, dialogue = closed.shot, config.dialogue
    lines = lines_of(shot, heard.lines, min_overlap_s=dialogue.min_overlap_s)
    tags = shot_tags(seen, config.tags) + sound_tags(shot, lines)
    look = replace(closed.look, composition=composition(tags)) if closed.look else None
    return ShotRecord(
        shot=shot,
        samples=closed.samples,
        tags=tags,
        thumbnail=closed.thumbnail,
        lines=lines,
        sound=sound_of(shot, heard.track, threshold=dialogue.speech_threshold),
        look=look,
        caption=caption(tags, look, lines),
    )
