"""EDL (CMX 3600) and OTIO: the film as a track of clips, for editors; OpenTimelineIO writes both.

The film's gradual transitions are already in its pictures, so every shot is a plain cut in the
timeline; a marker tells of the transition.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from framesense.records import FilmReport, Shot, ShotRecord

_SMPTE_RATES = (24000 / 1001, 24.0, 25.0, 30000 / 1001, 30.0, 48.0, 50.0, 60000 / 1001, 60.0)


def as_otio(report: FilmReport) -> str:
    """OTIO JSON at the film's nominal rate."""
    import opentimelineio as otio

    text: str = otio.adapters.write_to_string(
        _timeline(report, float(report.film.fps)), "otio_json"
    )
    return text


def as_edl(report: FilmReport) -> str:
    """CMX 3600; source and record timecode start at zero, drop-frame at 29.97 and 59.94."""
    import opentimelineio as otio

    rate = _smpte_rate(float(report.film.fps))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the adapter's own, of otio
        text: str = otio.adapters.write_to_string(
            _named_as_media(_timeline(report, rate)), "cmx_3600", rate=rate
        )
    title, _, events = text.partition("\n")
    drop = ";" in events.split("*", 1)[0]
    return f"{title}\nFCM: {'DROP FRAME' if drop else 'NON-DROP FRAME'}\n{events}"


def _named_as_media(timeline: Any) -> Any:
    """Editors find an EDL's media by the clip's name, so what the shot shows becomes a comment."""
    for clip in timeline.find_clips():
        clip.metadata["cmx_3600"]["comments"] = [clip.name]
        clip.name = timeline.name
    return timeline


def _smpte_rate(rate: float) -> float:
    """The film's own rate where timecode has it, else the nearest multiple of it that has."""
    for times in (1, 2, 3, 4, 5):
        for usual in _SMPTE_RATES:
            if abs(rate * times / usual - 1) < 1e-4:
                return usual
    return min((usual for usual in _SMPTE_RATES if usual >= rate), default=_SMPTE_RATES[-1])


def _timeline(report: FilmReport, rate: float) -> Any:
    import opentimelineio as otio

    name = Path(report.film.path).name
    timeline = otio.schema.Timeline(name)
    timeline.global_start_time = otio.opentime.RationalTime(0, rate)
    track = otio.schema.Track("V", kind=otio.schema.TrackKind.Video)
    timeline.tracks.append(track)
    last = report.shots[-1].shot
    media = otio.schema.ExternalReference(
        target_url=report.film.path,
        available_range=_range(0, _end(report, last, rate), rate),
    )
    for record in report.shots:
        shot = record.shot
        start, end = _start(report, shot, rate), _end(report, shot, rate)
        if end <= start:  # shorter than a frame of the timeline
            continue
        track.append(
            otio.schema.Clip(
                name=_clip_name(record),
                media_reference=media.clone(),
                source_range=_range(start, end, rate),
                markers=_markers(report, shot, rate),
                metadata={
                    "cmx_3600": {"reel": "AX"},  # what editors read as: a file, not a tape
                    "framesense": _metadata(record),
                },
            )
        )
    return timeline


def _range(start: int, end: int, rate: float) -> Any:
    import opentimelineio as otio

    return otio.opentime.TimeRange(
        otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(end - start, rate)
    )


def _start(report: FilmReport, shot: Shot, rate: float) -> int:
    return _position(report, shot.start_frame, shot.start_s, rate)


def _end(report: FilmReport, shot: Shot, rate: float) -> int:
    return _position(report, shot.end_frame, shot.end_s, rate)


def _position(report: FilmReport, frame: int, time_s: float, rate: float) -> int:
    """Timeline frame: the ordinal itself at a constant rate, else by time from the first frame."""
    own_rate = abs(rate / float(report.film.fps) - 1) < 1e-4
    if own_rate and not report.film.variable_frame_rate:
        return frame
    return round((time_s - report.shots[0].shot.start_s) * rate)


def _clip_name(record: ShotRecord) -> str:
    labels = ", ".join(dict.fromkeys(tag.label for tag in record.tags[:3]))
    return f"Shot {record.shot.index + 1:04}" + (f" {labels}" if labels else "")


def _markers(report: FilmReport, shot: Shot, rate: float) -> list[Any]:
    import opentimelineio as otio

    if shot.transition_span is None:
        return []
    frames = shot.transition_span.end_frame - shot.transition_span.start_frame
    start = _start(report, shot, rate)
    return [
        otio.schema.Marker(
            name=f"{shot.transition}, {frames} frames",
            marked_range=_range(start, start + 1, rate),
            color=otio.schema.MarkerColor.CYAN,
        )
    ]


def _metadata(record: ShotRecord) -> dict[str, Any]:
    return {
        "transition": record.shot.transition,
        "tags": [{"kind": tag.kind, "label": tag.label, "score": tag.score} for tag in record.tags],
    }
