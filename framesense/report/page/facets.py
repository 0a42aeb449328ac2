"""What shots can be filtered by. A facet is a word such as `tag:object:bird` or `scale:medium`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import get_args

from framesense.records import CameraMove, FilmReport, Scale, Scene, ShotRecord
from framesense.report.page import words
from framesense.report.page.colours import FAMILIES, families
from framesense.report.page.view import Choice, Facet

SETTINGS = ("scene", "setting", "place")
"""Kinds of tags that say where a shot plays."""

READ = "text"
"""The kind of tags that were read in the picture: found by searching, not by choosing."""

_KINDS = {"character": "Character", "object": "Object", "sound": "Sound", "card": "Title card"}
_CHOSEN_FIRST = ("character", "object", *SETTINGS, "sound")


def of_tag(kind: str, label: str) -> str:
    return f"tag:{kind}:{label}"


def of_shot(record: ShotRecord, scene: Scene | None) -> list[str]:
    """All facets of a shot, each once."""
    found = [of_tag(tag.kind, tag.label) for tag in record.tags if tag.kind != READ]
    if scene:
        found.append(f"scene:{scene.index + 1}")
    if look := record.look:
        if look.composition:
            found.append(f"scale:{look.composition.scale}")
        if look.camera:
            found += [f"move:{move}" for move in look.camera.moves]
        if look.colour:
            found += [f"colour:{family}" for family in families(look.colour.palette)]
    if any(not line.sound for line in record.lines):
        found.append("said:yes")
    elif record.lines:
        found.append("said:sounds")
    return list(dict.fromkeys(found))


def facets(report: FilmReport, of_shots: Sequence[Sequence[str]]) -> tuple[Facet, ...]:
    """What may be chosen, with the number of shots; only what the film has."""
    counts = Counter(facet for found in of_shots for facet in found)
    kinds = sorted(
        {tag.kind for tag in report.tags if tag.kind != READ},
        key=lambda kind: (*(kind != first for first in _CHOSEN_FIRST), kind),
    )
    offered = [
        *(Facet(_kind_name(kind), _tags(report, kind, counts)) for kind in kinds),
        Facet("Scale", _fixed("scale", get_args(Scale), counts)),
        Facet("Camera", _fixed("move", get_args(CameraMove), counts)),
        Facet("Dialogue", _dialogue(counts)),
        Facet("Scene", tuple(_scene(scene) for scene in report.scenes if len(report.scenes) > 1)),
    ]
    return tuple(facet for facet in offered if facet.choices)


def colour_choices(of_shots: Sequence[Sequence[str]]) -> tuple[Choice, ...]:
    counts = Counter(facet for found in of_shots for facet in found)
    return _fixed("colour", list(FAMILIES), counts)


def _kind_name(kind: str) -> str:
    return "Setting" if kind in SETTINGS else _KINDS.get(kind, kind.capitalize())


def _tags(report: FilmReport, kind: str, counts: Counter[str]) -> tuple[Choice, ...]:
    labels = dict.fromkeys(tag.label for tag in report.tags if tag.kind == kind)
    choices = [Choice(of_tag(kind, name), name, counts[of_tag(kind, name)]) for name in labels]
    return tuple(sorted(choices, key=lambda choice: (-choice.count, choice.name)))


def _fixed(prefix: str, names: Sequence[str], counts: Counter[str]) -> tuple[Choice, ...]:
    return tuple(
        Choice(f"{prefix}:{name}", name, counts[f"{prefix}:{name}"], FAMILIES.get(name, ""))
        for name in names
        if counts[f"{prefix}:{name}"]
    )


def _dialogue(counts: Counter[str]) -> tuple[Choice, ...]:
    names = {"said:yes": "something is said", "said:sounds": "sounds only"}
    return tuple(
        Choice(facet, name, counts[facet]) for facet, name in names.items() if counts[facet]
    )


def _scene(scene: Scene) -> Choice:
    where = f", {scene.setting}" if scene.setting else ""
    name = f"{scene.index + 1}{where}, {words.short_clock(scene.start_s)}"
    return Choice(f"scene:{scene.index + 1}", name, scene.end_shot - scene.first_shot)
