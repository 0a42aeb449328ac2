"""Every shot gets samples: spread over it, clear of its ends, the sharpest of their neighbours."""

from __future__ import annotations

import numpy as np
import pytest

from framesense.config import SamplingConfig
from framesense.film.sampling import Sampler, choose, sharpness
from framesense.records import Frame, Image, Sample, Shot, Span

FPS = 24


def shot(start: int, end: int, **spans: Span) -> Shot:
    return Shot(
        index=0,
        start_frame=start,
        end_frame=end,
        start_pts=start,
        end_pts=end,
        start_s=start / FPS,
        end_s=end / FPS,
        transition="cut",
        **spans,
    )


def candidates(frames: range, sharp: frozenset[int] = frozenset()) -> list[Sample]:
    return [Sample(n, n, n / FPS, 100.0 if n in sharp else 1.0) for n in frames]


def frames_of(samples: list[Sample]) -> list[int]:
    return [sample.frame for sample in samples]


class Plain:
    """A picture that remembers which frame it is of."""

    def __init__(self, ordinal: int) -> None:
        self.ordinal = ordinal

    def bgr(self, *, max_side: int) -> Image:
        return np.full((2, 2, 3), self.ordinal % 256, np.uint8)


def frame(ordinal: int, small: Image) -> Frame:
    return Frame(ordinal, ordinal, ordinal / FPS, small, Plain(ordinal))


GREY = np.full((36, 64, 3), 128, np.uint8)


class TestChoice:
    def test_one_a_second_spread_evenly(self) -> None:
        chosen = choose(shot(0, 96), candidates(range(96)), SamplingConfig(window_s=0))
        assert len(chosen) == 4
        assert np.diff(frames_of(chosen)) == pytest.approx(24, abs=3)

    def test_at_most_so_many_a_shot(self) -> None:
        chosen = choose(shot(0, 2400), candidates(range(2400)), SamplingConfig(max_per_shot=8))
        assert len(chosen) == 8

    def test_a_short_shot_gets_one_near_its_middle(self) -> None:
        chosen = choose(shot(100, 106), candidates(range(90, 120)), SamplingConfig())
        assert len(chosen) == 1
        assert 101 <= chosen[0].frame <= 104

    def test_a_one_frame_shot_gets_its_frame(self) -> None:
        chosen = choose(shot(7, 8), candidates(range(20)), SamplingConfig())
        assert frames_of(chosen) == [7]

    def test_the_sharpest_within_the_window_wins(self) -> None:
        config = SamplingConfig(window_s=0.25)
        chosen = choose(shot(0, 24), candidates(range(24), frozenset({9, 20})), config)
        assert frames_of(chosen) == [9]  # 20 is sharp too, but over 0.25 s from the middle

    def test_both_ends_are_left_out(self) -> None:
        sharp_ends = frozenset({0, 1, 46, 47})
        config = SamplingConfig(margin_s=0.15, window_s=5)
        chosen = choose(shot(0, 48), candidates(range(48), sharp_ends), config)
        assert all(3 < sample.frame < 45 for sample in chosen)

    def test_gradual_transitions_are_left_out(self) -> None:
        lead_in = Span(90, 120, 90 / FPS, 120 / FPS)
        lead_out = Span(180, 216, 180 / FPS, 216 / FPS)
        mixed = shot(100, 200, transition_span=lead_in, ending_span=lead_out)
        chosen = choose(mixed, candidates(range(300)), SamplingConfig())
        assert all(120 < sample.frame < 180 for sample in chosen)

    def test_no_frame_is_taken_twice(self) -> None:
        config = SamplingConfig(every_s=0.1, window_s=2)
        chosen = choose(shot(0, 48), candidates(range(48), frozenset({24})), config)
        assert len(set(frames_of(chosen))) == len(chosen)

    def test_frames_of_other_shots_are_never_taken(self) -> None:
        chosen = choose(shot(10, 14), candidates(range(10)), SamplingConfig())
        assert chosen == []


class TestWhileTheFilmRuns:
    def test_even_two_frame_shots_get_a_sample_of_their_own(self) -> None:
        sampler = Sampler(SamplingConfig(), lag_frames=12)
        black, white = np.zeros((36, 64, 3), np.uint8), np.full((36, 64, 3), 255, np.uint8)
        for n in range(20):
            sampler.push(frame(n, white if n in (10, 11) else black))
        taken = [sampler.close(shot(*span)) for span in ((0, 10), (10, 12), (12, 20))]
        assert [len(frames) for frames in taken] == [1, 1, 1]
        assert taken[1][0].sample.frame in (10, 11)
        assert taken[1][0].image[0, 0, 0] == taken[1][0].sample.frame

    def test_a_very_long_shot_holds_few_pictures_and_is_sampled_evenly(self) -> None:
        sampler = Sampler(SamplingConfig(), lag_frames=24)
        most = 0
        for n in range(5000):
            sampler.push(frame(n, GREY))
            most = max(most, len(sampler._held))
        assert most <= 4 * 8 + 24
        times = [taken.sample.time_s for taken in sampler.close(shot(0, 5000))]
        assert len(times) == 8
        assert np.diff(times) == pytest.approx(5000 / FPS / 8, rel=0.25)

    def test_candidates_near_the_open_end_are_not_thinned_across_a_late_boundary(self) -> None:
        sampler = Sampler(SamplingConfig(), lag_frames=48)
        for n in range(1000):
            sampler.push(frame(n, GREY))
        sampler.close(shot(0, 960))
        assert len(sampler.close(shot(960, 966))) == 1


def test_sharpness_grows_with_detail() -> None:
    random = np.random.default_rng(0)
    noise = random.integers(0, 256, (36, 64, 3), dtype=np.uint8)
    assert sharpness(GREY) == 0
    assert sharpness(noise) > 1000
