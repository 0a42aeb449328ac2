"""CSV: a row a shot, for spreadsheets and pandas."""

from __future__ import annotations

import pandas as pd

from framesense.records import FilmReport, ShotRecord


def as_csv(report: FilmReport) -> str:
    """Columns: shot number from 1, frames, seconds, transition, and a column for each kind of tag
    with `label score` pairs, surest first.
    """
    kinds = sorted({tag.kind for record in report.shots for tag in record.tags} | {"object"})
    rows = [_row(record, kinds) for record in report.shots]
    text: str = pd.DataFrame(rows).to_csv(index=False, lineterminator="\n")
    return text


def _row(record: ShotRecord, kinds: list[str]) -> dict[str, object]:
    shot = record.shot
    span = shot.transition_span
    row: dict[str, object] = {
        "shot": shot.index + 1,
        "start_frame": shot.start_frame,
        "end_frame": shot.end_frame,
        "start_s": round(shot.start_s, 6),
        "end_s": round(shot.end_s, 6),
        "duration_s": round(shot.duration_s, 6),
        "transition": shot.transition,
        "transition_start_s": round(span.start_s, 6) if span else None,
        "transition_end_s": round(span.end_s, 6) if span else None,
        "samples": len(record.samples),
    }
    for kind in kinds:
        tags = [tag for tag in record.tags if tag.kind == kind]
        row[kind] = "; ".join(f"{tag.label} {tag.score:.2f}" for tag in tags)
    return row
