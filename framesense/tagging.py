"""From what was seen in a shot's samples to its tags, and from shots to the film's. All pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from framesense.config import TagConfig
from framesense.records import (
    Box,
    Classification,
    Detection,
    FilmTag,
    Sample,
    ShotRecord,
    Sighting,
    Tag,
    TagBox,
)

_SAME_BOX = 0.75  # intersection over union, from which two boxes are of one thing
_WITHIN = 0.9  # of the smaller box that lies in the larger, from which they are parts of one


@dataclass(frozen=True, slots=True)
class Observation:
    """One sample of a shot and what the models saw in it."""

    sample: Sample
    detections: tuple[Detection, ...] = ()
    classifications: tuple[Classification, ...] = ()
    sightings: tuple[Sighting, ...] = ()  # of subjects that are yet to be named


@dataclass(frozen=True, slots=True)
class _Sight:
    """One label, once, in one sample."""

    sample: Sample
    score: float
    box: Box | None


def shot_tags(observations: Sequence[Observation], config: TagConfig) -> tuple[Tag, ...]:
    """The tags that a shot's samples agree on, surest first within each kind.

    A tag's score is the mean, over the samples that show its label, of the label's best score
    there; its support is the share of samples that show it. Both must reach their threshold; but a
    classifier's names have reached its own before they come here, so their score need not.
    """
    sights: dict[tuple[str, str], list[_Sight]] = defaultdict(list)
    for seen in observations:
        for item in _one_name_each(seen.detections):
            sights["object", item.label].append(_Sight(seen.sample, item.score, item.box))
        for name in seen.classifications:
            sights[name.kind, name.label].append(_Sight(seen.sample, name.score, name.box))
    tags = [
        _tag(kind, label, group, samples=len(observations), max_boxes=config.max_boxes)
        for (kind, label), group in sights.items()
    ]
    kept = [
        tag
        for tag in tags
        if tag.support >= config.min_support
        and (tag.kind != "object" or tag.score >= config.min_score)
    ]
    return tuple(sorted(kept, key=lambda tag: (tag.kind, -tag.score * tag.support, tag.label)))


def _one_name_each(detections: Iterable[Detection]) -> list[Detection]:
    """Without those that a surer one explains: the same box by another name, which a drawing often
    gets, or a box of the same name within it.
    """
    kept: list[Detection] = []
    for item in sorted(detections, key=lambda item: -item.score):
        if not any(
            item.box.overlap(other.box) >= _SAME_BOX
            or (item.label == other.label and item.box.within(other.box) >= _WITHIN)
            for other in kept
        ):
            kept.append(item)
    return kept


def _tag(kind: str, label: str, sights: list[_Sight], *, samples: int, max_boxes: int) -> Tag:
    best: dict[int, float] = {}
    for sight in sights:
        best[sight.sample.frame] = max(best.get(sight.sample.frame, 0.0), sight.score)
    times = [sight.sample.time_s for sight in sights]
    boxed = sorted((sight for sight in sights if sight.box), key=lambda sight: -sight.score)
    boxes = [
        TagBox(sight.sample.frame, sight.sample.time_s, round(sight.score, 4), _rounded(sight.box))
        for sight in boxed[:max_boxes]
        if sight.box
    ]
    return Tag(
        kind=kind,
        label=label,
        score=round(sum(best.values()) / len(best), 4),
        hits=len(best),
        samples=samples,
        first_s=min(times),
        last_s=max(times),
        boxes=tuple(sorted(boxes, key=lambda box: (box.frame, -box.score, box.box.x1))),
    )


def _rounded(box: Box) -> Box:
    """To a hundredth of a percent, so that the last bits of a model's batch do not show."""
    return Box(*(round(side, 4) for side in (box.x1, box.y1, box.x2, box.y2)))


def film_tags(records: Iterable[ShotRecord], *, duration_s: float) -> tuple[FilmTag, ...]:
    """Every tag of any shot, with its screen time over the film, longest first within each kind.

    A shot gives a tag its duration times the tag's support there.
    """
    times: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for record in records:
        for tag in record.tags:
            screen_s = record.shot.duration_s * tag.support
            times[tag.kind, tag.label].append((screen_s, tag.score))
    tags = []
    for (kind, label), parts in times.items():
        screen_s = sum(part for part, _ in parts)
        weighted = sum(part * score for part, score in parts)
        tags.append(
            FilmTag(
                kind=kind,
                label=label,
                score=round(weighted / screen_s, 4) if screen_s else 0.0,
                shots=len(parts),
                screen_time_s=round(screen_s, 3),
                share=round(min(1.0, screen_s / duration_s), 4) if duration_s > 0 else 0.0,
            )
        )
    return tuple(sorted(tags, key=lambda tag: (tag.kind, -tag.screen_time_s, tag.label)))
