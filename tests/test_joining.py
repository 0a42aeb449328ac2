"""Sightings of one subject are joined over a shot, and vote on its name."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from framesense.pipeline.joining import named
from framesense.records import Box, Sample, Sighting
from framesense.tagging import Observation
from framesense.testing import FakeRecogniser

CAST = FakeRecogniser()
BIRD, PLANT, PERSON = CAST.labels
HERE, NEAR, FAR = Box(0.1, 0.1, 0.4, 0.9), Box(0.15, 0.1, 0.45, 0.9), Box(0.6, 0.1, 0.9, 0.9)


Scores = tuple[float, float, float]


def _direction(look: Scores) -> NDArray[np.float32]:
    return np.array(look, np.float32) / np.float32(np.linalg.norm(look))


def seen(
    frame: int, *sightings: tuple[Box | None, Scores] | tuple[Box | None, Scores, Scores]
) -> Observation:
    """Each a box, scores, and where it is seen otherwise than it is named, what is seen."""
    return Observation(
        Sample(frame, frame, frame / 24, 1.0),
        sightings=tuple(
            Sighting(box, scores, _direction(look[0] if look else scores))
            for box, scores, *look in sightings
        ),
    )


def names(*observations: Observation, several: bool = False) -> list[list[tuple[str, float]]]:
    cast = FakeRecogniser(several=several)
    return [
        [(item.label, item.score) for item in seen.classifications]
        for seen in named(observations, cast)
    ]


def test_a_subject_has_the_name_that_most_of_its_sightings_speak_for() -> None:
    assert names(
        seen(0, (HERE, (0.9, 0.1, 0.0))),
        seen(24, (NEAR, (0.4, 0.6, 0.0))),
        seen(48, (HERE, (0.8, 0.2, 0.0))),
    ) == [[(BIRD, 0.9)], [(BIRD, 0.4)], [(BIRD, 0.8)]]


def test_two_subjects_do_not_vote_for_one_another() -> None:
    assert names(
        seen(0, (HERE, (0.9, 0.1, 0.0)), (FAR, (0.1, 0.0, 0.9))),
        seen(24, (FAR, (0.0, 0.1, 0.9)), (NEAR, (0.8, 0.1, 0.1))),
    ) == [[(BIRD, 0.9), (PERSON, 0.9)], [(PERSON, 0.9), (BIRD, 0.8)]]


def test_who_stands_where_another_stood_is_another() -> None:
    assert names(
        seen(0, (HERE, (0.9, 0.1, 0.0))),
        seen(24, (HERE, (0.0, 0.0, 1.0))),
    ) == [[(BIRD, 0.9)], [(PERSON, 1.0)]]


def test_who_looks_otherwise_is_another_even_if_the_names_are_alike() -> None:
    unsure = (0.4, 0.3, 0.3)
    assert names(
        seen(0, (HERE, (0.9, 0.1, 0.0), (1.0, 0.0, 0.0))),
        seen(24, (NEAR, unsure, (0.0, 1.0, 0.0))),
    ) == [[(BIRD, 0.9)], []]
    assert names(
        seen(0, (HERE, (0.9, 0.1, 0.0), (1.0, 0.0, 0.0))),
        seen(24, (NEAR, unsure, (1.0, 0.0, 0.0))),
    ) == [[(BIRD, 0.9)], [(BIRD, 0.4)]]


def test_a_subject_joins_only_one_sighting_of_a_sample() -> None:
    first, second = names(
        seen(0, (HERE, (0.6, 0.4, 0.0))),
        seen(24, (NEAR, (0.3, 0.4, 0.3)), (HERE, (0.7, 0.3, 0.0))),
    )
    assert (first, second) == ([(BIRD, 0.6)], [(BIRD, 0.7)])


def test_a_stranger_has_no_name() -> None:
    assert names(seen(0, (HERE, (0.4, 0.3, 0.3))), seen(24, (HERE, (0.45, 0.3, 0.25)))) == [[], []]


def test_with_several_labels_a_subject_may_have_all_or_none() -> None:
    assert names(seen(0, (HERE, (0.9, 0.1, 0.8)), (FAR, (0.1, 0.2, 0.3))), several=True) == [
        [(BIRD, 0.9), (PERSON, 0.8)]
    ]


def test_a_face_within_its_body_is_named_once_by_the_surer() -> None:
    face = Box(0.2, 0.1, 0.35, 0.3)
    (found,) = named([seen(0, (HERE, (0.8, 0.2, 0.0)), (face, (0.9, 0.1, 0.0)))], CAST)
    assert [(item.label, item.box) for item in found.classifications] == [(BIRD, face)]


def test_whole_images_stand_for_themselves() -> None:
    assert names(seen(0, (None, (0.9, 0.1, 0.0))), seen(24, (None, (0.4, 0.3, 0.3)))) == [
        [(BIRD, 0.9)],
        [],
    ]


def test_without_samples_or_sightings_nobody_is_named() -> None:
    assert named([], CAST) == []
    assert names(seen(0)) == [[]]
