"""Lines and sound to shots, by time. All pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from framesense.dialogue.listening import SoundTrack
from framesense.records import Line, Shot, Sound, Tag

_SILENCE_LUFS = -70.0  # the absolute gate of ITU-R BS.1770


def lines_of(shot: Shot, lines: Sequence[Line], *, min_overlap_s: float = 0.25) -> tuple[Line, ...]:
    """The lines that a shot overlaps by `min_overlap_s`, or by half of itself or of the line
    where either is short, so that a line within the film always has a shot. A line without
    duration belongs to the shot in which it begins.
    """
    return tuple(line for line in lines if _belongs(line, shot, min_overlap_s))


def _belongs(line: Line, shot: Shot, min_overlap_s: float) -> bool:
    overlap_s = min(line.end_s, shot.end_s) - max(line.start_s, shot.start_s)
    if line.end_s <= line.start_s:
        return shot.start_s <= line.start_s < shot.end_s
    enough_s = min(min_overlap_s, (line.end_s - line.start_s) / 2, shot.duration_s / 2)
    return overlap_s > 0 and overlap_s >= enough_s


def sound_tags(shot: Shot, lines: Sequence[Line]) -> tuple[Tag, ...]:
    """A tag of kind `sound` for each different sound among the shot's lines, by its name in lower
    case; score 1, since a person wrote it; `hits` and `samples` are 1 for the same reason.
    """
    spans: dict[str, tuple[float, float]] = {}
    for line in lines:
        if line.sound:
            first_s, last_s = max(line.start_s, shot.start_s), min(line.end_s, shot.end_s)
            known = spans.get(line.text.casefold(), (first_s, last_s))
            spans[line.text.casefold()] = (min(first_s, known[0]), max(last_s, known[1]))
    return tuple(
        Tag("sound", label, 1.0, hits=1, samples=1, first_s=first_s, last_s=last_s)
        for label, (first_s, last_s) in sorted(spans.items())
    )


def sound_of(shot: Shot, track: SoundTrack | None, *, threshold: float = 0.5) -> Sound | None:
    """How loud a shot is, and the share of its time in which somebody speaks.

    Loudness: the mean energy of the momentary loudnesses (400 ms, K-weighted) of which most falls
    into the shot. Speech: the share of 32 ms windows whose probability reaches `threshold`. None
    without a track, or where it ends before the shot begins.
    """
    if track is None or track.duration_s <= shot.start_s:
        return None
    levels = track.levels.within(shot.start_s, shot.end_s)
    energies = [10 ** (level / 10) for level in levels]
    loudness = 10 * math.log10(sum(energies) / len(energies)) if any(energies) else -math.inf
    share = None
    if track.speech is not None:
        windows = track.speech.within(shot.start_s, shot.end_s)
        share = sum(p >= threshold for p in windows) / len(windows) if windows else 0.0
    return Sound(
        loudness_lufs=round(loudness, 1) if loudness > _SILENCE_LUFS else None,
        speech_share=None if share is None else round(share, 3),
    )


def outside(lines: Sequence[Line], *, duration_s: float) -> str | None:
    """A note where lines begin after the film's end, as those of another version of it do."""
    late = sum(line.start_s >= duration_s for line in lines)
    if not late:
        return None
    source = lines[-1].source
    return f"{source}: {late} of {len(lines)} lines begin after the film's end"
