"""What viewers would think of films: answers with their reasons.

What is not told is not made up: of a film of unknown genre or year the answer is the mean over
`STAND_INS` films of the training data, drawn evenly by their ratings, that lend theirs. Why a film
is rated as it is, is told by leaving out: the expected rating less that of the same film without
one group of tags, with one kind of measure unknown, or with its genre or year untold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from framesense.rating import levels
from framesense.rating.audience import Audience
from framesense.rating.models import Show, silent
from framesense.rating.rater import Rater
from framesense.rating.ratings import Content, Films, Floats, Rows
from framesense.rating.subjects import Subject, Trait

STAND_INS = 20


@dataclass(frozen=True, slots=True)
class Effect:
    """What one group of tags, or one other thing that is known of a film, does to its rating."""

    group: str  # objects, characters, settings, pace, colour, light, motion, genre, year, …
    effect: float  # expected rating with it less without it


@dataclass(frozen=True, slots=True)
class Preference:
    """How one viewer would rate one film."""

    film: str
    viewer: str
    probabilities: tuple[float, ...]  # of levels 1 to 5
    expected: float  # mean level
    likely: int  # most likely level
    like: float  # probability of level 4 or 5
    confidence: float  # probability of the most likely level
    effects: tuple[Effect, ...]  # strongest first
    film_rank: int  # among the films, for this viewer; 1 is liked best
    viewer_rank: int  # among the viewers, for this film


def rate(
    rater: Rater, films: Sequence[Subject], audience: Audience, *, show: Show = silent
) -> list[Preference]:
    """Every film for every viewer, film by film."""
    answers = []  # (variants, viewers, 5) each; the first variant is the film as it is
    for number, film in enumerate(films):
        show(film.name, number / len(films))
        answers.append(_answers(rater, film, audience))
    expected = np.array([levels.mean(answer[0]) for answer in answers])  # (films, viewers)
    film_rank, viewer_rank = _ranks(expected), _ranks(expected.T).T
    return [
        _preference(
            film, viewer, answers[row][:, column], film_rank[row, column], viewer_rank[row, column]
        )
        for row, film in enumerate(films)
        for column, viewer in enumerate(audience.names)
    ]


def _answers(rater: Rater, film: Subject, audience: Audience) -> Floats:
    variants = [film, *(film.without(group) for group in film.groups)]
    rows = [_told(rater, variant) for variant in variants]
    table = _films([row for of_variant in rows for row in of_variant], rater)
    people = audience.people
    user, row = np.divmod(np.arange(len(people) * len(table)), len(table))
    answer = rater.predict(people, table, user, row).reshape(len(people), len(table), 5)
    ends = np.cumsum([len(of_variant) for of_variant in rows])[:-1]
    means = [part.mean(axis=1) for part in np.split(answer, ends, axis=1)]  # (people, 5) each
    return np.asarray(audience.weight @ np.stack(means))


@dataclass(frozen=True, slots=True)
class _Told:
    """A film with nothing untold: one row of `Films`."""

    film: Subject
    genres: tuple[bool, ...]
    year: float


def _told(rater: Rater, film: Subject) -> list[_Told]:
    """The film, or the film once with what each stand-in lends."""
    known, facts = rater.films, film.facts
    own = tuple(genre in facts.genres for genre in known.genres)
    if facts.genres and facts.year is not None:
        return [_Told(film, own, facts.year)]
    return [
        _Told(
            film,
            own if facts.genres else tuple(known.has_genre[row].tolist()),
            float(known.year[row]) if facts.year is None else facts.year,
        )
        for row in stand_ins(known, rater.predictor.counts[:-1])
    ]


def stand_ins(films: Films, count: Rows) -> Rows:
    """Rows of `STAND_INS` films at even steps through all ratings, ordered by genres and year.

    `count` (f,) are the films' ratings. A film that is rated much may come more than once.
    """
    order = np.lexsort((films.year, *films.has_genre.T))
    steps = (np.arange(STAND_INS) + 0.5) / STAND_INS * count.sum()
    return np.asarray(order[np.searchsorted(np.cumsum(count[order]), steps, side="right")])


def _films(rows: Sequence[_Told], rater: Rater) -> Films:
    return Films(
        ids=tuple(row.film.facts.film_id or "(new)" for row in rows),
        titles=("",) * len(rows),
        year=np.array([row.year for row in rows]),
        genres=rater.films.genres,
        has_genre=np.array([row.genres for row in rows], dtype=bool).reshape(len(rows), -1),
        content=Content(
            tags=rater.tags,
            weight=_values([row.film.tags for row in rows], rater.tags, missing=0.0),
            looks=rater.looks,
            look=_values([row.film.looks for row in rows], rater.looks, missing=np.nan),
        ),
    )


def _values(rows: Sequence[tuple[Trait, ...]], names: tuple[str, ...], *, missing: float) -> Floats:
    """Traits as columns of these names, (rows, names)."""
    values = np.full((len(rows), len(names)), missing)
    place = {name: number for number, name in enumerate(names)}
    for row, traits in enumerate(rows):
        for trait in traits:
            values[row, place[trait.name]] = trait.value
    return values


def _preference(
    film: Subject, viewer: str, answer: Floats, film_rank: int, viewer_rank: int
) -> Preference:
    """Of the answers (variants, 5)."""
    whole = answer[:1]
    moved = (levels.mean(whole) - levels.mean(answer[1:])).round(4)
    effects = [Effect(*pair) for pair in zip(film.groups, moved.tolist(), strict=True)]
    return Preference(
        film=film.name,
        viewer=viewer,
        probabilities=tuple(whole[0].round(4).tolist()),
        expected=round(float(levels.mean(whole)[0]), 4),
        likely=int(levels.mode(whole)[0]),
        like=round(float(levels.like(whole)[0]), 4),
        confidence=round(float(whole.max()), 4),
        effects=tuple(sorted(effects, key=lambda effect: -abs(effect.effect))),
        film_rank=int(film_rank),
        viewer_rank=int(viewer_rank),
    )


def _ranks(expected: Floats) -> Rows:
    """Ranks down each column of (n, m), 1 for the highest; equals share the better rank."""
    return np.array([(expected > row).sum(axis=0) + 1 for row in expected])
