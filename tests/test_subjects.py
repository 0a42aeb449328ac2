"""Who stands out is found, whatever the detector calls it, and also where it sees nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from framesense.records import Box, Detection, Image
from framesense.vision.subjects import crop, subjects

DISC = Box(0.55, 0.3, 0.75, 0.7)


def meadow(*, disc: bool = True) -> Image:
    """320 × 180: sky over grass, with noise, and a round red somebody at `DISC`."""
    image = np.full((180, 320, 3), (230, 190, 120), np.uint8)
    image[90:] = (60, 170, 90)
    image += np.random.default_rng(0).integers(0, 12, image.shape, np.uint8)
    if disc:
        centre = round(0.65 * 320), 90
        cv2.ellipse(image, (centre, (64, 72), 0), (40, 60, 220), -1, cv2.LINE_AA)
    return image


def best(boxes: list[Box], wanted: Box) -> float:
    return max((box.overlap(wanted) for box in boxes), default=0.0)


def test_what_no_detector_saw_is_found_by_how_it_stands_out() -> None:
    found = subjects(meadow())
    assert best(found, DISC) > 0.4
    assert len(found) <= 6


def test_one_body_with_two_names_is_one_subject_and_its_surest_box_stays() -> None:
    cat, dog = Box(0.1, 0.1, 0.4, 0.9), Box(0.1, 0.12, 0.42, 0.9)
    found = subjects(meadow(), [Detection("dog", 0.5, dog), Detection("cat", 0.7, cat)])
    assert cat in found
    assert dog not in found


def test_of_faint_boxes_only_the_best_few_count_and_none_where_enough_are_sure() -> None:
    places = [Box(0.1 * n, 0.1, 0.1 * n + 0.08, 0.2) for n in range(9)]
    faint = [Detection("kite", 0.03 + n / 1000, box) for n, box in enumerate(places)]
    assert [box in subjects(meadow(), faint) for box in places] == [False] * 6 + [True] * 3
    sure = [Detection("kite", 0.9, Box(0.1 * n, 0.8, 0.1 * n + 0.08, 0.95)) for n in range(4)]
    found = subjects(meadow(), [*sure, *faint])
    assert all(item.box in found for item in sure)
    assert not set(places) & set(found)


def test_a_speck_and_the_whole_picture_are_no_subjects() -> None:
    speck, whole = Box(0.5, 0.5, 0.52, 0.52), Box(0.0, 0.0, 1.0, 1.0)
    found = subjects(meadow(), [Detection("bird", 0.9, speck), Detection("tv", 0.8, whole)])
    assert not {speck, whole} & set(found)


def test_the_same_picture_gives_the_same_boxes() -> None:
    assert subjects(meadow()) == subjects(meadow())


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (400, 1), (3, 2), (180, 320)])
def test_flat_and_tiny_pictures_hold_nobody(shape: tuple[int, int]) -> None:
    assert subjects(np.full((*shape, 3), 127, np.uint8)) == []


def test_a_crop_has_a_margin_and_stays_in_the_picture() -> None:
    image = meadow()
    assert crop(image, Box(0.5, 0.5, 0.75, 1.0), margin=0.0).shape == (90, 80, 3)
    assert crop(image, Box(0.5, 0.5, 0.75, 1.0), margin=0.1).shape == (99, 96, 3)
    assert crop(image, Box(0.0, 0.0, 1.0, 1.0)).shape == image.shape
    assert crop(image, Box(1.0, 1.0, 1.0, 1.0)).size == 3
