"""How a report was made, for who wants to trust or repeat it."""

from __future__ import annotations

from framesense.records import FilmReport
from framesense.report.page import words
from framesense.report.page.view import Fact, Making

_TIMINGS = {
    "decode_s": "decoding",
    "split_s": "splitting into shots",
    "sample_s": "choosing samples",
    "look_s": "measuring the look",
    "detect_s": "models",
    "listen_s": "subtitles and sound",
}


def making(report: FilmReport) -> Making:
    film, run = report.film, report.run
    facts = [
        Fact("Made by", f"framesense {run.version}"),
        Fact("On", run.device),
        Fact("Film file", film.path),
        Fact("Size", words.size(film.size_bytes)),
        Fact("Format", f"{film.container}, {film.codec}, {film.pixel_format}"),
        Fact("Frames", f"{film.frames_decoded:,} decoded"),
        Fact("SHA-256", film.sha256),
        Fact("Report", f"{report.schema} {report.schema_version}"),
    ]
    return Making(
        facts=tuple(facts),
        models=tuple(
            (model.role, model.name, model.licence, model.sha256 or "no weights")
            for model in run.models
        ),
        timings=_timings(report),
        settings=tuple(
            (section, tuple(Fact(name, _told(value)) for name, value in values.items()))
            for section, values in run.config.items()
        ),
        notes=_notes(report),
    )


def _notes(report: FilmReport) -> tuple[str, ...]:
    notes = []
    if report.film.packets_corrupt:
        notes.append(f"{report.film.packets_corrupt} damaged packets were passed over")
    if report.film.truncated:
        notes.append("the file ends before its container says it should")
    return (*notes, *report.run.notes)


def _timings(report: FilmReport) -> tuple[Fact, ...]:
    timings = report.run.timings
    if timings is None:
        return ()
    parts = [Fact(name, f"{getattr(timings, field):.1f} s") for field, name in _TIMINGS.items()]
    whole = f"{timings.total_s:.1f} s, {timings.realtime_factor:.1f} × as fast as the film"
    return (Fact("in all", whole), *parts)


def _told(value: str | int | float | bool | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value in (None, "") else str(value)
