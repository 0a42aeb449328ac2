"""What the user knows of films that no picture tells: genres, year, and who they are to MovieLens.

films.csv     report, and any of film_id, title, year, genres (A|B)      one row a film

`report` is the name of a report's file, or the end of its path where two have one name.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from framesense.errors import InputError, UsageError
from framesense.rating.movielens import RENAMED
from framesense.rating.ratings import Films
from framesense.rating.tables import read_table

COLUMNS = ("film_id", "title", "year", "genres")


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one film."""

    film_id: str = ""  # of the training data; "": a new film
    title: str = ""
    year: float | None = None  # of release
    genres: tuple[str, ...] = ()  # (): unknown


def told(genres: str, year: float | None, known: Films) -> Facts:
    """Of the options `--genre A,B` and `--year`. Raises UsageError naming the nearest genre."""
    try:
        return Facts(year=year, genres=_genres(genres.split(","), known.genres, "--genre"))
    except InputError as error:
        raise UsageError(error.problem, remedy=error.remedy) from error


def read_facts(path: Path, known: Films) -> dict[Path, Facts]:
    """By the reports as they stand there. Raises InputError for a file that cannot be used."""
    table = read_table(path, ("report",), separator=",", header=True, optional=COLUMNS)
    found: dict[Path, Facts] = {}
    for row in table[table["report"].str.strip() != ""].itertuples():
        where = f"{path}: line {row.Index}"
        film_id = str(row.film_id)
        if film_id and film_id not in known.ids:
            raise InputError(
                f"{where}: no film {film_id} in the training data",
                remedy="leave film_id empty for a new film",
            )
        genres = _genres(str(row.genres).split("|"), known.genres, where)
        report = Path(str(row.report))
        if report in found:
            raise InputError(f"{where}: {report} for the second time", remedy="keep one row")
        found[report] = Facts(film_id, str(row.title), _year(str(row.year).strip(), where), genres)
    return found


def of_reports(
    told: Mapping[Path, Facts], reports: Sequence[Path], table: Path
) -> dict[Path, Facts]:
    """What `table` told of these reports; of some it may tell nothing.

    Raises InputError where it names none of them, or where one name is of several.
    """
    found = {report: end for report in reports if (end := _end(told, report))}
    for report in reports:
        left = [row for row in told if row.name == report.name and row not in found.values()]
        if report not in found and len(left) == 1:  # its folder is called otherwise now
            found[report] = left[0]
    if not found:
        raise InputError(
            f"{table}: names none of the reports given", remedy="its column report holds file names"
        )
    files = {(report.resolve(), end) for report, end in found.items()}
    for end, times in Counter(end for _, end in files).items():
        if times > 1:
            raise InputError(
                f"{table}: {end} may be any of {times} reports", remedy="write more of its path"
            )
    return {report: told[end] for report, end in found.items()}


def _end(told: Mapping[Path, Facts], report: Path) -> Path | None:
    """The longest end of the report's path that was told of."""
    paths = report.absolute(), report.resolve()  # a link has two
    ends = (Path(*path.parts[start:]) for path in paths for start in range(len(path.parts)))
    return next((end for end in ends if end in told), None)


def merged(facts: Facts, of_all: Facts, known: Films) -> Facts:
    """Of a film: its own facts, then what the training data tell of it, then those of all films."""
    of_training = Facts()
    if facts.film_id:
        row = known.ids.index(facts.film_id)
        of_training = Facts(
            title=known.titles[row],
            year=None if np.isnan(known.year[row]) else float(known.year[row]),
            genres=tuple(np.array(known.genres)[known.has_genre[row]].tolist()),
        )
    return Facts(
        facts.film_id,
        facts.title or of_training.title,
        facts.year or of_training.year or of_all.year,
        facts.genres or of_training.genres or of_all.genres,
    )


def _year(text: str, where: str) -> float | None:
    if not text:
        return None
    if not text.isdecimal():
        raise InputError(f"{where}: year {text!r}", remedy="give a year, or leave it empty")
    return float(text)


def _genres(words: Sequence[str], known: Sequence[str], where: str) -> tuple[str, ...]:
    wanted = [RENAMED.get(word.strip(), word.strip()) for word in words if word.strip()]
    by_name = {name.lower(): name for name in known}
    for word in wanted:
        if word.lower() not in by_name:
            near = difflib.get_close_matches(word.title(), known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known) or 'none'}"
            raise InputError(f"{where}: the rater knows no genre {word}", remedy=hint)
    return tuple(dict.fromkeys(by_name[word.lower()] for word in wanted))
