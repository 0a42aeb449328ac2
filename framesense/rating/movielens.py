"""Reading MovieLens: a folder in any format of `framesense.rating.formats`, to a `RatingSet`.

Only the ratings file must be there. Without the others, viewers or films are known by id alone;
`RatingSet.notes` says so. Half stars are rounded up to whole levels (0.5 → 1, 4.5 → 5).
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from framesense.errors import InputError
from framesense.rating.formats import Tables, read_tables
from framesense.rating.ratings import Films, Floats, Ratings, RatingSet, Rows, Viewers
from framesense.rating.tables import numbers

if TYPE_CHECKING:
    import pandas as pd

ML_100K = "ml-100k"
IN_WHEEL = "recbole/dataset_example/ml-100k/"
_RESEARCH = "GroupLens: research only, no commercial use, no redistribution"
LICENCES = {  # by the ratings' file, since folders are renamed
    "u.data": f"MovieLens 100K, {_RESEARCH}",
    "ml-100k.inter": f"MovieLens 100K, {_RESEARCH}",
    "ratings.dat": f"MovieLens 1M, {_RESEARCH}",
    "ml-1m.inter": f"MovieLens 1M, {_RESEARCH}",
}
OTHER_LICENCE = "GroupLens terms where the data are MovieLens: no commercial use without permission"

NO_GENRE = ("unknown", "(no genres listed)", "")
RENAMED = {"Children's": "Children"}  # as MovieLens has called it since
YEAR = re.compile(r"\s*\((\d{4})\)\s*$")


def read(data: str | Path, *, offline: bool = False) -> RatingSet:
    """The data set in this folder; the name `ml-100k` brings the asset of that name.

    Raises InputError naming the file, its line and what is due there; AssetError when the asset
    cannot be had.
    """
    path = Path(data)
    if path.is_dir():
        return _joined(path.resolve().name, read_tables(path))
    if path.is_file() and zipfile.is_zipfile(path):
        return _joined(ML_100K, read_tables(zipfile.Path(path, IN_WHEEL)))
    if str(data) == ML_100K:
        from framesense import assets

        return read(assets.obtain(assets.named(ML_100K), offline=offline))
    raise InputError(
        f"{data}: no such folder", remedy=f"name a MovieLens folder, or {ML_100K} to fetch it"
    )


def _joined(name: str, tables: Tables) -> RatingSet:
    notes: list[str] = []
    if tables.ratings.empty:
        raise InputError(f"{tables.path}: no ratings in it", remedy="check --data")
    level = _levels(tables, notes)
    time_s = numbers(tables.ratings, "time", tables.path).astype(np.int64)
    viewers, user = _viewers(tables, notes)
    films, film = _films(tables, notes)
    _refuse_duplicates(user, film, tables)
    return RatingSet(
        name=name,
        licence=_licence(tables),
        ratings=Ratings(user, film, level, time_s),
        viewers=viewers,
        films=films,
        notes=tuple(notes),
    )


def _licence(tables: Tables) -> str:
    name = tables.path.name
    if name == "ratings.dat" and tables.users is None:  # as in ml-10m
        return OTHER_LICENCE
    return LICENCES.get(name, OTHER_LICENCE)


def _levels(tables: Tables, notes: list[str]) -> Rows:
    stars = numbers(tables.ratings, "rating", tables.path)
    halves = bool(np.any(stars % 1 == 0.5))
    right = (stars >= (0.5 if halves else 1)) & (stars <= 5) & (stars * 2 % 1 == 0)
    if not right.all():
        row = int(right.argmin())
        raise InputError(
            f"{tables.path}: line {tables.ratings.index[row]}: rating {stars[row]:g} is not 1 to 5",
            remedy="mend or delete that line",
        )
    if halves:
        notes.append("half stars are rounded up to whole levels")
    return np.ceil(stars).astype(np.int64)


def _viewers(tables: Tables, notes: list[str]) -> tuple[Viewers, Rows]:
    rated, table = tables.ratings["user"], tables.users
    if table is None:
        notes.append("no file of viewers: age, gender and occupation are unknown")
        ids, index = _numbered([], rated)
        blank = ("",) * len(ids)
        return Viewers(ids, np.full(len(ids), np.nan), blank, blank), index
    table = _one_row_each(table, "user", "viewers", notes)
    ids, index = _numbered(list(table["user"]), rated)
    strangers = len(ids) - len(table)
    if strangers:
        notes.append(f"{strangers} viewers who rated are not in the file of viewers: unknown")
    age = numbers(table, "age", tables.path, blank=True)
    if unknown := int(np.sum(~(age > 0))):
        notes.append(f"{unknown} viewers have no age above 0: taken as unknown")
    gender = [word if word in ("F", "M") else "" for word in table["gender"]]
    if unknown := gender.count(""):
        notes.append(f"{unknown} viewers have a gender other than F or M: taken as unknown")
    blank = ("",) * strangers
    ages = np.concatenate([np.where(age > 0, age, np.nan), np.full(strangers, np.nan)])
    return Viewers(ids, ages, (*gender, *blank), (*table["occupation"], *blank)), index


def _films(tables: Tables, notes: list[str]) -> tuple[Films, Rows]:
    rated, table = tables.ratings["film"], tables.films
    if table is None:
        notes.append("no file of films: titles, years and genres are unknown")
        ids, index = _numbered([], rated)
        n = len(ids)
        return Films(ids, ("",) * n, np.full(n, np.nan), (), np.zeros((n, 0), bool)), index
    table = _one_row_each(table, "film", "films", notes)
    ids, index = _numbered(list(table["film"]), rated)
    strangers = len(ids) - len(table)
    if strangers:
        notes.append(f"{strangers} films that were rated are not in the file of films: unknown")
    titles = [YEAR.sub("", title) for title in table["title"]]
    year = np.concatenate([_years(table, tables), np.full(strangers, np.nan)])
    genres, has_genre = _genres([*table["genres"], *[""] * strangers])
    return Films(ids, (*titles, *("",) * strangers), year, genres, has_genre), index


def _one_row_each(table: pd.DataFrame, column: str, what: str, notes: list[str]) -> pd.DataFrame:
    first = table.drop_duplicates(column)
    if more := len(table.drop_duplicates()) - len(first):
        notes.append(f"{more} rows of {what} told of before: the first counts")
    return first


def _genres(texts: list[str]) -> tuple[tuple[str, ...], np.typing.NDArray[np.bool_]]:
    """Names in order, and which film (n) has which (g): bool, (n, g)."""
    of_film = [
        {RENAMED.get(word, word) for word in text.split("|") if word not in NO_GENRE}
        for text in texts
    ]
    names = tuple(sorted(set().union(*of_film)))
    return names, np.array([[name in words for name in names] for words in of_film], dtype=bool)


def _years(table: pd.DataFrame, tables: Tables) -> Floats:
    if "year" in table:
        return numbers(table, "year", tables.path, blank=True)
    found = [YEAR.search(title) for title in table["title"]]
    return np.array([float(match[1]) if match else np.nan for match in found])


def _numbered(known: list[str], rated: pd.Series[str]) -> tuple[tuple[str, ...], Rows]:
    """All ids, those of the file first, and the number of each rating's id."""
    import pandas as pd

    names = pd.unique(pd.Series([*known, *rated], dtype=str))
    return tuple(map(str, names)), pd.Index(names).get_indexer(rated).astype(np.int64)


def _refuse_duplicates(user: Rows, film: Rows, tables: Tables) -> None:
    import pandas as pd

    again = pd.DataFrame({"user": user, "film": film}).duplicated().to_numpy()
    if again.any():
        line = tables.ratings.iloc[int(again.argmax())]
        raise InputError(
            f"{tables.path}: line {line.name}: viewer {line['user']} rates film {line['film']}"
            " for the second time",
            remedy="keep one rating of each pair",
        )
