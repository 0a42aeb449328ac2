"""Exports open where they are meant to, with the right timecodes."""

from __future__ import annotations

import csv
import io
import re
from fractions import Fraction

import opentimelineio as otio
import pytest

from framesense.errors import UsageError
from framesense.report.exports import export
from tests.factories import report


def timecodes(edl: str) -> list[list[str]]:
    return [
        re.findall(r"\d\d:\d\d:\d\d[:;]\d\d", line) for line in edl.splitlines() if " C  " in line
    ]


@pytest.mark.parametrize(
    ("fps", "ends"),
    [  # of shots of 100, 1700 and 200 frames: after 100, 1800 and 2000 frames
        (Fraction(24000, 1001), ["00:00:04:04", "00:01:15:00", "00:01:23:08"]),
        (Fraction(24), ["00:00:04:04", "00:01:15:00", "00:01:23:08"]),
        (Fraction(25), ["00:00:04:00", "00:01:12:00", "00:01:20:00"]),
        (Fraction(30000, 1001), ["00:00:03;10", "00:01:00;02", "00:01:06;22"]),  # drop-frame
        (Fraction(30), ["00:00:03:10", "00:01:00:00", "00:01:06:20"]),
        (Fraction(12), ["00:00:08:08", "00:02:30:00", "00:02:46:16"]),  # as 24 frames a second
    ],
)
def test_edl_timecodes(fps: Fraction, ends: list[str]) -> None:
    edl = export(report(fps=fps), "edl")
    rows = timecodes(edl)
    assert [row[1] for row in rows] == ends
    assert [row[0] for row in rows[1:]] == ends[:-1]  # no gap
    assert all(row[:2] == row[2:] for row in rows)  # record time is source time
    assert ("FCM: DROP FRAME" in edl) == (fps == Fraction(30000, 1001))
    assert "NON-DROP" in edl or "DROP FRAME" in edl


def test_edl_of_a_variable_rate_film_goes_by_time() -> None:
    edl = export(report((24, 24), variable=True, stretch=2.0), "edl")  # 2 s each, not 1 s
    assert [row[1] for row in timecodes(edl)] == ["00:00:02:00", "00:00:04:00"]


def test_an_odd_rate_is_laid_on_a_timecode_rate_by_time() -> None:
    edl = export(report((23, 23), fps=Fraction(23)), "edl")
    assert [row[1] for row in timecodes(edl)] == ["00:00:01:00", "00:00:02:00"]


def test_edl_names_the_media_and_says_what_the_shot_shows() -> None:
    edl = export(report(label="cat"), "edl")
    assert edl.count("* FROM CLIP NAME:  film & co.mp4") == 3
    assert "* Shot 0001 cat" in edl
    assert "DISSOLVE, 10 FRAMES" in edl


@pytest.mark.parametrize("to", ["edl", "otio"])
def test_a_timeline_is_read_back_by_opentimelineio(to: str) -> None:
    adapter, options = ("cmx_3600", {"rate": 24}) if to == "edl" else ("otio_json", {})
    timeline = otio.adapters.read_from_string(export(report(), to), adapter, **options)
    clips = list(timeline.find_clips())
    assert [clip.source_range.start_time.value for clip in clips] == [0, 100, 1800]
    assert [clip.source_range.duration.value for clip in clips] == [100, 1700, 200]
    assert all(clip.media_reference.target_url == "film & co.mp4" for clip in clips)


def test_otio_carries_tags_and_the_gradual_transition_as_a_marker() -> None:
    timeline = otio.adapters.read_from_string(export(report(), "otio"), "otio_json")
    second = list(timeline.find_clips())[1]
    assert second.metadata["framesense"]["tags"][0]["label"] == "cat"
    assert [marker.name for marker in second.markers] == ["dissolve, 10 frames"]
    assert list(timeline.tracks[0].find_children(otio.schema.Transition)) == []  # no second one


def test_vtt_cues_cover_the_film_and_escape_labels() -> None:
    vtt = export(report(label="cat & <dog>"), "vtt")
    assert vtt.startswith("WEBVTT")
    assert "00:00:04.167 --> 00:01:15.000" in vtt
    assert "Shot 2 · dissolve · cat &amp; &lt;dog&gt;" in vtt


def test_csv_has_a_row_a_shot() -> None:
    rows = list(csv.DictReader(io.StringIO(export(report(), "csv"))))
    assert [row["shot"] for row in rows] == ["1", "2", "3"]
    assert rows[1]["transition"] == "dissolve"
    assert float(rows[1]["transition_start_s"]) == pytest.approx(95 / 24)
    assert rows[0]["object"] == "cat 0.75"


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="csv, edl, otio, vtt"):
        export(report(), "xml")
