"""What films show, for training: tags, and a table of looks.

    tags       film_id,label,weight              one row a film and tag; weight 0 to 1
    looks      ML_Id (or film_id), f1, f2, …     one row a film; as the mise-en-scène set has

Films that the ratings do not know are ignored, and counted in the data set's notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from framesense.errors import InputError
from framesense.rating.ratings import Content, Floats, RatingSet
from framesense.rating.tables import numbers, read_table
from framesense.rating.vocabulary import aligned, indices
from framesense.rating.watched import OURS

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class TagRow:
    """One film shows one tag."""

    film_id: str
    label: str
    weight: float  # 0 to 1: share of the film


def read_tags(path: Path) -> list[TagRow]:
    """Of a file `film_id,label,weight`. Raises InputError."""
    table = read_table(path, ("film_id", "label", "weight"), separator=",", header=True)
    if table.empty:
        raise InputError(f"{path}: no tags in it", remedy="give a row for each film and tag")
    weight = numbers(table, "weight", path)
    wrong = (weight < 0) | (weight > 1)
    if wrong.any():
        row = int(wrong.argmax())
        raise InputError(
            f"{path}: line {table.index[row]}: weight {weight[row]:g} is not 0 to 1",
            remedy="give the share of the film that shows the tag",
        )
    columns = table["film_id"], table["label"], weight.tolist()
    return [TagRow(*row) for row in zip(*columns, strict=True)]


def with_tags(data: RatingSet, rows: list[TagRow]) -> RatingSet:
    """The data set with these tags; of a pair named twice the greater weight counts."""
    labels = tuple(sorted({row.label for row in rows}))
    film = indices([row.film_id for row in rows], data.films.ids)
    label = indices([row.label for row in rows], labels)
    weight = np.zeros((len(data.films) + 1, len(labels)))
    np.maximum.at(weight, (film, label), [row.weight for row in rows])
    known = data.films.content
    content = Content(
        tags=labels,
        weight=weight[:-1],
        looks=known.looks if known else (),
        look=known.look if known else np.zeros((len(data.films), 0)),
    )
    tagged = len(set(film.tolist()) - {len(data.films)})
    strangers = len({row.film_id for row in rows}) - tagged
    note = f"tags of {tagged} of {len(data.films)} films"
    if strangers:
        note += f"; {strangers} films with tags have no ratings: ignored"
    return _with_content(data, content, note)


def with_looks(data: RatingSet, path: Path, translation: Path | None = None) -> RatingSet:
    """The data set with continuous measures of its films' look. Raises InputError.

    `translation` is a table `ml100k,ml20m` for a data set that numbers films otherwise.
    """
    names = _header(path)
    key = "ML_Id" if "ML_Id" in names else "film_id"
    looks = tuple(name for name in names if name != key)
    if not looks or len(set(names)) < len(names):
        raise InputError(
            f"{path}: has {'columns of one name' if looks else 'no measures'}",
            remedy=f"give it the column {key} and one for each measure",
        )
    table = read_table(path, (key, *looks), separator=",", header=True)
    table = table[table[key].str.strip() != ""]
    if (again := table[key].duplicated()).any():
        line = again.idxmax()
        raise InputError(
            f"{path}: line {line}: film {table[key][line]} for the second time",
            remedy="keep one row of each film",
        )
    values = np.column_stack([_measures(table[name], path) for name in looks])
    ids: dict[str, str] = {film: film for film in data.films.ids}
    if translation:
        pairs = read_table(translation, ("ml100k", "ml20m"), separator=",", header=True)
        ids = dict(zip(pairs["ml100k"], pairs["ml20m"], strict=True))
    row_of = {film: row for row, film in enumerate(table[key])}
    rows = [row_of.get(ids.get(film, ""), len(values)) for film in data.films.ids]
    found = _with_looks(data, looks, values, rows)
    if key == "ML_Id" and not translation:
        note = f"{path.name}: films are taken to be numbered as the ratings do (else --look-ids)"
        return replace(found, notes=(*found.notes, note))
    return found


def with_watched(data: RatingSet, film_ids: Sequence[str], shown: Content) -> RatingSet:
    """The data set with what reports show of these films: tags, and looks on our own scale."""
    rows = [
        TagRow(film, label, float(weight))
        for film, weights in zip(film_ids, shown.weight, strict=True)
        for label, weight in zip(shown.tags, weights, strict=True)
    ]
    row_of = {film: row for row, film in enumerate(film_ids)}
    places = [row_of.get(film, len(film_ids)) for film in data.films.ids]
    ours = aligned(shown.look, shown.looks, OURS)
    return _with_looks(with_tags(data, rows), OURS, ours, places)


def _with_looks(
    data: RatingSet, names: tuple[str, ...], values: Floats, rows: Sequence[int]
) -> RatingSet:
    """With these measures (n, names) beside those that are there; `rows` (films,), n: unknown."""
    unknown = np.full((1, len(names)), np.nan)
    look = np.vstack([values, unknown])[list(rows)]
    known = data.films.content
    content = Content(
        tags=known.tags if known else (),
        weight=known.weight if known else np.zeros((len(data.films), 0)),
        looks=(*known.looks, *names) if known else names,
        look=np.hstack([known.look, look]) if known else look,
    )
    found = int((~np.isnan(look)).any(axis=1).sum())
    return _with_content(data, content, f"looks of {found} of {len(data.films)} films")


def _with_content(data: RatingSet, content: Content, note: str) -> RatingSet:
    films = replace(data.films, content=content)
    return replace(data, films=films, notes=(*data.notes, note))


def _measures(column: pd.Series[str], path: Path) -> Floats:
    """As float64, (n,); NaN where nothing is told. Raises InputError for what is no number."""
    blank = column.str.strip().str.lower().isin(["", "na", "nan"])
    told = column[~blank]
    values = np.full(len(column), np.nan)
    try:
        values[~blank] = numbers(told.to_frame(), str(column.name), path)
    except InputError as error:
        raise InputError(error.problem, remedy="mend it, or take the column out") from error
    return values


def _header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            names = file.readline().strip().split(",")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error})", remedy="check the path") from error
    if not {"ML_Id", "film_id"} & set(names):
        raise InputError(f"{path}: has no column ML_Id or film_id", remedy="name films by it")
    return names
