"""How right the tags of shots are, against truth made by eye. Reading the truth aside, pure.

The truth is a CSV, a row a shot. Where the shot lies is told by `start_frame,end_frame` (half-open,
counted by decoding), or by `start_s,end_s`, or by its number `shot` in the report, from 1. Who is
in it is told by a column named after the kind of tags (`characters` or `character`, `setting` or
`scene`), or by `labels`: several are parted by `;`, and `none`, `nobody` or nothing is nobody. Rows
with 1 in `uncertain` are left out. The tables of `framesense export --to csv`, of `samples/` and
your own spreadsheet's will do; other columns are not looked at.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from framesense.errors import DeviceError, InputError
from framesense.film.grading import Score
from framesense.records import ShotRecord

_PLACES = (("start_frame", "end_frame"), ("start_s", "end_s"), ("shot",))
_COLUMNS = {"character": ("characters", "character"), "scene": ("setting", "scene", "scenes")}


@dataclass(frozen=True, slots=True)
class TrueShot:
    """A stretch of the film, and what is truly in it."""

    where: str  # columns that say where: start_frame, start_s or shot
    start: float
    end: float  # > start
    labels: frozenset[str]

    def covers(self, record: ShotRecord) -> bool:
        """Whether more than half of the report's shot lies in this one."""
        shot = record.shot
        start, end = {
            "start_frame": (float(shot.start_frame), float(shot.end_frame)),
            "start_s": (shot.start_s, shot.end_s),
            "shot": (shot.index + 1.0, shot.index + 2.0),
        }[self.where]
        return min(self.end, end) - max(self.start, start) > (end - start) / 2


@dataclass(frozen=True, slots=True)
class LabelGrade:
    """Of one label over all shots."""

    label: str
    score: Score
    average_precision: float | None  # of the shots ranked by the tag's score; None: in no shot


@dataclass(frozen=True, slots=True)
class WrongShot:
    shot: TrueShot
    missed: tuple[str, ...]
    false: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TagGrade:
    """How right the tags of one kind are."""

    kind: str
    shots: int
    labels: tuple[LabelGrade, ...]  # all that the truth or a tag has
    wrong: tuple[WrongShot, ...]

    @property
    def micro(self) -> Score:
        """Over all labels of all shots."""
        scores = [label.score for label in self.labels]
        return Score(
            sum(score.found for score in scores),
            sum(score.missed for score in scores),
            sum(score.false for score in scores),
        )

    def macro(self, measure: str) -> float:
        """Mean over the labels of `precision`, `recall` or `f1`; 1 where there are none."""
        values = [float(getattr(label.score, measure)) for label in self.labels]
        return sum(values) / len(values) if values else 1.0

    @property
    def mean_average_precision(self) -> float | None:
        """Over the labels that are in any shot."""
        known = [label.average_precision for label in self.labels]
        values = [value for value in known if value is not None]
        return sum(values) / len(values) if values else None


def grade(records: Sequence[ShotRecord], truth: Sequence[TrueShot], kind: str) -> TagGrade:
    """Of a report's shots. A true shot has the tags of the shots that it covers more than half of,
    so one that the report took for a part of another has none.

    Average precision is that of the ranking by score, where a shot without the tag has 0
    (`sklearn.metrics.average_precision_score`). Raises DeviceError without scikit-learn.
    """
    said = [_tags([item for item in records if shot.covers(item)], kind) for shot in truth]
    names = set().union(*(shot.labels for shot in truth), *said)
    pairs = list(zip(truth, said, strict=True))
    return TagGrade(
        kind=kind,
        shots=len(truth),
        labels=tuple(_label(name, pairs) for name in sorted(names)),
        wrong=tuple(
            WrongShot(shot, tuple(sorted(shot.labels - set(tags))), tuple(sorted(false)))
            for shot, tags in pairs
            if (false := set(tags) - shot.labels) or shot.labels - set(tags)
        ),
    )


def read_truth(path: Path, kind: str) -> tuple[TrueShot, ...]:
    """Raises InputError, with the line, for what is no truth of this kind."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            columns = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = columns
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read as CSV ({reason})") from error
    wanted = (*_COLUMNS.get(kind, (kind, f"{kind}s")), "labels")
    labels = next((name for name in wanted if name in columns), None)
    place = next((names for names in _PLACES if set(names) <= set(columns)), None)
    if labels is None or place is None:
        what = f"no column {' or '.join(wanted)}" if labels is None else "no column says where"
        raise InputError(
            f"{path}: {what}",
            remedy="give it start_frame,end_frame (or start_s,end_s, or shot) and "
            f"{wanted[0]}; several labels are parted by ;",
        )
    shots = []
    for line, row in enumerate(rows, start=2):
        if (row.get("uncertain") or "0").strip() not in ("", "0"):
            continue
        try:
            edges = [float(row[name]) for name in place]
            start, end = edges if len(edges) == 2 else (edges[0], edges[0] + 1)
        except (TypeError, ValueError) as error:
            raise InputError(f"{path}: line {line}: {', '.join(place)}: no number") from error
        if not 0 <= start < end < float("inf"):
            raise InputError(f"{path}: line {line}: a shot that ends before it starts")
        named = {name.strip() for name in (row[labels] or "").split(";")} - {"", "none", "nobody"}
        shots.append(TrueShot(place[0], start, end, frozenset(named)))
    if not shots:
        raise InputError(f"{path}: no shots", remedy="give it a row for each shot")
    return tuple(shots)


def _tags(records: Sequence[ShotRecord], kind: str) -> dict[str, float]:
    """Label -> its best score."""
    best: dict[str, float] = {}
    for record in records:
        for tag in record.tags:
            if tag.kind == kind:
                best[tag.label] = max(tag.score, best.get(tag.label, 0.0))
    return best


def _label(name: str, pairs: Sequence[tuple[TrueShot, dict[str, float]]]) -> LabelGrade:
    there = [name in shot.labels for shot, _ in pairs]
    scores = [tags.get(name, 0.0) for _, tags in pairs]
    said = [name in tags for _, tags in pairs]
    score = Score(
        found=sum(a and b for a, b in zip(there, said, strict=True)),
        missed=sum(a and not b for a, b in zip(there, said, strict=True)),
        false=sum(b and not a for a, b in zip(there, said, strict=True)),
    )
    return LabelGrade(name, score, _average_precision(there, scores) if any(there) else None)


def _average_precision(there: Sequence[bool], scores: Sequence[float]) -> float:
    try:
        from sklearn.metrics import average_precision_score
    except ImportError as error:
        raise DeviceError(
            "the package scikit-learn is not installed", remedy="pip install 'framesense[evaluate]'"
        ) from error
    return float(average_precision_score(there, scores))
