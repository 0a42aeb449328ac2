"""Colour, palette, composition and the film's look, on pictures whose answer is known."""

from __future__ import annotations

from dataclasses import replace
from statistics import pstdev

import cv2
import numpy as np
import pytest

from framesense.config import LookConfig
from framesense.records import (
    Box,
    ColourLook,
    Image,
    Look,
    MotionLook,
    ShotRecord,
    Tag,
    TagBox,
)
from framesense.vision.look import composition, film_look
from framesense.vision.look.barcode import Barcode
from framesense.vision.look.colour import colour_look
from framesense.vision.look.colour_names import colour_name
from framesense.vision.look.features import mise_en_scene
from framesense.vision.look.palette import lab_of_hex
from tests.factories import report

CONFIG = LookConfig()


def flat(colour: str, *, height: int = 90, width: int = 160) -> Image:
    red, green, blue = bytes.fromhex(colour[1:])
    return np.full((height, width, 3), (blue, green, red), np.uint8)


def striped(*parts: tuple[str, int]) -> Image:
    return np.hstack([flat(colour, width=width) for colour, width in parts])


def colour(*images: Image) -> ColourLook:
    look = colour_look(images, CONFIG)
    assert look is not None
    return look


class TestPalette:
    def test_a_known_palette_is_found_with_its_shares(self) -> None:
        image = striped(("#203a9a", 80), ("#e8c840", 48), ("#b02020", 24), ("#f0f0f0", 8))
        palette = colour(image).palette
        wanted = ("#203a9a", "#e8c840", "#b02020", "#f0f0f0")
        for swatch, code in zip(palette, wanted, strict=True):
            assert lab_of_hex([swatch.colour]) == pytest.approx(lab_of_hex([code]), abs=1.5)
        assert [swatch.share for swatch in palette] == pytest.approx(
            [0.5, 0.3, 0.15, 0.05], abs=0.02
        )
        assert [swatch.name for swatch in palette] == ["dark blue", "yellow", "red", "white"]

    def test_a_small_bright_patch_keeps_its_own_colour(self) -> None:
        random = np.random.default_rng(0)
        grey = random.integers(60, 110, (90, 160, 1), dtype=np.uint8).repeat(3, axis=2)
        grey[30:50, 60:80] = (30, 30, 220)  # 2.8 % red
        assert "red" in [swatch.name for swatch in colour(grey).palette]

    def test_noise_has_six_colours_at_most_and_shares_within_one(self) -> None:
        noise = np.random.default_rng(0).integers(0, 256, (90, 160, 3), dtype=np.uint8)
        palette = colour(noise).palette
        assert 3 <= len(palette) <= 6
        assert sum(swatch.share for swatch in palette) <= 1.001

    def test_the_same_picture_has_the_same_palette(self) -> None:
        noise = np.random.default_rng(0).integers(0, 256, (90, 160, 3), dtype=np.uint8)
        assert colour(noise) == colour(noise)

    def test_a_black_film_is_black_and_nothing_else(self) -> None:
        look = colour(flat("#000000"))
        assert [(s.name, s.share) for s in look.palette] == [("black", 1.0)]
        assert (look.brightness, look.contrast, look.saturation) == (0, 0, 0)
        assert (look.variance, look.lighting_key) == (0, 0)

    def test_no_sample_no_colour(self) -> None:
        assert colour_look([], CONFIG) is None


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("#000000", "black"),
        ("#808080", "grey"),
        ("#ffffff", "white"),
        ("#ff0000", "red"),
        ("#00ff00", "bright green"),
        ("#0000ff", "blue"),
        ("#ffff00", "yellow"),
        ("#ff8000", "orange"),
        ("#00ffff", "cyan"),
        ("#ff00ff", "magenta"),
        ("#800080", "purple"),
        ("#8b4513", "brown"),
        ("#ffc0cb", "light pink"),
        ("#87ceeb", "light blue"),
        ("#000080", "navy blue"),
        ("#808000", "olive"),
        ("#d2b48c", "tan"),
        ("#2d2e57", "navy blue"),
        ("#bbd8e6", "pale blue"),
    ],
)
def test_colours_have_the_names_a_person_uses(code: str, name: str) -> None:
    assert colour_name(lab_of_hex([code])[0]) == name


