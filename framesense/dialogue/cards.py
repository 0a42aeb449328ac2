"""Whether the text in a picture makes it a title or credits card. Pure, from the boxes alone.

Text boxes side by side are one row. Five rows or more are credits. Up to four are a title where
every row is centred and the rows together lie about the middle of the picture: subtitles lie
lower, and signs and labels are seldom centred.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from framesense.records import Box

Card = Literal["title", "credits"]

_CREDITS_ROWS = 5
_OFF_CENTRE = 0.08  # of the width, from the middle of the picture to that of a row
_MIDDLE = (0.25, 0.75)  # of the height, where the middle of a title lies
_SAME_ROW = 0.5  # of the lower box's height, shared


def card_of(texts: Sequence[Box]) -> Card | None:
    """texts: where the rows of text in one picture are."""
    rows = text_rows(texts)
    if len(rows) >= _CREDITS_ROWS:
        return "credits"
    if not rows:
        return None
    middle = (rows[0].y1 + max(row.y2 for row in rows)) / 2
    centred = all(abs((row.x1 + row.x2) / 2 - 0.5) <= _OFF_CENTRE for row in rows)
    return "title" if centred and _MIDDLE[0] <= middle <= _MIDDLE[1] else None


def text_rows(texts: Sequence[Box]) -> list[Box]:
    """Boxes that share half of their height joined into rows, from the top down."""
    rows: list[Box] = []
    for box in sorted(texts, key=lambda box: box.y1 + box.y2):
        last = rows[-1] if rows else None
        if last is not None and _share_a_row(last, box):
            rows[-1] = Box(
                min(last.x1, box.x1),
                min(last.y1, box.y1),
                max(last.x2, box.x2),
                max(last.y2, box.y2),
            )
        else:
            rows.append(box)
    return rows


def _share_a_row(one: Box, other: Box) -> bool:
    shared = min(one.y2, other.y2) - max(one.y1, other.y1)
    return shared >= _SAME_ROW * min(one.y2 - one.y1, other.y2 - other.y1)
