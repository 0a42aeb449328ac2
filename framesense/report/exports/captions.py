"""WebVTT: a cue a shot, for players; pysubs2 writes it."""

from __future__ import annotations

import html

from framesense.records import FilmReport, ShotRecord


def as_vtt(report: FilmReport) -> str:
    """Each cue says the shot's number, how it begins and what is in it."""
    import pysubs2

    track = pysubs2.SSAFile()
    for record in report.shots:
        start_ms = round(record.shot.start_s * 1000)
        end_ms = max(start_ms + 1, round(record.shot.end_s * 1000))
        track.append(pysubs2.SSAEvent(start=start_ms, end=end_ms, text=_cue(record)))
    text: str = track.to_string("vtt")
    return text


def _cue(record: ShotRecord) -> str:
    shot = record.shot
    labels = ", ".join(dict.fromkeys(tag.label for tag in record.tags)) or "no tags"
    return html.escape(f"Shot {shot.index + 1} · {shot.transition} · {labels}", quote=False)
