"""What is true of the film, read off its timeline: boundaries, shots, events."""

from __future__ import annotations

import csv
from pathlib import Path

from drawing.camera import FPS, HEIGHT, WIDTH
from drawing.timeline import Placed, Timeline

BOUNDARY_COLUMNS = [
    "nominal_frame",
    "type",
    "zone_first",
    "zone_last",
    "hard_frame",
    "uncertain",
    "note",
]
SHOT_COLUMNS = [
    "shot",
    "start_frame",
    "end_frame",
    "start_s",
    "transition_in",
    "trans_first",
    "trans_last",
    "kind",
    "characters",
    "setting",
    "scale",
    "text",
    "uncertain",
    "note",
]
EVENT_COLUMNS = ["kind", "first_frame", "last_frame", "note"]
TYPE = {"cut": "cut", "fade": "fade", "dissolve": "dissolve", "wipe": "wipe", "iris": "wipe"}
Row = dict[str, object]


def nominal(placed: Placed) -> int:
    """The frame that counts as the shot's first: where both shots are seen, the middle one."""
    enter = placed.shot.enter
    return placed.first + (0 if enter.kind == "fade" else enter.into // 2)


def boundaries(timeline: Timeline) -> list[Row]:
    """One row a change of content, then the zones to ignore."""
    rows = []
    for placed in timeline.placed[1:]:
        enter, cut = placed.shot.enter, placed.shot.enter.kind == "cut"
        row: Row = {"nominal_frame": nominal(placed), "type": TYPE[enter.kind]}
        row["zone_first"] = placed.first - (enter.out + enter.hold)
        row["zone_last"] = placed.first + max(0, enter.into - 1)
        row["hard_frame"] = placed.first if cut else ""
        rows.append(row | {"uncertain": 0, "note": _way_in(placed)})
    opening, last = timeline.placed[0], timeline.placed[-1]
    zones = [(0, opening.first + opening.shot.enter.into, "opening fade-in from black")]
    zones += [(last.end - timeline.closing.out, timeline.frames - 1, "closing fade-out to black")]
    for first, final, what in zones:
        note = f"{what}: not a boundary, not an error"
        row = {"type": "ignore", "zone_first": first, "zone_last": final, "note": note}
        rows.append(row)
    return rows


def shots(timeline: Timeline) -> list[Row]:
    """The shots, black stretches as rows of their own; they cover the film without a gap."""
    rows: list[Row] = []
    for i, placed in enumerate(timeline.placed):
        shot, enter = placed.shot, placed.shot.enter
        dark = enter.kind == "fade" and enter.colour == "#000000"
        if dark:
            start = placed.first - enter.hold
            way = ("fade", start - enter.out, start - 1) if i else ("start", "", "")
            rows.append(_black(start, way))
        zone: tuple[object, object] = ("", "")
        if enter.kind != "cut":
            first = placed.first - (0 if dark else enter.out + enter.hold)
            zone = (first, placed.first + enter.into - 1)
        rows.append(
            {
                "start_frame": nominal(placed),
                "transition_in": TYPE[enter.kind],
                "trans_first": zone[0],
                "trans_last": zone[1],
                "kind": "content" if shot.setting else "title",
                "characters": ";".join(visible(placed)) or "none",
                "setting": shot.setting or "none",
                "scale": shot.scale,
                "text": shot.text,
                "note": "; ".join(filter(None, (_way_in(placed), shot.note))),
            }
        )
    dark_from = timeline.placed[-1].end
    rows.append(_black(dark_from, ("fade", dark_from - timeline.closing.out, dark_from - 1)))
    ends = [row["start_frame"] for row in rows[1:]] + [timeline.frames]
    for number, (row, end) in enumerate(zip(rows, ends, strict=True), start=1):
        start_s = f"{int(str(row['start_frame'])) / FPS:.3f}"
        row |= {"shot": number, "end_frame": end, "start_s": start_s, "uncertain": 0}
    return rows


def events(timeline: Timeline) -> list[Row]:
    """What must not be taken for a boundary; frames of the film, both included."""
    return [
        {
            "kind": event.kind,
            "first_frame": placed.first + event.first,
            "last_frame": placed.first + event.last,
            "note": event.note,
        }
        for placed in timeline.placed
        for event in placed.shot.events
    ]


def visible(placed: Placed, *, least: int = 3) -> list[str]:
    """Who has their middle inside the picture for `least` frames or more, first come first."""
    counts: dict[str, int] = {}
    for local in range(placed.shot.frames):
        camera = placed.shot.camera(local)
        for name, pose in placed.shot.cast(local):
            dx, dy = pose.x - camera.x, pose.y - 55 * pose.scale - camera.y
            reach = 0.25 * 110 * pose.scale  # a character counts when a good part is in
            inside = abs(dx) < WIDTH / 2 / camera.zoom + reach
            if inside and abs(dy) < HEIGHT / 2 / camera.zoom + reach:
                counts[name] = counts.get(name, 0) + 1
    return [name for name, count in counts.items() if count >= least]


def write(path: Path, columns: list[str], rows: list[Row]) -> None:
    """Write rows as CSV; a column that a row lacks stays empty."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _black(start: int, way: tuple[str, object, object]) -> Row:
    row: Row = {"start_frame": start, "kind": "black", "note": "black"}
    row |= dict.fromkeys(("characters", "setting", "scale"), "none")
    return row | dict(zip(("transition_in", "trans_first", "trans_last"), way, strict=True))


def _way_in(placed: Placed) -> str:
    enter = placed.shot.enter
    if enter.kind == "fade":
        colour = {"#000000": "black", "#ffffff": "white"}[enter.colour]
        if placed.first == enter.hold:
            return f"fade-in from {colour}"
        return f"fade-out {enter.out}, {colour} {enter.hold}, fade-in {enter.into} frames"
    return {"wipe": "linear wipe, hard edge, from the left", "iris": "iris opens"}.get(
        enter.kind, ""
    )
