"""The file formats of MovieLens, each read into the same four text columns and two tables.

ml-100k            u.data, u.user, u.item, u.genre
ml-1m              ratings.dat, users.dat, movies.dat
ml-latest-small,   ratings.csv, movies.csv
  ml-25m
RecBole's          NAME.inter, NAME.user, NAME.item
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from framesense.errors import InputError
from framesense.rating.tables import Folder, numbers, read_table

if TYPE_CHECKING:
    import pandas as pd

# Occupations of ml-1m by its code, in the words of ml-100k where it has them (README of ml-1m).
OCCUPATIONS_1M = (
    *("other", "educator", "artist", "clerical", "student", "customer service", "doctor"),
    *("executive", "farmer", "homemaker", "student", "lawyer", "programmer", "retired"),
    *("salesman", "scientist", "self-employed", "engineer", "tradesman", "none", "writer"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """A data set's files as text, indexed by line; users and films may be absent."""

    path: Folder  # of the ratings, for messages
    ratings: pd.DataFrame  # columns user, film, rating, time
    users: pd.DataFrame | None  # user, age, gender, occupation
    films: pd.DataFrame | None  # film, title, genres ("A|B"), and year where the format has it


def read_tables(folder: Folder) -> Tables:
    """The files of whichever format the folder holds; raises InputError when it holds none."""
    if folder.joinpath("u.data").is_file():
        return _original(folder)
    if folder.joinpath("ratings.dat").is_file():
        return _one_million(folder)
    if folder.joinpath("ratings.csv").is_file():
        return _csv(folder)
    names = sorted(child.name for child in folder.iterdir())
    for name in names:
        if name.endswith(".inter"):
            return _recbole(folder, name.removesuffix(".inter"))
    raise InputError(
        f"{folder}: no ratings here",
        remedy="it must hold u.data, ratings.dat, ratings.csv or a .inter file",
    )


def _original(folder: Folder) -> Tables:
    path = folder.joinpath("u.data")
    ratings = read_table(path, ("user", "film", "rating", "time"), separator="\t")
    users = films = None
    if (file := folder.joinpath("u.user")).is_file():
        users = read_table(file, ("user", "age", "gender", "occupation"), separator="|")
    if (file := folder.joinpath("u.item")).is_file():
        films = read_table(file, ("film", "title", "date", "video", "url"), separator="|")
        films["genres"] = _flagged(films.iloc[:, 5:], folder)
    return Tables(path, ratings, users, films)


def _flagged(flags: pd.DataFrame, folder: Folder) -> list[str]:
    """u.item's columns of 0 and 1, by the names in u.genre."""
    table = read_table(folder.joinpath("u.genre"), ("name", "number"), separator="|")
    names = list(table["name"])
    if flags.shape[1] != len(names):
        raise InputError(
            f"{folder}: u.item has {flags.shape[1]} genre fields, u.genre names {len(names)}",
            remedy="bring the matching u.genre",
        )
    return ["|".join(names[k] for k in np.flatnonzero(row)) for row in flags.to_numpy() == "1"]


def _one_million(folder: Folder) -> Tables:
    path = folder.joinpath("ratings.dat")
    ratings = read_table(path, ("user", "film", "rating", "time"), separator="::")
    users = films = None
    if (file := folder.joinpath("users.dat")).is_file():
        users = read_table(file, ("user", "gender", "age", "occupation"), separator="::")
        users["occupation"] = [_occupation(code) for code in numbers(users, "occupation", file)]
    if (file := folder.joinpath("movies.dat")).is_file():
        films = read_table(file, ("film", "title", "genres"), separator="::")
    return Tables(path, ratings, users, films)


def _occupation(code: float) -> str:
    return OCCUPATIONS_1M[int(code)] if 0 <= code < len(OCCUPATIONS_1M) else ""


def _csv(folder: Folder) -> Tables:
    path = folder.joinpath("ratings.csv")
    columns = {"userId": "user", "movieId": "film", "rating": "rating", "timestamp": "time"}
    ratings = read_table(path, tuple(columns), separator=",", header=True).rename(columns=columns)
    films = None
    if (file := folder.joinpath("movies.csv")).is_file():
        films = read_table(file, ("movieId", "title", "genres"), separator=",", header=True)
        films = films.rename(columns={"movieId": "film"})
    return Tables(path, ratings, None, films)


def _recbole(folder: Folder, name: str) -> Tables:
    path = folder.joinpath(f"{name}.inter")
    columns = {"user_id": "user", "item_id": "film", "rating": "rating", "timestamp": "time"}
    ratings = read_table(path, tuple(columns), separator="\t", header=True).rename(columns=columns)
    users = films = None
    if (file := folder.joinpath(f"{name}.user")).is_file():
        wanted = ("user_id", "age", "gender", "occupation")
        users = read_table(file, wanted, separator="\t", header=True)
        users = users.rename(columns={"user_id": "user"})
    if (file := folder.joinpath(f"{name}.item")).is_file():
        renamed = {"item_id": "film", "movie_title": "title", "release_year": "year"}
        films = read_table(file, (*renamed, "class"), separator="\t", header=True)
        films = films.rename(columns=renamed)
        films["genres"] = [text.replace(" ", "|") for text in films["class"]]
    return Tables(path, ratings, users, films)
