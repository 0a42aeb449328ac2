"""Lines and sound to shots, by time alone."""

from __future__ import annotations

from array import array

import pytest

from framesense.dialogue import SoundTrack, lines_of, outside, sound_of, sound_tags
from framesense.dialogue.series import Series
from framesense.records import Line, Shot


def shot(start_s: float, end_s: float) -> Shot:
    return Shot(0, 0, 1, 0, 1, start_s, end_s, "cut")


def shots(*ends: float) -> list[Shot]:
    return [shot(start, end) for start, end in zip((0.0, *ends), ends, strict=False)]


def homes(line: Line, *ends: float) -> list[int]:
    """Which of the shots that end there have the line."""
    return [index for index, one in enumerate(shots(*ends)) if lines_of(one, [line])]


class TestLinesOf:
    def test_a_line_belongs_to_every_shot_that_it_spans(self) -> None:
        assert homes(Line(1, 9, "long"), 3, 6, 12) == [0, 1, 2]

    def test_a_brief_touch_does_not_count(self) -> None:
        assert homes(Line(2.8, 5, "next"), 3, 6) == [1]
        assert homes(Line(1, 3.2, "before"), 3, 6) == [0]

    def test_a_quarter_second_counts(self) -> None:
        assert homes(Line(2.75, 5, "both"), 3, 6) == [0, 1]

    @pytest.mark.parametrize(("start_s", "end_s"), [(2.95, 3.05), (2.9, 3.02), (2.99, 3.2)])
    def test_no_line_within_the_film_is_lost(self, start_s: float, end_s: float) -> None:
        assert homes(Line(start_s, end_s, "short"), 3, 6)

    def test_a_shot_of_three_frames_has_the_line_spoken_through_it(self) -> None:
        assert homes(Line(1, 5, "on"), 3, 3.125, 6) == [0, 1, 2]

    def test_a_line_that_ends_with_a_shot_is_not_the_nexts(self) -> None:
        assert homes(Line(1, 3, "exact"), 3, 6) == [0]

    def test_a_line_without_duration_is_where_it_begins(self) -> None:
        assert homes(Line(3, 3, "flash"), 3, 6) == [1]

    def test_overlapping_lines_are_all_kept_in_order(self) -> None:
        lines = [Line(0, 2, "one"), Line(1, 3, "two"), Line(1, 3, "three")]
        assert lines_of(shot(0, 3), lines) == tuple(lines)

    def test_lines_beyond_the_end_have_no_shot_and_are_told(self) -> None:
        late = Line(10, 12, "late", source="a.srt")
        assert homes(late, 3, 6) == []
        assert outside([late], duration_s=6) == "a.srt: 1 of 1 lines begin after the film's end"
        assert outside([Line(5, 7, "over the end")], duration_s=6) is None


class TestSoundTags:
    def test_each_sound_is_one_tag_within_the_shot(self) -> None:
        lines = [
            Line(0, 2, "Door slams", sound=True),
            Line(4, 9, "door slams", sound=True),
            Line(2, 3, "Who is there?"),
        ]
        (tag,) = sound_tags(shot(1, 6), lines)
        assert (tag.kind, tag.label, tag.score) == ("sound", "door slams", 1.0)
        assert (tag.first_s, tag.last_s, tag.support) == (1, 6, 1.0)

    def test_words_alone_make_no_tag(self) -> None:
        assert sound_tags(shot(0, 3), [Line(0, 2, "Hello")]) == ()


def track(levels: list[float], speech: list[float] | None = None) -> SoundTrack:
    """A value each second."""
    return SoundTrack(
        duration_s=float(len(levels)),
        levels=Series(array("f", levels), 1.0, first_s=0.5),
        speech=None if speech is None else Series(array("f", speech), 1.0, first_s=0.5),
    )


class TestSoundOf:
    def test_energies_are_averaged_not_decibels(self) -> None:
        sound = sound_of(shot(0, 2), track([-20.0, -120.0]))
        assert sound is not None and sound.loudness_lufs == -23.0 and sound.speech_share is None

    def test_speech_is_the_share_of_time(self) -> None:
        sound = sound_of(shot(1, 5), track([-20.0] * 5, [1.0, 0.9, 0.5, 0.1, 0.2]))
        assert sound is not None and sound.speech_share == 0.5

    def test_silence_has_no_loudness(self) -> None:
        sound = sound_of(shot(0, 2), track([-120.0, -90.0], [0.0, 0.0]))
        assert sound is not None
        assert (sound.loudness_lufs, sound.speech_share) == (None, 0.0)

    def test_a_shot_shorter_than_a_step_takes_the_nearest(self) -> None:
        sound = sound_of(shot(1.6, 1.7), track([-10.0, -20.0, -30.0]))
        assert sound is not None and sound.loudness_lufs == -20.0

    def test_no_track_and_a_track_that_has_ended_are_none(self) -> None:
        assert sound_of(shot(0, 2), None) is None
        assert sound_of(shot(5, 6), track([-10.0])) is None
