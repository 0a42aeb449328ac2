"""Who is who in a shot: sightings of one subject are joined, and vote on its name. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from framesense.records import Classification, Sighting
from framesense.tagging import Observation
from framesense.vision import Recogniser

_JOINED = 1.1  # overlap + likeness, from which two sightings are of one subject
_SAME = 0.3  # share of the smaller box from which two boxes of one name are one


def named(observations: Sequence[Observation], cast: Recogniser) -> list[Observation]:
    """The samples of a shot, each with classifications of the characters seen in it.

    A subject's name is the label with the highest mean probability over its sightings, or each
    label whose mean reaches the threshold where there may be several. A sighting is scored by its
    own probability. Whole images stand for themselves, since who is seen in one may be gone in the
    next.
    """
    names: list[list[Classification]] = [[] for _ in observations]
    for subject in _subjects([seen.sightings for seen in observations]):
        mean = np.mean([sighting.scores for _, sighting in subject], axis=0)
        for number in _elected(mean, cast):
            for place, sighting in subject:
                name = cast.labels[number], sighting.scores[number], sighting.box
                names[place].append(Classification(cast.kind, *name))
    return [
        replace(seen, classifications=(*seen.classifications, *_distinct(found)), sightings=())
        for seen, found in zip(observations, names, strict=True)
    ]


_Subject = list[tuple[int, Sighting]]  # number of the sample, what is seen there


def _subjects(samples: Sequence[Sequence[Sighting]]) -> list[_Subject]:
    """Each subject takes the sighting of the next sample that is nearest and likest to its last,
    the best pairs first.
    """
    subjects: list[_Subject] = []
    for place, sightings in enumerate(samples):
        boxed = [sighting for sighting in sightings if sighting.box]
        pairs = [
            (_nearness(subject[-1][1], sighting), subject, index)
            for subject in subjects
            for index, sighting in enumerate(boxed)
        ]
        taken: set[int] = set()
        for nearness, subject, index in sorted(pairs, key=lambda pair: -pair[0]):
            if nearness >= _JOINED and subject[-1][0] < place and index not in taken:
                subject.append((place, boxed[index]))
                taken.add(index)
        fresh = [sighting for index, sighting in enumerate(boxed) if index not in taken]
        whole = [sighting for sighting in sightings if not sighting.box]
        subjects += [[(place, sighting)] for sighting in (*fresh, *whole)]
    return subjects


def _nearness(a: Sighting, b: Sighting) -> float:
    """Overlap of the boxes plus likeness, at most 2. Alike is what looks alike (cosine of the
    embeddings) and is taken for the same (1 − the greatest difference of the scores).
    """
    if not (a.box and b.box):
        return 0.0
    apart = max(abs(one - other) for one, other in zip(a.scores, b.scores, strict=True))
    return a.box.overlap(b.box) + min(float(a.embedding @ b.embedding), 1 - apart)


def _elected(mean: np.ndarray, cast: Recogniser) -> list[int]:
    best = range(len(mean)) if cast.several else [int(mean.argmax())]
    return [number for number in best if mean[number] >= cast.threshold]


def _distinct(names: list[Classification]) -> list[Classification]:
    """Of boxes with one name, one inside the other, the surest."""
    kept: list[Classification] = []
    for name in sorted(names, key=lambda name: -name.score):
        if not any(_one(name, other) for other in kept):
            kept.append(name)
    return kept


def _one(a: Classification, b: Classification) -> bool:
    if a.label != b.label or not (a.box and b.box):
        return False
    return a.box.within(b.box) >= _SAME
