"""What reports of `framesense analyze` say of films, in the form that raters learn from.

A film shows its tags, each by its share of the screen time, and measures of its look. A measure's
name says whose scale it is on: words are ours, f1 … f7 those of the Mise-en-Scène data set, whose
columns are scaled logarithms (see `framesense.rating.placing`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from framesense.rating.ratings import Content
from framesense.records import FilmLook, FilmReport

GROUPS = {  # measure -> what it is of
    "average_shot_s": "pace",
    "median_shot_s": "pace",
    "saturation": "colour",
    "warmth": "colour",
    "brightness": "light",
    "contrast": "light",
    "lighting_key": "light",
    "motion": "motion",
    "subject_motion": "motion",
    "shake": "motion",
    "f1": "pace",
    "f2": "colour",
    "f3": "colour",
    "f4": "motion",
    "f5": "motion",
    "f6": "light",
    "f7": "pace",
}
LOOKS = tuple(GROUPS)
FOREIGN = tuple(name for name in LOOKS if name[0] == "f" and name[1:].isdigit())
"""Measures of the Mise-en-Scène data set."""
OURS = tuple(name for name in LOOKS if name not in FOREIGN)

KINDS = {"object": "objects", "character": "characters", "scene": "settings"}
"""Kinds of tags in the plural; others stay as they are."""


def content(reports: Sequence[FilmReport]) -> Content:
    """Of these films in their order, with all of `LOOKS`, as measured."""
    labels = tuple(sorted({tag.label for report in reports for tag in report.tags}))
    place = {label: number for number, label in enumerate(labels)}
    weight = np.zeros((len(reports), len(labels)))
    for row, report in enumerate(reports):
        for tag in report.tags:  # of two kinds with one label, the longer on screen
            weight[row, place[tag.label]] = max(weight[row, place[tag.label]], tag.share)
    look = np.array([_measures(report) for report in reports]).reshape(-1, len(LOOKS))
    return Content(labels, weight, LOOKS, look)


def tag_group(report: FilmReport, label: str) -> str:
    """What kind of thing a tag of the report names: objects, characters, settings, …"""
    longest = max((t for t in report.tags if t.label == label), key=lambda tag: tag.screen_time_s)
    return KINDS.get(longest.kind, longest.kind)


def _measures(report: FilmReport) -> list[float]:
    """In the order of `LOOKS`; NaN where no shot was measured."""
    look = report.look
    if look is None or not report.shots:
        return [np.nan] * len(LOOKS)
    shots = [shot.look for shot in report.shots if shot.look]
    coloured = any(shot.colour for shot in shots)
    moving = any(shot.motion for shot in shots)
    unmeasured = {
        "colour": not coloured,
        "light": not coloured,
        "motion": not moving,
        "pace": False,
    }
    return [np.nan if unmeasured[GROUPS[name]] else _measure(look, name) for name in LOOKS]


def _measure(look: FilmLook, name: str) -> float:
    value = getattr(look.mise_en_scene if name in FOREIGN else look, name)
    return float(getattr(value, "mean", value))  # the mean over shots, where it is a `Spread`
