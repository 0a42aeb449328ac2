"""Motion, camera and held drawings, on drawn frames whose answer is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import cv2
import numpy as np
import pytest

from framesense.config import LookConfig
from framesense.records import Frame, Image, Look, Shot, Span
from framesense.vision.look import LookMeter

WIDTH, HEIGHT = 256, 144
DIAGONAL = math.hypot(WIDTH, HEIGHT)
BLACK = np.zeros((HEIGHT, WIDTH, 3), np.uint8)


class NoPicture:
    def bgr(self, *, max_side: int) -> Image:
        raise AssertionError("look needs no full-size pixels while the film runs")


def shot(start: int, end: int, fps: float = 24, **spans: Span) -> Shot:
    return Shot(0, start, end, start, end, start / fps, end / fps, "cut", **spans)


def push(meter: LookMeter, images: Iterable[Image], *, fps: float = 24, first: int = 0) -> int:
    """Ordinal after the last."""
    for image in images:
        meter.push(Frame(first, first, first / fps, image, NoPicture()))
        first += 1
    return first


def look(images: Iterable[Image], *, fps: float = 24) -> Look:
    meter = LookMeter(LookConfig())
    return meter.close(shot(0, push(meter, images, fps=fps), fps), [])


def scenery(seed: int = 0) -> Image:
    """A large picture of discs to look around in."""
    random = np.random.default_rng(seed)
    image = np.full((700, 1400, 3), 130, np.uint8)
    for _ in range(400):
        x, y = random.integers(0, 1400), random.integers(0, 700)
        colour = [int(level) for level in random.integers(20, 236, 3)]
        cv2.circle(image, (int(x), int(y)), int(random.integers(6, 50)), colour, -1, cv2.LINE_AA)
    return image


SCENERY = scenery()


def view(x: float, y: float, *, scale: float = 1.0, turn_deg: float = 0.0) -> Image:
    """What a camera sees that looks at (x, y): turned clockwise, and closer by `scale`."""
    matrix = cv2.getRotationMatrix2D((x, y), turn_deg, scale)
    matrix[:, 2] += (WIDTH / 2 - x, HEIGHT / 2 - y)
    return cv2.warpAffine(SCENERY, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)


def taken(at: Callable[[float], Image], *, seconds: float = 1.5, fps: float = 24) -> list[Image]:
    return [at(n / fps) for n in range(round(seconds * fps))]


class TestCamera:
    @pytest.mark.parametrize("px_per_s", [20, 90, -150])
    def test_a_pan_is_named_and_measured_in_diagonals_per_second(self, px_per_s: int) -> None:
        seen = look(taken(lambda s: view(600 + px_per_s * s, 350)))
        assert seen.camera is not None
        assert seen.motion is not None
        assert seen.camera.moves == ("pan",)
        assert seen.camera.pan == pytest.approx(px_per_s / DIAGONAL, rel=0.05)
        assert seen.camera.tilt == pytest.approx(0, abs=0.01)
        assert seen.motion.mean == pytest.approx(abs(px_per_s) / DIAGONAL, rel=0.15)
        assert seen.motion.subject < 0.2 * seen.motion.mean

    @pytest.mark.parametrize("fps", [12, 24, 60])
    def test_the_frame_rate_does_not_matter(self, fps: int) -> None:
        seen = look(taken(lambda s: view(600 + 90 * s, 350), fps=fps), fps=fps)
        assert seen.camera is not None
        assert seen.camera.pan == pytest.approx(90 / DIAGONAL, rel=0.05)

    def test_nor_does_the_resolution(self) -> None:
        small = [cv2.resize(image, (128, 72)) for image in taken(lambda s: view(600 + 90 * s, 350))]
        seen = look(small)
        assert seen.camera is not None
        assert seen.camera.pan == pytest.approx(90 / DIAGONAL, rel=0.05)

    def test_up_is_a_positive_tilt(self) -> None:
        seen = look(taken(lambda s: view(600, 350 - 60 * s)))
        assert seen.camera is not None
        assert seen.camera.moves == ("tilt",)
        assert seen.camera.tilt == pytest.approx(60 / DIAGONAL, rel=0.05)

    @pytest.mark.parametrize("rate", [0.3, -0.3])
    def test_a_zoom_is_the_logarithm_of_the_scale_per_second(self, rate: float) -> None:
        seen = look(taken(lambda s: view(600, 350, scale=math.exp(rate * s))))
        assert seen.camera is not None
        assert seen.camera.moves == ("zoom",)
        assert seen.camera.zoom == pytest.approx(rate, rel=0.2)

    def test_a_roll_is_positive_clockwise(self) -> None:
        seen = look(taken(lambda s: view(600, 350, turn_deg=20 * s)))
        assert seen.camera is not None
        assert seen.camera.moves == ("roll",)
        assert seen.camera.roll == pytest.approx(20, rel=0.2)

    def test_shake_is_no_pan(self) -> None:
        random = np.random.default_rng(1)
        jerks = random.normal(0, 4, (60, 2))
        seen = look(view(600 + x, 350 + y) for x, y in jerks)
        assert seen.camera is not None
        assert "shake" in seen.camera.moves
        assert abs(seen.camera.pan) < 0.1

    def test_a_subject_that_crosses_is_not_the_camera(self) -> None:
        def at(seconds: float) -> Image:
            image = view(600, 350)
            cv2.circle(image, (int(40 + 100 * seconds), 72), 24, (0, 0, 255), -1, cv2.LINE_AA)
            return image

        seen = look(taken(at))
        assert seen.camera is not None
        assert seen.motion is not None
        assert seen.camera.moves == ("static",)
        assert seen.camera.certainty == 1
        assert seen.motion.subject > 0.01

    def test_layers_that_pass_at_different_speeds_are_a_pan(self) -> None:
        def at(seconds: float) -> Image:
            far, near = view(400 + 60 * seconds, 250), view(400 + 100 * seconds, 450)
            return np.vstack([far[:72], near[72:]])

        seen = look(taken(at))
        assert seen.camera is not None
        assert seen.camera.moves == ("pan",)
        assert 60 / DIAGONAL * 0.9 < seen.camera.pan < 100 / DIAGONAL * 1.1

    def test_black_bars_do_not_hold_the_camera_still(self) -> None:
        def at(seconds: float) -> Image:
            image = view(600 + 90 * seconds, 350)
            image[:18] = image[-18:] = 0
            return image

        seen = look(taken(at))
        assert seen.camera is not None
        assert seen.camera.pan == pytest.approx(90 / DIAGONAL, rel=0.15)


class TestCuts:
    def test_a_cut_is_not_motion_even_when_it_is_told_late(self) -> None:
        meter = LookMeter(LookConfig())
        end = push(meter, [view(300, 300)] * 31)
        last = push(meter, [view(900, 400)] * 31, first=end)
        for start, stop in ((0, end), (end, last)):
            seen = meter.close(shot(start, stop), [])
            assert seen.motion is not None
            assert seen.motion.mean == pytest.approx(0, abs=1e-3)
            assert seen.drawings is not None
            assert seen.drawings.repeated == 1

    def test_nor_is_a_dissolve(self) -> None:
        a, b = view(300, 300), view(900, 400)
        mixed = [cv2.addWeighted(a, 1 - t, b, t, 0) for t in np.linspace(0, 1, 24)]
        meter = LookMeter(LookConfig())
        push(meter, [*mixed, *[b] * 24])
        seen = meter.close(shot(12, 48, transition_span=Span(0, 24, 0, 1)), [])
        assert seen.motion is not None
        assert seen.motion.mean < 0.005

    def test_numbers_of_closed_shots_are_let_go(self) -> None:
        meter = LookMeter(LookConfig())
        push(meter, taken(lambda s: view(600 + 90 * s, 350)))
        meter.close(shot(0, 30), [])
        assert {item.frame for item in meter._changes} == set(range(31, 36))
        assert all(step.first >= 30 for step in meter._steps)


class TestShortAndBlack:
    def test_a_shot_of_one_frame_tells_nothing_of_motion(self) -> None:
        seen = look([view(600, 350)])
        assert (seen.motion, seen.camera, seen.drawings) == (None, None, None)

    def test_a_six_frame_shot_has_motion_wherever_it_starts(self) -> None:
        for start in range(6):
            meter = LookMeter(LookConfig())
            push(meter, taken(lambda s: view(600 + 90 * s, 350), seconds=1))
            assert meter.close(shot(start, start + 6), []).motion is not None

    def test_a_black_film_stands_still(self) -> None:
        seen = look([BLACK] * 30)
        assert seen.motion is not None
        assert seen.camera is not None
        assert seen.drawings is not None
        assert seen.motion.mean == 0
        assert seen.camera.moves == ("static",)
        assert (seen.drawings.repeated, seen.drawings.held_frames) == (1, 0)

    def test_a_flat_flicker_has_no_camera(self) -> None:
        seen = look([BLACK, BLACK + 120] * 15)
        assert seen.camera is not None
        assert seen.camera.moves == ("static",)

    def test_tiny_pictures_and_a_change_of_size_are_borne(self) -> None:
        meter = LookMeter(LookConfig())
        end = push(meter, [np.zeros((2, 2, 3), np.uint8)] * 8)
        end = push(meter, [np.full((9, 300, 3), n * 20, np.uint8) for n in range(8)], first=end)
        assert meter.close(shot(0, end), []).motion is not None


class TestHeldDrawings:
    @pytest.mark.parametrize("hold", [1, 2, 3, 4])
    def test_animation_on_ones_twos_and_threes(self, hold: int) -> None:
        def drawing(number: int) -> Image:
            image = view(600, 350)
            cv2.circle(image, (30 + 4 * number, 70), 15, (255, 255, 255), -1, cv2.LINE_AA)
            return image

        seen = look(drawing(n // hold) for n in range(48))
        assert seen.drawings is not None
        assert seen.drawings.held_frames == hold
        assert seen.drawings.repeated == pytest.approx(1 - 1 / hold, abs=0.03)

    def test_a_codec_s_noise_is_no_new_drawing(self) -> None:
        random = np.random.default_rng(0)
        noise = random.integers(-2, 3, (30, HEIGHT, WIDTH, 3))
        still = view(600, 350).astype(int)
        seen = look(np.clip(still + n, 0, 255).astype(np.uint8) for n in noise)
        assert seen.drawings is not None
        assert seen.drawings.repeated == 1

    def test_a_long_pause_does_not_hide_the_rhythm(self) -> None:
        drawings = [0] * 40 + [n // 2 for n in range(2, 22)]
        seen = look(view(600 + 3 * number, 350) for number in drawings)
        assert seen.drawings is not None
        assert seen.drawings.held_frames == 2
