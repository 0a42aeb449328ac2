"""Tags are what a shot's samples agree on; film tags add up screen time."""

from __future__ import annotations

import pytest

from framesense.config import TagConfig
from framesense.records import (
    Box,
    Classification,
    Detection,
    Sample,
    Shot,
    ShotRecord,
    Tag,
)
from framesense.tagging import Observation, film_tags, shot_tags

LEFT, RIGHT = Box(0.1, 0.1, 0.4, 0.9), Box(0.6, 0.1, 0.9, 0.9)


def seen(frame: int, *found: tuple[str, float, Box], scene: str | None = None) -> Observation:
    names = (Classification("scene", scene, 0.9),) if scene else ()
    return Observation(
        sample=Sample(frame, frame, frame / 24, 1.0),
        detections=tuple(Detection(label, score, box) for label, score, box in found),
        classifications=names,
    )


def test_a_tag_counts_samples_not_boxes() -> None:
    (tag,) = shot_tags(
        [seen(0, ("cat", 0.9, LEFT), ("cat", 0.7, RIGHT)), seen(24, ("cat", 0.5, LEFT)), seen(48)],
        TagConfig(),
    )
    assert (tag.kind, tag.label, tag.hits, tag.samples) == ("object", "cat", 2, 3)
    assert tag.score == pytest.approx((0.9 + 0.5) / 2)
    assert (tag.first_s, tag.last_s) == (0.0, 1.0)
    assert [(box.frame, box.score) for box in tag.boxes] == [(0, 0.9), (0, 0.7), (24, 0.5)]


def test_one_thing_has_one_name_in_a_sample() -> None:
    nearly_left, inside, beside = Box(0.11, 0.1, 0.4, 0.9), Box(0.2, 0.2, 0.3, 0.4), RIGHT
    found = [("dog", 0.6, nearly_left), ("cat", 0.9, LEFT), ("cat", 0.5, inside)]
    tags = shot_tags([seen(0, *found, ("cat", 0.8, beside), ("hat", 0.7, inside))], TagConfig())
    boxes = {tag.label: [box.score for box in tag.boxes] for tag in tags}
    assert boxes == {"cat": [0.9, 0.8], "hat": [0.7]}


def test_what_is_faint_or_rare_is_no_tag() -> None:
    samples = [seen(n * 24) for n in range(9)] + [seen(240, ("bird", 0.9, LEFT))]
    assert shot_tags(samples, TagConfig(min_support=0.2)) == ()
    assert shot_tags([seen(0, ("bird", 0.3, LEFT))], TagConfig(min_score=0.4)) == ()


def test_classifications_become_tags_of_their_kind() -> None:
    tags = shot_tags([seen(0, ("cat", 0.9, LEFT), scene="meadow")], TagConfig())
    assert [(tag.kind, tag.label, len(tag.boxes)) for tag in tags] == [
        ("object", "cat", 1),
        ("scene", "meadow", 0),
    ]


def test_a_name_that_reached_its_classifiers_threshold_may_be_fainter_than_an_object() -> None:
    faint = Classification("character", "fox", 0.3, LEFT)
    (tag,) = shot_tags(
        [Observation(Sample(0, 0, 0.0, 1.0), classifications=(faint,))], TagConfig(min_score=0.4)
    )
    assert (tag.label, tag.score) == ("fox", 0.3)


def test_tags_are_ordered_by_kind_and_then_by_how_sure_they_are() -> None:
    tags = shot_tags(
        [seen(0, ("dog", 0.5, LEFT), ("cat", 0.9, RIGHT)), seen(9, ("dog", 0.6, LEFT))],
        TagConfig(min_support=0),
    )
    assert [tag.label for tag in tags] == ["dog", "cat"]


def test_only_the_best_boxes_are_kept_in_order_of_time() -> None:
    samples = [seen(n, ("cat", 0.5 + n / 100, LEFT)) for n in range(10)]
    (tag,) = shot_tags(samples, TagConfig(max_boxes=3))
    assert [box.frame for box in tag.boxes] == [7, 8, 9]


def test_a_shot_without_samples_has_no_tags() -> None:
    assert shot_tags([], TagConfig()) == ()


def record(start: float, end: float, *tags: Tag) -> ShotRecord:
    shot = Shot(0, 0, 1, 0, 1, start, end, "cut")
    return ShotRecord(shot, (), tags)


def tag(label: str, hits: int, samples: int, score: float = 0.8) -> Tag:
    return Tag("object", label, score, hits, samples, 0.0, 0.0)


def test_screen_time_is_duration_times_support() -> None:
    cat, bird = film_tags(
        [record(0, 10, tag("cat", 1, 2)), record(10, 14, tag("cat", 2, 2, 0.6), tag("bird", 1, 1))],
        duration_s=20,
    )
    assert (cat.label, cat.shots, cat.screen_time_s, cat.share) == ("cat", 2, 9.0, 0.45)
    assert cat.score == pytest.approx((0.8 * 5 + 0.6 * 4) / 9, abs=1e-4)
    assert (bird.label, bird.screen_time_s) == ("bird", 4.0)