def test_every_colour_has_a_name() -> None:
    steps = np.linspace(0, 1, 17, dtype=np.float32)
    rgb = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    assert all(colour_name(lab) for lab in cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab)[0])


class TestLight:
    def test_brightness_and_saturation_run_from_none_to_full(self) -> None:
        assert colour(flat("#ffffff")).brightness == pytest.approx(1, abs=0.001)
        assert colour(flat("#777777")).brightness == pytest.approx(0.5, abs=0.01)
        assert colour(flat("#ff0000")).saturation == pytest.approx(1)
        assert colour(flat("#cccccc")).saturation == 0

    def test_half_black_half_white_is_the_most_contrast_and_the_highest_key(self) -> None:
        look = colour(striped(("#000000", 80), ("#ffffff", 80)))
        assert look.contrast == pytest.approx(1, abs=0.01)
        assert look.lighting_key == pytest.approx(0.25, abs=0.002)

    def test_orange_is_warm_and_blue_is_cold(self) -> None:
        assert colour(flat("#ff9030")).warmth > 1
        assert colour(flat("#3050ff")).warmth < -1
        assert colour(flat("#808080")).warmth == pytest.approx(-0.5, abs=0.01)

    def test_colour_variance_is_the_determinant_of_the_luv_covariance(self) -> None:
        image = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
        luv = cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_BGR2Luv).reshape(-1, 3)
        wanted = np.linalg.det(np.cov(luv.T.astype(float), bias=True))
        assert colour(image).variance == pytest.approx(wanted, rel=1e-3)

    def test_variance_and_key_are_those_of_the_middle_sample(self) -> None:
        noise = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
        black = np.zeros_like(noise)
        assert colour(black, noise, black).variance == colour(noise).variance
        assert colour(noise, black, noise).lighting_key == 0


