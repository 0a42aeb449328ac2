"""Who is asked: viewers as the user tells of them, and the people who answer for them.

One whom the rater knows, by an id and by facts that agree, answers for themselves. One told in
full is a new viewer of that age, gender and occupation. For one told in part, such as a group of
people, all viewers of the training data answer who fit, each taken as new, and the mean counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

import numpy as np

from framesense.errors import UsageError
from framesense.rating.encoding import AGES
from framesense.rating.ratings import Floats, Viewers

BANDS = ("under 18", "18–24", "25–34", "35–44", "45–49", "50–55", "56 and over")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as far as they are told."""

    id: str = ""
    age: float | None = None  # years
    gender: str = ""  # "F" or "M"
    occupation: str = ""

    @property
    def name(self) -> str:
        """The id, or else what is told of them."""
        age = "" if self.age is None else f"{self.age:g} years"
        told = [word for word in (age, self.gender, self.occupation) if word]
        return self.id or ", ".join(told) or "anybody"

    @property
    def complete(self) -> bool:
        return self.age is not None and bool(self.gender) and bool(self.occupation)

    def fits(self, told: Person) -> bool:
        """Whether they are as told, as far as that goes; ages in one band are the same."""
        return (
            (told.age is None or band(told.age) == band(self.age))
            and told.gender in ("", self.gender)
            and told.occupation in ("", self.occupation)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Audience:
    """Viewers who are asked, and the people who answer for them."""

    names: tuple[str, ...]  # (a,), distinct, of those asked
    people: Viewers  # (p,)
    weight: Floats  # float64, (a, p), how much each person counts in each answer; rows sum to 1
    notes: tuple[str, ...] = ()  # what had to be assumed

    def __len__(self) -> int:
        return len(self.names)


def band(age: float | None) -> int | None:
    """Which of `BANDS`."""
    return None if age is None else int(np.digitize(age, AGES))


def audience(asked: Sequence[Person], known: Viewers, rating: Container[str]) -> Audience:
    """These viewers, asked of a rater that has learned from the `known` ones.

    `rating` holds the ids of those of them who rated anything in training.
    """
    everybody = persons(known)
    by_id = {person.id: person for person in everybody}
    names, answering, notes = [], [], []
    for told in asked:
        same = by_id.get(told.id)
        if same and same.fits(told) and told.age in (None, same.age):
            who = Counter([same])
            if same.id not in rating:
                notes.append(f"{told.name}: rated nothing in training: answered as a new viewer")
        else:
            who = _new(told, everybody)
            if same:
                told = replace(told, id=f"{told.id} (new)")
                notes.append(
                    f"{told.name}: not the training data's {same.id}, who is {_told(same)}"
                )
            if who.total() > 1:
                notes.append(f"{told.name}: told in part, so the mean over {who.total()} who fit")
        names.append(told.name)
        answering.append(who)
    return _gathered(_distinct(names), answering, notes)


def groups(known: Viewers) -> Audience:
    """Everybody by age and gender. Raises UsageError where the training data tell neither."""
    everybody = [person for person in persons(known) if person.age is not None and person.gender]
    found = sorted({(band(person.age) or 0, person.gender) for person in everybody})
    if not found:
        raise UsageError(
            "the rater's training data tell nobody's age and gender, so there are no groups",
            remedy="name viewers with --users",
        )
    told = [Person(age=age_in(number), gender=gender) for number, gender in found]
    names = [f"{gender} {BANDS[number]}" for number, gender in found]
    return _gathered(names, [_new(person, everybody) for person in told], [])


def persons(viewers: Viewers) -> list[Person]:
    """The same, one by one."""
    rows = zip(viewers.ids, viewers.age, viewers.gender, viewers.occupation, strict=True)
    return [Person(id, None if np.isnan(age) else float(age), *rest) for id, age, *rest in rows]


def age_in(number: int) -> float:
    """An age in that band, years."""
    return float(AGES[number - 1]) if number else AGES[0] - 1.0


def _new(told: Person, everybody: Sequence[Person]) -> Counter[Person]:
    """Who answers for someone whom the rater does not know, and how often.

    Where nobody fits, their occupation is left aside, then their age, then all that is told.
    """
    if told.complete and _likely(told, everybody):
        return Counter([_as_new(told)])
    for less in (told, replace(told, occupation=""), Person(gender=told.gender), Person()):
        fitting = [person for person in everybody if person.fits(less)]
        if fitting:
            break
    return Counter(_as_new(person) for person in fitting)


def _likely(told: Person, everybody: Sequence[Person]) -> bool:
    """Whether each single fact is one that training has met."""
    facts = Person(age=told.age), Person(gender=told.gender), Person(occupation=told.occupation)
    return all(any(person.fits(fact) for person in everybody) for fact in facts)


def _as_new(person: Person) -> Person:
    number = band(person.age)
    return replace(person, id="", age=None if number is None else age_in(number))


def _gathered(
    names: Sequence[str], answering: Sequence[Counter[Person]], notes: Sequence[str]
) -> Audience:
    people = list(dict.fromkeys(person for who in answering for person in who))
    place = {person: number for number, person in enumerate(people)}
    weight = np.zeros((len(names), len(people)))
    for row, who in enumerate(answering):
        for person, times in who.items():
            weight[row, place[person]] = times / who.total()
    return Audience(
        names=tuple(names),
        people=Viewers(
            ids=tuple(person.id or f"(new {number})" for number, person in enumerate(people)),
            age=np.array([np.nan if p.age is None else p.age for p in people]),
            gender=tuple(person.gender for person in people),
            occupation=tuple(person.occupation for person in people),
        ),
        weight=weight,
        notes=tuple(notes),
    )


def _told(person: Person) -> str:
    return replace(person, id="").name


def _distinct(names: Sequence[str]) -> list[str]:
    """The same names; one that comes again is numbered."""
    times: Counter[str] = Counter()
    result = []
    for name in names:
        times[name] += 1
        result.append(name if times[name] == 1 else f"{name} ({times[name]})")
    return result
