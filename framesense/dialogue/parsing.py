"""Subtitle text in SubRip, WebVTT or SubStation Alpha to cues, by pysubs2."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from framesense.errors import InputError

_FORMATS = {"srt", "vtt", "ass", "ssa"}
_ARROW = "-->"


@dataclass(frozen=True, slots=True)
class Cue:
    """What a subtitle file shows at one time, as written."""

    start_s: float
    end_s: float
    text: str  # HTML tags and entities kept, rows apart by \n
    speaker: str | None = None  # of the format's own field


def parse(text: str, *, name: str) -> list[Cue]:
    """The cues in the file's order; the format is told from the text, not from the name.

    Raises InputError, naming the file, for what is in none of the formats or holds no cue.
    """
    import pysubs2

    if not text.strip():
        raise InputError(f"{name}: is empty")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on fonts, colours and margins
            subtitles = pysubs2.SSAFile.from_string(_prepared(text), keep_html_tags=True)
    except pysubs2.exceptions.FormatAutodetectionError as error:
        raise InputError(f"{name}: neither SubRip nor WebVTT nor ASS") from error
    except Exception as error:  # torn files end in any of a dozen kinds
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise InputError(f"{name}: cannot be parsed ({reason})") from error
    if subtitles.format not in _FORMATS:
        raise InputError(f"{name}: is in the format {subtitles.format}, which we do not read")
    events = subtitles.get_text_events()  # without comments and drawings
    cues = [cue(event.start / 1000, event.end / 1000, event.text, event.name) for event in events]
    if not cues:
        raise InputError(f"{name}: holds no cue")
    return cues


def cue(start_s: float, end_s: float, ass_text: str, speaker: str = "") -> Cue:
    """A cue of text with SubStation's own markup, `{\\an8}` and `\\N`."""
    from pysubs2 import SSAEvent

    return Cue(start_s, end_s, SSAEvent(text=ass_text).plaintext, speaker.strip() or None)


def _prepared(text: str) -> str:
    """For pysubs2, which takes what follows a cue, up to a number, for the cue's text.

    WebVTT's comments and styles are left out and its cue names become numbers; a last number
    keeps one that the last cue says.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if text.lstrip().startswith("WEBVTT"):
        timed = [_from_its_times(block) for block in text.split("\n\n") if _ARROW in block]
        text = "\n\n".join(["WEBVTT", *timed])
    return f"{text}\n\n0\n" if _ARROW in text else text


def _from_its_times(block: str) -> str:
    rows = block.splitlines()
    first = next(index for index, row in enumerate(rows) if _ARROW in row)
    return "\n".join(["0", *rows[first:]])
