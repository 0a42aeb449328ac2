"""Text subtitle tracks in the film's container; tracks of pictures are named and passed by."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from framesense.dialogue import language
from framesense.dialogue.candidates import Candidate, Reading
from framesense.dialogue.container import opened, origin_s, packets
from framesense.dialogue.parsing import Cue, cue
from framesense.errors import InputError

_LONGEST_S = 5.0  # of a cue whose end the container does not say
_TEXT_FIELD = 8  # of FFmpeg's ASS events: ReadOrder, Layer, Style, Name, margins, Effect, Text
_NAME_FIELD = 3


def inside(film: Path) -> tuple[list[Candidate], list[str]]:
    """The container's text tracks, and notes on the others. Raises InputError."""
    from av.stream import Disposition

    candidates, notes = [], []
    with opened(film) as container:
        for stream in container.streams.subtitles:
            context = stream.codec_context
            name = f"track {stream.index} ({context.name if context else 'unknown'})"
            if context is None or not context.codec.text_sub:
                notes.append(f"{name}: holds pictures of text; passed by")
                continue
            title = stream.metadata.get("title", "").lower()
            candidates.append(
                Candidate(
                    name=name,
                    place="inside",
                    language=language.tag(stream.language),
                    forced=Disposition.forced in stream.disposition or "forced" in title,
                    sounds=Disposition.hearing_impaired in stream.disposition or "sdh" in title,
                    read=_reader(film, stream.index, name),
                )
            )
    return candidates, notes


def _reader(film: Path, index: int, name: str) -> Callable[[str | None], Reading]:
    """The container has told the language already."""
    return lambda _: _read(film, index, name)


def _read(film: Path, index: int, name: str) -> Reading:
    import av

    cues: list[Cue] = []
    with opened(film) as container:
        stream = container.streams[index]
        origin = origin_s(container)
        for packet in packets(container, stream):
            if packet.pts is None:
                continue
            try:
                shown = packet.decode()
            except av.FFmpegError:
                continue
            start_s = float(packet.pts * packet.time_base) - origin
            end_s = start_s + float((packet.duration or 0) * packet.time_base)
            cues += [_cue(start_s, end_s, rect) for rect in shown if hasattr(rect, "ass")]
    if not cues:
        raise InputError(f"{name}: holds no cue")
    return Reading(tuple(_with_ends(cues)))


def _cue(start_s: float, end_s: float, rect: Any) -> Cue:
    fields = rect.ass.decode("utf-8", "replace").split(",", _TEXT_FIELD)
    return cue(start_s, end_s, fields[_TEXT_FIELD], fields[_NAME_FIELD])


def _with_ends(cues: list[Cue]) -> list[Cue]:
    """Where the container gives no duration, a cue lasts until the next begins."""
    nexts = [*(later.start_s for later in cues[1:]), float("inf")]
    return [
        one
        if one.end_s > one.start_s
        else Cue(one.start_s, min(later, one.start_s + _LONGEST_S), one.text, one.speaker)
        for one, later in zip(cues, nexts, strict=True)
    ]
