"""Words with times to lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_ENDS = (".", "?", "!", "…", "。", "？", "！", "؟")
_PAUSE_S = 1.0  # between two words parts them
_LONGEST_S = 8.0  # of a line; longer ones are cut at the next comma
_COMMAS = (",", ";", ":", "、", "،")


@dataclass(frozen=True, slots=True)
class Word:
    """As heard; `text` begins with a space where the language puts one."""

    start_s: float
    end_s: float
    text: str


def sentences(words: Iterable[Word]) -> Iterator[Word]:
    """Words joined up to the end of a sentence, a pause, or a comma in a long one."""
    gathered: list[Word] = []
    for word in words:
        if gathered and word.start_s - gathered[-1].end_s >= _PAUSE_S:
            yield _joined(gathered)
            gathered = []
        gathered.append(word)
        long = word.end_s - gathered[0].start_s >= _LONGEST_S
        if word.text.rstrip().endswith(_ENDS + (_COMMAS if long else ())):
            yield _joined(gathered)
            gathered = []
    if gathered:
        yield _joined(gathered)


def _joined(words: list[Word]) -> Word:
    text = "".join(word.text for word in words).strip()
    return Word(words[0].start_s, words[-1].end_s, text)
