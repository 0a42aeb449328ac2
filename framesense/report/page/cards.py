"""A shot as a card: its picture with boxes, times, words, tags and colours."""

from __future__ import annotations

from collections.abc import Sequence

from framesense.records import ShotRecord, Swatch
from framesense.report.page import words
from framesense.report.page.colours import safe
from framesense.report.page.facets import READ
from framesense.report.page.pictures import Pictures
from framesense.report.page.view import BoxMark, Card, Colour, LineMark, TagMark


def card(record: ShotRecord, pictures: Pictures) -> Card:
    shot, look = record.shot, record.look
    return Card(
        number=shot.index + 1,
        start=words.clock(shot.start_s),
        end=words.clock(shot.end_s),
        length=f"{shot.duration_s:.1f} s",
        begins="" if shot.transition in ("start", "cut") else shot.transition,
        picture=pictures.uri(shot.index),
        boxes=tuple(_boxes(record)),
        caption=_caption(record),
        lines=tuple(
            LineMark(line.text, line.speaker, line.sound, line.language, words.clock(line.start_s))
            for line in record.lines
        ),
        written=tuple(dict.fromkeys(tag.label for tag in record.tags if tag.kind == READ)),
        tags=tuple(_marks(record)),
        palette=palette(look.colour.palette) if look and look.colour else (),
        look=tuple(_look_words(record)),
    )


def _marks(record: ShotRecord) -> list[TagMark]:
    """Without what was read in the picture, and sounds that stand among the lines."""
    told = {line.text for line in record.lines if line.sound}
    return [
        TagMark(tag.kind, tag.label, f"{tag.score:.0%}")
        for tag in record.tags
        if tag.kind != READ and not (tag.kind == "sound" and tag.label in told)
    ]


def pictured_frame(record: ShotRecord) -> int | None:
    """The frame of the thumbnail: it is made of the middle sample."""
    samples = record.samples
    return samples[len(samples) // 2].frame if samples else None


def _boxes(record: ShotRecord) -> list[BoxMark]:
    frame = pictured_frame(record)
    return [
        BoxMark(
            tag.label,
            round(box.box.x1 * 100, 2),
            round(box.box.y1 * 100, 2),
            round((box.box.x2 - box.box.x1) * 100, 2),
            round((box.box.y2 - box.box.y1) * 100, 2),
        )
        for tag in record.tags
        if tag.kind != READ
        for box in tag.boxes
        if box.frame == frame
    ]


def _caption(record: ShotRecord) -> str:
    """Without what is said: the lines stand below it."""
    if record.caption is None:
        return ""
    text = record.caption.text
    said = f"“{record.caption.says}”"
    return text.removesuffix(said).rstrip() if record.lines and record.caption.says else text


def _look_words(record: ShotRecord) -> list[str]:
    look = record.look
    if look is None:
        return []
    told: list[str] = [look.composition.scale] if look.composition else []
    if look.camera:
        told += [move for move in look.camera.moves if move != "static"]
    if look.drawings and look.drawings.held_frames > 1:
        told.append(f"held {look.drawings.held_frames} frames")
    return told


def palette(swatches: Sequence[Swatch]) -> tuple[Colour, ...]:
    return tuple(Colour(safe(swatch.colour), swatch.name, swatch.share) for swatch in swatches)