class TestBarcode:
    def test_a_short_film_has_a_column_a_frame(self) -> None:
        barcode = Barcode(10)
        for code in ("#ff0000", "#00ff00", "#0000ff"):
            barcode.push(flat(code))
        assert barcode.columns() == ("#ff0000", "#00ff00", "#0000ff")

    @pytest.mark.parametrize("frames", [10, 11, 12, 21, 37, 1000])
    def test_a_long_film_has_columns_of_equal_numbers_of_frames(self, frames: int) -> None:
        barcode = Barcode(10)
        for n in range(frames):
            barcode.push(np.full((4, 4, 3), 200 * n // frames, np.uint8))
        levels = [int(column[1:3], 16) for column in barcode.columns()]
        assert 5 <= len(levels) <= 10
        assert levels == sorted(levels)
        assert barcode._pictures * (len(levels) - 1) + barcode._open == frames

    def test_an_empty_film_has_none(self) -> None:
        assert Barcode(10).columns() == ()


def subject(label: str, *boxes: tuple[int, Box], kind: str = "character") -> Tag:
    marks = tuple(TagBox(frame, frame / 24, 0.9, box) for frame, box in boxes)
    return Tag(kind, label, 0.9, len(marks), 3, 0, 1, marks)


class TestComposition:
    @pytest.mark.parametrize(
        ("box", "scale"),
        [
            (Box(0, 0, 1, 0.9), "extreme close-up"),
            (Box(0.2, 0.1, 0.8, 1), "close-up"),
            (Box(0.3, 0.2, 0.6, 1), "medium"),
            (Box(0.4, 0.2, 0.55, 0.9), "full"),
            (Box(0.4, 0.5, 0.5, 0.8), "long"),
            (Box(0.4, 0.5, 0.43, 0.6), "extreme long"),
        ],
    )
    def test_the_scale_follows_the_largest_subject(self, box: Box, scale: str) -> None:
        seen = composition([subject("fox", (1, box)), subject("owl", (1, Box(0, 0, 0.01, 0.01)))])
        assert seen is not None
        assert seen.scale == scale

    def test_thirds(self) -> None:
        seen = composition([subject("fox", (1, Box(0, 0, 0.2, 0.2)))])
        assert seen is not None
        assert (seen.column, seen.row) == ("left", "top")
        seen = composition([subject("fox", (1, Box(0.8, 0.4, 1, 0.6)))])
        assert seen is not None
        assert (seen.column, seen.row) == ("right", "middle")

    def test_a_character_and_the_animal_it_was_seen_as_are_one_subject(self) -> None:
        fox = subject("fox", (1, Box(0.1, 0.1, 0.4, 0.9)))
        dog = subject("dog", (1, Box(0.12, 0.1, 0.4, 0.88)), kind="object")
        bird = subject("bird", (1, Box(0.7, 0.1, 0.8, 0.2)), kind="object")
        seen = composition([fox, dog, bird])
        assert seen is not None
        assert seen.subjects == 2

    def test_things_are_no_subjects(self) -> None:
        chair = subject("chair", (1, Box(0.1, 0.1, 0.9, 0.9)), kind="object")
        assert composition([chair]) is None
        assert composition([]) is None


def with_looks(*variances: float) -> list[ShotRecord]:
    base = colour(striped(("#203a9a", 80), ("#e8c840", 80)))
    records = report(tuple(24 * (n + 1) for n in range(len(variances)))).shots
    return [
        replace(
            record,
            look=Look(
                colour=replace(base, variance=variance, lighting_key=variance / 100),
                motion=MotionLook(mean=variance / 10, sd=variance / 20, subject=0.0),
            ),
        )
        for record, variance in zip(records, variances, strict=True)
    ]


class TestFilm:
    def test_the_seven_features_follow_their_definitions(self) -> None:
        seen = mise_en_scene(with_looks(1.0, 2.0, 6.0))
        assert seen.f1 == 48  # (24 + 48 + 72) / 3 frames
        assert seen.f2 == 3
        assert seen.f3 == pytest.approx(pstdev([1, 2, 6]), abs=0.05)
        assert seen.f4 == pytest.approx((24 * 0.1 + 48 * 0.2 + 72 * 0.6) / 144, abs=1e-5)
        assert seen.f5 == pytest.approx(seen.f4 / 2, abs=1e-5)
        assert seen.f6 == pytest.approx(0.03)
        assert seen.f7 == 3

    def test_means_and_deviations_over_shots(self) -> None:
        film = film_look(with_looks(1.0, 2.0, 6.0), barcode=("#000000",), config=CONFIG)
        assert film is not None
        assert film.average_shot_s == 2
        assert film.median_shot_s == 2
        assert film.variance.mean == 3
        assert film.motion.mean == pytest.approx(0.3)
        assert {swatch.name for swatch in film.palette} == {"dark blue", "yellow"}
        assert film.barcode == ("#000000",)

    def test_short_lively_shots_are_fast_and_long_calm_ones_slow(self) -> None:
        records = with_looks(*[1.0] * 12)  # 1 s, 2 s, … 12 s
        film = film_look(records, barcode=(), config=CONFIG)
        assert film is not None
        assert len(film.tempo) == 12
        assert list(film.tempo) == sorted(film.tempo, reverse=True)
        assert film.tempo[0] > 0 > film.tempo[-1]

    def test_shots_without_a_look_are_borne(self) -> None:
        bare = [replace(record, look=None) for record in with_looks(1.0, 2.0)]
        assert film_look(bare, barcode=(), config=CONFIG) is None
        mixed = [with_looks(1.0, 2.0)[0], replace(bare[1], look=Look())]
        film = film_look(mixed, barcode=(), config=CONFIG)
        assert film is not None
        assert film.variance == replace(film.variance, mean=1, sd=0)
        assert len(film.tempo) == 2
