"""A shot in words: scale, who, doing what, where, camera, colours and light, what is said.

Put together from the shot's tags, look and lines by fixed patterns, so the same shot always reads
the same. What is not known is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

from framesense.meaning.english import listed, noun, place, sentence, someone
from framesense.records import (
    LIVING,
    Box,
    CameraLook,
    Caption,
    ColourLook,
    Line,
    Look,
    MotionLook,
    Swatch,
    Tag,
)

SETTINGS = ("scene", "setting", "place")
"""Kinds of tags that say where a shot plays."""

_MOST_WHO = 4
_MOST_THINGS = 3
_MOST_COLOURS = 3
_MOST_SAID = 90  # characters
_SAME_BOX = 0.5  # intersection over union, from which two boxes are of one subject
_BLACK = "black"
_SPEEDS = ((0.006, ""), (0.04, "moving a little"), (0.12, "moving"))  # diagonals per second
_SCALES = {
    "extreme close-up": "Extreme close-up",
    "close-up": "Close-up",
    "medium": "Medium shot",
    "full": "Full shot",
    "long": "Long shot",
    "extreme long": "Extreme long shot",
}


def caption(tags: Sequence[Tag], look: Look | None = None, lines: Sequence[Line] = ()) -> Caption:
    """Of one shot; `lines` are those said or heard in it, in order."""
    look = look or Look()
    colours = look.colour.palette if look.colour else ()
    light = _light(look.colour)
    parts = Caption(
        text="",
        scale=look.composition.scale if look.composition else "",
        who=_who(tags),
        things=_things(tags),
        doing=_doing(look.motion),
        where=_where(tags),
        camera=_camera(look.camera),
        colours=_colours(colours) if light != _BLACK else (),
        light=light,
        says=_says(lines),
    )
    return Caption(
        text=_text(parts),
        scale=parts.scale,
        who=parts.who,
        things=parts.things,
        doing=parts.doing,
        where=parts.where,
        camera=parts.camera,
        colours=parts.colours,
        light=parts.light,
        says=parts.says,
    )


def _text(parts: Caption) -> str:
    """Close-up of Popeye, moving, in the workshop. The camera pans right. Dark light; …"""
    seen = _seen(parts)
    light = "; ".join(part for part in (parts.light, listed(parts.colours)) if part)
    said = f"“{parts.says}”" if parts.says else ""
    sentences = [sentence(part) for part in (seen, parts.camera, light) if part]
    return " ".join([*sentences, said]).strip()


def _seen(parts: Caption) -> str:
    where = f" {parts.where}" if parts.where else ""
    things = listed(parts.things)
    if parts.who:
        doing = f", {parts.doing}" if parts.doing else ""
        beside = f", with {things}" if things else ""
        comma = "," if (doing or beside) and where else ""
        scale = f"{_SCALES[parts.scale]} of " if parts.scale else ""
        return f"{scale}{listed(parts.who)}{beside}{doing}{comma}{where}"
    if things:
        return f"{things}{where}"
    if where:
        return f"nobody is seen{where}"
    return ""


def _who(tags: Sequence[Tag]) -> tuple[str, ...]:
    """The characters, or else the living things."""
    characters = _surest([tag for tag in tags if tag.kind == "character"])
    if characters:  # a fox may be seen as a dog too: who has a name is not told twice
        return tuple(someone(tag.label) for tag in characters[:_MOST_WHO])
    living = _surest([t for t in tags if t.kind == "object" and t.label.lower() in LIVING])
    return tuple(noun(tag.label, _count(tag)) for tag in living[:_MOST_WHO])


def _things(tags: Sequence[Tag]) -> tuple[str, ...]:
    characters = [(item.frame, item.box) for t in tags if t.kind == "character" for item in t.boxes]
    things = [
        tag
        for tag in tags
        if tag.kind == "object"
        and tag.label.lower() not in LIVING
        and not _explained(tag, characters)
    ]
    return tuple(noun(tag.label, _count(tag)) for tag in _surest(things)[:_MOST_THINGS])


def _explained(tag: Tag, characters: Sequence[tuple[int, Box]]) -> bool:
    """Whether most of its boxes are those of somebody who has a name: a kite that is an owl."""
    same = sum(
        any(frame == item.frame and box.overlap(item.box) >= _SAME_BOX for frame, box in characters)
        for item in tag.boxes
    )
    return 2 * same > len(tag.boxes)


def _surest(tags: Sequence[Tag]) -> list[Tag]:
    return sorted(tags, key=lambda tag: (-tag.support * tag.score, tag.label))


def _count(tag: Tag) -> int:
    """How many at once, in the typical sample that shows any."""
    frames = Counter(box.frame for box in tag.boxes)
    return max(1, int(median(frames.values()))) if frames else 1


def _where(tags: Sequence[Tag]) -> str:
    settings = _surest([tag for tag in tags if tag.kind in SETTINGS])
    return place(settings[0].label) if settings else ""


def _doing(motion: MotionLook | None) -> str:
    """By how fast the subjects move, the camera's own motion left out."""
    if motion is None:
        return ""
    return next((word for up_to, word in _SPEEDS if motion.subject < up_to), "moving fast")


def _camera(camera: CameraLook | None) -> str:
    """the camera pans right and zooms in"""
    if camera is None or camera.moves == ("static",):
        return ""
    words = {
        "pan": f"pans {'right' if camera.pan >= 0 else 'left'}",
        "tilt": f"tilts {'up' if camera.tilt >= 0 else 'down'}",
        "zoom": f"zooms {'in' if camera.zoom >= 0 else 'out'}",
        "roll": f"rolls {'clockwise' if camera.roll >= 0 else 'anticlockwise'}",
        "shake": "shakes",
    }
    return f"the camera {listed([words[move] for move in camera.moves if move in words])}"


def _colours(palette: Sequence[Swatch]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(swatch.name for swatch in palette))[:_MOST_COLOURS]


def _light(colour: ColourLook | None) -> str:
    """dark, cool light; the bounds were set by eye on films"""
    if colour is None:
        return ""
    if colour.brightness < 0.02:
        return _BLACK
    words = []
    if colour.brightness < 0.3:
        words.append("dark")
    elif colour.brightness > 0.7:
        words.append("bright")
    if colour.saturation > 0.1:
        if colour.warmth > 0:
            words.append("warm")
        elif colour.warmth < -0.75:
            words.append("cool")
    return f"{', '.join(words)} light" if words else ""


def _says(lines: Sequence[Line]) -> str:
    """What is said first, cut at a word."""
    said = next((line for line in lines if not line.sound and line.text.strip()), None)
    if said is None:
        return ""
    text = " ".join(said.text.split())
    if len(text) <= _MOST_SAID:
        return text
    cut = text[:_MOST_SAID].rpartition(" ")[0] or text[:_MOST_SAID]
    return f"{cut.rstrip(',;:.')} …"
