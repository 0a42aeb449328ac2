"""Films to be rated: their reports, in a rater's words and on its scales.

A tag or a measure that the rater has not learned from is left out, and counted in the notes; so is
what cannot be put on its scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from framesense.rating.facts import Facts
from framesense.rating.placing import ENOUGH, placed
from framesense.rating.rater import Rater
from framesense.rating.watched import FOREIGN, GROUPS, LOOKS, content, tag_group
from framesense.records import FilmReport


@dataclass(frozen=True, slots=True)
class Trait:
    """A tag by its share of the film, or a measure of the look."""

    name: str
    value: float
    group: str  # objects, characters, settings, pace, colour, light, motion, …


@dataclass(frozen=True, slots=True)
class Subject:
    """A film to be rated, as far as the rater understands it."""

    name: str
    facts: Facts
    tags: tuple[Trait, ...]
    looks: tuple[Trait, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """What can be left out of it."""
        traits = dict.fromkeys(trait.group for trait in (*self.tags, *self.looks))
        genre = ("genre",) if self.facts.genres else ()
        year = ("year",) if self.facts.year is not None else ()
        return (*traits, *genre, *year)

    def without(self, group: str) -> Subject:
        """The same film, this much less known."""
        facts = self.facts
        if group == "genre":
            facts = replace(facts, genres=())
        if group == "year":
            facts = replace(facts, year=None)
        return Subject(
            self.name,
            facts,
            tuple(trait for trait in self.tags if trait.group != group),
            tuple(trait for trait in self.looks if trait.group != group),
        )


def subjects(
    rater: Rater,
    films: Sequence[tuple[str, FilmReport, Facts]],
    catalogue: Sequence[FilmReport],
) -> tuple[list[Subject], list[str]]:
    """Of films' names, reports and facts; and notes, for people.

    `catalogue` are other reports that films are ranked among, see `framesense.rating.placing`.
    """
    notes: list[str] = []
    reports = [report for _, report, _ in films]
    shown = content(reports)
    look = placed(
        shown.look,
        content(_distinct([*reports, *catalogue])).look,
        rater.looks,
        rater.look_quantiles,
    )
    found = []
    for row, (name, report, facts) in enumerate(films):
        tags = [
            Trait(label, float(weight), tag_group(report, label))
            for label, weight in zip(shown.tags, shown.weight[row], strict=True)
            if weight > 0
        ]
        looks = [
            Trait(measure, float(value), GROUPS[measure])
            for measure, value in zip(LOOKS, look[row], strict=True)
            if measure in rater.looks and not np.isnan(value)
        ]
        known = tuple(tag for tag in tags if tag.name in rater.tags)
        if not report.shots:
            notes.append(f"{name}: has no shots: nothing that it shows counts")
        elif rater.tags and (strange := len(tags) - len(known)):
            notes.append(f"{name}: {strange} of {len(tags)} tags are new to the rater: ignored")
        found.append(Subject(name, _in_range(facts, name, rater, notes), known, tuple(looks)))
    among = len(_distinct([*reports, *catalogue]))
    if not rater.tags:
        notes.append("the rater was trained without tags: the films' tags are ignored")
    unseen = [film for film in found if not film.tags and not film.looks]
    rated = rater.rated_films
    new = [film.name for film in found if film.facts.film_id and film.facts.film_id not in rated]
    notes += [f"{name}: nobody rated it in training: answered as a new film" for name in new]
    if alone := [film.name for film in unseen if film.facts.film_id not in rated]:
        notes.append(f"{_which(alone)}: rated by what is told of it alone")
    return found, [*_of_genres(rater, found), *_of_looks(rater, among), *notes]


def _in_range(facts: Facts, name: str, rater: Rater, notes: list[str]) -> Facts:
    years = rater.films.year[rater.predictor.counts[:-1] > 0]
    if facts.year is None or np.isnan(years).all():
        return replace(facts, year=None)
    first, last = np.nanmin(years), np.nanmax(years)
    if first <= facts.year <= last:
        return facts
    notes.append(
        f"{name}: {facts.year:g} is outside the training data's {first:g} to {last:g}: "
        "the year is taken as unknown"
    )
    return replace(facts, year=None)


def _of_genres(rater: Rater, found: Sequence[Subject]) -> list[str]:
    untold = [film.name for film in found if not film.facts.genres]
    if not untold or not rater.films.genres:
        return []
    return [
        f"no genre told of {_which(untold)}: the answer is the mean over films of the training "
        "data (tell it by --genre or --facts)"
    ]


def _of_looks(rater: Rater, count: int) -> list[str]:
    foreign = [name for name in rater.looks if name in FOREIGN]
    strange = [name for name in rater.looks if name not in LOOKS]
    notes = []
    if foreign and count < ENOUGH:
        notes.append(
            f"{', '.join(foreign)}: the rater knows them of trailers, on a scale that films are "
            f"put on by rank among {ENOUGH} or more reports; here are {count}: left out "
            "(--catalogue names more)"
        )
    elif foreign:
        notes.append(
            f"{', '.join(foreign)}: put on the rater's scale by rank among {count} reports"
        )
    if strange:
        notes.append(f"{', '.join(strange)}: measures that reports do not have: left out")
    return notes


def _which(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} films"


def _distinct(reports: Sequence[FilmReport]) -> list[FilmReport]:
    """One of each film."""
    return list({report.film.sha256: report for report in reports}.values())
