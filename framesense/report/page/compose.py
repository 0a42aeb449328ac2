"""From a report to what stands on its page."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path, PurePath
from urllib.parse import quote

from framesense.records import LIVING, FilmReport, FilmTag, Scene, Share, ShotRecord
from framesense.report.page import words
from framesense.report.page.cards import card, palette, pictured_frame
from framesense.report.page.copies import copies
from framesense.report.page.facets import colour_choices, facets, of_shot, of_tag
from framesense.report.page.making import making
from framesense.report.page.pictures import Pictures
from framesense.report.page.timeline import timeline
from framesense.report.page.view import Bar, Fact, Page

_MOST_CAST = 8


def compose(report: FilmReport, pictures: Pictures, *, page_folder: Path) -> Page:
    name = PurePath(report.film.path.replace("\\", "/")).name
    of_shots = [of_shot(record, _scene_of(report, record)) for record in report.shots]
    cast_name, cast = _cast(report)
    look = report.look
    return Page(
        title=PurePath(name).stem.replace("_", " ") or name,
        synopsis=report.synopsis or "",
        film_file=name,
        film_urls=_film_urls(report, name, page_folder),
        aspect=f"{report.film.width or 16} / {report.film.height or 9}",
        facts=_facts(report),
        cast=tuple(_member(report, tag, pictures) for tag in cast[:_MOST_CAST]),
        cast_name=cast_name,
        palette=palette(look.palette) if look else (),
        scales=_bars("scale", look.scales) if look else (),
        moves=_bars("move", look.moves) if look else (),
        timeline=timeline(report),
        cards=tuple(card(record, pictures) for record in report.shots),
        facets=facets(report, of_shots),
        colours=colour_choices(of_shots),
        sorts=_sorts(report),
        data={"shots": [_numbers(*shot) for shot in zip(report.shots, of_shots, strict=True)]},
        copies=copies(report),
        making=making(report),
    )


def _scene_of(report: FilmReport, record: ShotRecord) -> Scene | None:
    after = bisect_right(report.scenes, record.shot.index, key=lambda scene: scene.first_shot)
    scene = report.scenes[after - 1] if after else None
    return scene if scene and record.shot.index < scene.end_shot else None


# ---- the film ----


def _film_urls(report: FilmReport, name: str, page_folder: Path) -> tuple[str, ...]:
    """Beside the page, and where the film is now; both relative to the page."""
    urls = [f"./{quote(name)}"]
    film = Path(report.film.path)
    try:
        if film.is_file():
            place = os.path.relpath(film.resolve(), page_folder.resolve())
            urls.append(quote(Path(place).as_posix()))
    except (OSError, ValueError):  # a name no file can have; another drive
        pass
    return tuple(url for url in dict.fromkeys(urls) if url != quote(name))


def _facts(report: FilmReport) -> tuple[Fact, ...]:
    film = report.film
    facts = [
        Fact("Length", words.short_clock(film.duration_s)),
        Fact("Shots", f"{len(report.shots):,}"),
    ]
    if len(report.scenes) > 1:
        facts.append(Fact("Scenes", f"{len(report.scenes):,}"))
    if report.shots:
        average_s = film.duration_s / len(report.shots)
        facts.append(Fact("Average shot", f"{average_s:.1f} s"))
    rate = f"{float(film.fps):.6g} fps{', variable' if film.variable_frame_rate else ''}"
    facts.append(Fact("Picture", f"{film.width} × {film.height}, {rate}"))
    if held := _held(report):
        facts.append(Fact("Drawings", held))
    facts.append(Fact("Sound", _sound(report)))
    if film.subtitles:
        languages = [track.language or track.codec for track in film.subtitles]
        facts.append(Fact("Subtitles", ", ".join(dict.fromkeys(languages))))
    return tuple(facts)


def _sound(report: FilmReport) -> str:
    tracks = report.film.audio
    channels = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}
    told = [
        f"{track.codec}, {channels.get(track.channels, words.counted(track.channels, 'channel'))}"
        for track in tracks[:3]
    ]
    return "; ".join(dict.fromkeys(told)) or "none"


def _held(report: FilmReport) -> str:
    """on twos: by screen time, where drawings are held at all"""
    times: dict[int, float] = {}
    for record in report.shots:
        if record.look and record.look.drawings and record.look.drawings.held_frames:
            held = record.look.drawings.held_frames
            times[held] = times.get(held, 0.0) + record.shot.duration_s
    most = max(times, key=lambda held: times[held], default=0)
    names = {1: "on ones", 2: "on twos", 3: "on threes", 4: "on fours"}
    return names.get(most, f"held {most} frames") if most else ""


def _cast(report: FilmReport) -> tuple[str, list[FilmTag]]:
    """Characters; else who lives; else what is seen longest."""
    longest = sorted(report.tags, key=lambda tag: (-tag.screen_time_s, tag.label))
    characters = [tag for tag in longest if tag.kind == "character"]
    if characters:
        return "Cast", characters
    things = [tag for tag in longest if tag.kind == "object"]
    living = [tag for tag in things if tag.label.lower() in LIVING]
    return ("Seen in it", living) if living else ("Seen in it", things)


def _member(report: FilmReport, tag: FilmTag, pictures: Pictures) -> Bar:
    return Bar(tag.label, tag.share, of_tag(tag.kind, tag.label), _portrait(report, tag, pictures))


def _portrait(report: FilmReport, member: FilmTag, pictures: Pictures) -> str | None:
    """The surest, largest sight of it among the thumbnails."""
    sights = [
        (box.score * min(box.box.area, 0.25) ** 0.25, -record.shot.index, box.box)
        for record in report.shots
        for tag in record.tags
        if (tag.kind, tag.label) == (member.kind, member.label)
        for box in tag.boxes
        if box.frame == pictured_frame(record)
    ]
    for _, index, box in sorted(sights, key=lambda sight: sight[:2], reverse=True)[:5]:
        if portrait := pictures.portrait(-index, box):
            return portrait
    return None


def _bars(prefix: str, shares: Sequence[Share]) -> tuple[Bar, ...]:
    return tuple(Bar(share.name, share.share, f"{prefix}:{share.name}") for share in shares)


# ---- for the scripts ----


def _numbers(record: ShotRecord, found: Sequence[str]) -> dict[str, object]:
    """What the scripts filter, sort and play by."""
    shot, look = record.shot, record.look
    return {
        "start": round(shot.start_s, 4),
        "end": round(shot.end_s, 4),
        "motion": look.motion.mean if look and look.motion else 0.0,
        "brightness": look.colour.brightness if look and look.colour else 0.0,
        "facets": list(found),
    }


def _sorts(report: FilmReport) -> tuple[tuple[str, str], ...]:
    looks = [record.look for record in report.shots if record.look]
    return (
        ("start", "as in the film"),
        ("-length", "longest first"),
        ("length", "shortest first"),
        *((("-motion", "most motion first"),) if any(look.motion for look in looks) else ()),
        *(
            (("-brightness", "brightest first"), ("brightness", "darkest first"))
            if any(look.colour for look in looks)
            else ()
        ),
    )
