"""Reading who is asked: MovieLens' u.user, a CSV file, or a description on the command line.

    u.user             24|M|student with an id before and a postcode after, separated by |
    CSV                columns id, age, gender and occupation, any of them
    a description      age=24,gender=F,occupation=student, any of them

An empty field is unknown. So are a gender and an occupation that the training data do not have,
and that is noted.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from framesense.errors import InputError, UsageError
from framesense.rating.audience import Person
from framesense.rating.tables import read_table

FACTS = ("id", "age", "gender", "occupation")
OLDEST = 120  # years
GENDERS = {"f": "F", "female": "F", "m": "M", "male": "M", "": ""}
EXAMPLE = "'age=24,gender=F,occupation=student'"


def read_people(
    sources: Sequence[str], occupations: Sequence[str]
) -> tuple[list[Person], list[str]]:
    """All people of these files and descriptions, and notes of what is taken as unknown.

    `occupations` are those that the rater knows. Raises InputError for a file that cannot be used,
    UsageError for a description that cannot.
    """
    notes: list[str] = []
    people = []
    for source in sources:
        path = Path(source)
        try:
            rows = (
                [_described(source)] if "=" in source and not path.exists() else _table(path, notes)
            )
        except OSError as error:
            raise InputError(
                f"{path}: cannot be read ({error.strerror})",
                remedy=f"name a u.user or CSV file, or describe a viewer: {EXAMPLE}",
            ) from error
        people += [_person(where, facts, occupations, notes) for where, *facts in rows]
    return people, notes


def _table(path: Path, notes: list[str]) -> list[tuple[str, ...]]:
    """A row a person: where it stands, then `FACTS`."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        head = file.readline()
    names = [name.strip().strip('"') for name in head.split(",")]
    if "|" in head:
        table = read_table(path, FACTS, separator="|")
    elif set(names) & set(FACTS):
        table = read_table(path, (), separator=",", header=True, optional=FACTS)
        if strange := [name for name in names if name not in FACTS]:
            notes.append(f"{path}: columns that say nothing to the rater: {', '.join(strange)}")
    else:
        raise InputError(
            f"{path}: its first line names none of {', '.join(FACTS)}",
            remedy="it must be a CSV file, separated by commas, or be laid out as u.user is",
        )
    if table.empty:
        raise InputError(f"{path}: nobody is in it", remedy="give a line for each viewer")
    columns = [table[name] for name in FACTS]
    lines = [f"{path}: line {line}" for line in table.index]
    return list(zip(lines, *columns, strict=True))


def _described(text: str) -> tuple[str, ...]:
    facts = dict.fromkeys(FACTS, "")
    for part in text.split(","):
        key, equals, value = (word.strip() for word in part.partition("="))
        if not equals or key not in facts or facts[key]:
            raise UsageError(
                f"--users {text}: {part.strip()!r} is not understood", remedy=f"write {EXAMPLE}"
            )
        facts[key] = value
    return (f"--users {text}", *facts.values())


def _person(
    where: str, facts: Sequence[str], occupations: Sequence[str], notes: list[str]
) -> Person:
    id, age, gender, occupation = (fact.strip() for fact in facts)
    word = GENDERS.get(gender.lower())
    if word is None:
        notes.append(f"{where}: gender {gender!r} is not F or M: taken as unknown")
    work = occupation.lower()
    if work and work not in occupations:
        near = difflib.get_close_matches(work, occupations, n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        notes.append(f"{where}: unknown occupation {occupation!r}{hint}: taken as untold")
        work = ""
    return Person(id, _years(age, where), word or "", work)


def _years(text: str, where: str) -> float | None:
    if not text:
        return None
    try:
        age = float(text)
    except ValueError:
        age = -1.0
    if not 1 <= age <= OLDEST:
        problem, remedy = f"{where}: age {text!r}", f"give years, 1 to {OLDEST}, or leave it empty"
        kind = UsageError if where.startswith("--users") else InputError
        raise kind(problem, remedy=remedy)
    return age
