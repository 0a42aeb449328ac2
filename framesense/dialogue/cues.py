"""From a cue as written to who says what, and to what is heard. All pure.

Speakers are named only where the file is clear: a field of the format, a WebVTT voice `<v Name>`,
or `NAME:` in capitals where that name speaks at least twice. Rows that begin with dashes are
different people. `[door slams]`, a cue wholly in `(…)`, and notes (♪) are sounds; the words of a
song are said.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from framesense.dialogue.parsing import Cue
from framesense.records import Line

_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<\d[\d:.]*>")
_DASH = re.compile(r"^\s*(?:[-‐–—]|>>)(?![-–—\d])\s*(?=\S)")
_NAME = re.compile(r"^([^\W\d_][^:：\n]{1,30})[:：]\s+(?=\S)")
_SQUARE = re.compile(r"[\[［【]([^\[\]［］【】]+)[\]］】](?!:)")
_ROUND = re.compile(r"[(（]([^()（）]+)[)）]")
_ALL_ROUND = re.compile(r"^(?:[(（][^()（）]+[)）]\s*)+$")
_NOTES = re.compile(r"[♩♪♫♬]+")
_LAYOUT = re.compile(r"[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")  # zero width, direction
_MUSIC = "music"


def lines_from(cues: Iterable[Cue], *, language: str | None, source: str) -> list[Line]:
    """Lines in order of time, the same one once; cues that end before they begin left out."""
    parts = [(cue, *part) for cue in cues if cue.end_s >= cue.start_s for part in _parts(cue)]
    names = _recurring_names(text for _, _, text in parts)
    lines = []
    for cue, speaker, text in parts:
        name, words = _named(text, names)
        for said, sound in _said_and_heard(words):
            lines.append(
                Line(
                    start_s=cue.start_s,
                    end_s=cue.end_s,
                    text=said,
                    speaker=None if sound else speaker or name,
                    sound=sound,
                    language=language,
                    source=source,
                )
            )
    return sorted(dict.fromkeys(lines), key=lambda line: (line.start_s, line.end_s))


def _parts(cue: Cue) -> Iterator[tuple[str | None, str]]:
    """Who speaks, where the format says so, and the text: one for each person in the cue."""
    pieces = _VOICE.split(cue.text)  # before the first voice, then name and text in turns
    yield from ((cue.speaker, text) for text in _by_dashes(_plain(pieces[0])))
    for name, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        yield from ((_plain(name), text) for text in _by_dashes(_plain(piece)))


def _plain(text: str) -> str:
    """Without tags, entities and invisible layout; rows kept."""
    return _LAYOUT.sub("", html.unescape(_TAG.sub("", text))).strip()


def _by_dashes(text: str) -> list[str]:
    """On one row each; several where several rows begin with a dash."""
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    dashed = [bool(_DASH.match(row)) for row in rows]
    people: list[list[str]] = []
    for row, begins in zip(rows, dashed, strict=True):
        if not people or (begins and dashed[0]):
            people.append([])
        people[-1].append(_DASH.sub("", row) if begins and dashed[0] else row)
    return [" ".join(person) for person in people]


def _recurring_names(texts: Iterable[str]) -> set[str]:
    counts = Counter(match[1] for text in texts if (match := _NAME.match(text)))
    return {name for name, count in counts.items() if count > 1 and _is_name(name)}


def _is_name(name: str) -> bool:
    return name.isupper() and len(name.split()) <= 3


def _named(text: str, names: set[str]) -> tuple[str | None, str]:
    match = _NAME.match(text)
    if match and match[1] in names:
        return match[1], text[match.end() :]
    return None, text


def _said_and_heard(text: str) -> Iterator[tuple[str, bool]]:
    """The words, if any, and each sound; True marks the sounds."""
    pattern = _ROUND if _ALL_ROUND.match(_NOTES.sub("", text).strip()) else _SQUARE
    sounds = [found.strip() for found in pattern.findall(text)]
    if _NOTES.search(text) and not sounds:
        sounds = [_MUSIC]
    words = " ".join(_NOTES.sub(" ", pattern.sub(" ", text)).split())
    if any(char.isalnum() for char in words) or (words and not sounds):
        yield words, False
    yield from ((sound, True) for sound in sounds if sound)
