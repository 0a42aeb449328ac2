"""Who is where in the picture: shot scale, place and number of the subjects.

A pure function of a shot's tags, whose boxes the models drew.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median

from framesense.records import LIVING, Box, Column, Composition, Row, Scale, Tag

_SCALES: tuple[tuple[float, Scale], ...] = (  # from this share of the picture
    (0.60, "extreme close-up"),
    (0.32, "close-up"),
    (0.14, "medium"),
    (0.06, "full"),
    (0.012, "long"),
    (0.0, "extreme long"),
)
_SAME = 0.5  # of the smaller box in the larger, from which they are of one subject


def composition(tags: Sequence[Tag]) -> Composition | None:
    """Of a shot's tags; None where no sample shows a character or a living thing.

    Scale follows the share of the picture that the largest subject's box covers, in the typical
    (median) sample that shows one; column and row are the thirds where its centre mostly lies. The
    bounds between the scales were set by eye.
    """
    by_frame: dict[int, list[Box]] = defaultdict(list)
    for box, frame in _subject_boxes(tags):
        if all(box.within(other) < _SAME for other in by_frame[frame]):
            by_frame[frame].append(box)
    if not by_frame:
        return None
    largest = [boxes[0] for _, boxes in sorted(by_frame.items())]
    area = median(box.area for box in largest)
    columns = Counter(_third((box.x1 + box.x2) / 2) for box in largest)
    rows = Counter(_third((box.y1 + box.y2) / 2) for box in largest)
    names: tuple[Column, Column, Column] = ("left", "centre", "right")
    levels: tuple[Row, Row, Row] = ("top", "middle", "bottom")
    return Composition(
        scale=next(scale for least, scale in _SCALES if area >= least),
        column=names[columns.most_common(1)[0][0]],
        row=levels[rows.most_common(1)[0][0]],
        subjects=round(median(len(boxes) for boxes in by_frame.values())),
    )


def _subject_boxes(tags: Sequence[Tag]) -> list[tuple[Box, int]]:
    """Largest first, each with its frame."""
    boxes = [
        (item.box, item.frame)
        for tag in tags
        if tag.kind == "character" or (tag.kind == "object" and tag.label.lower() in LIVING)
        for item in tag.boxes
    ]
    return sorted(boxes, key=lambda pair: (-pair[0].area, pair[1], pair[0].x1))


def _third(centre: float) -> int:
    return min(2, int(centre * 3))
