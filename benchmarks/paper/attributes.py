"""The feature vector X = [U | M | B] of a rating: five attributes.

    U   age, gender, occupation      what the viewer said; occupations numbered at random
    M   genre set                    the film's set of genres, numbered at random likewise
    B   behaviour                    one number, below

Behaviour without any level is the viewer's activity. The others are means of levels: over the
viewer's ratings, the film's, the film's by viewers of that age, the viewer's of films with that
genre set. A mean that is taken over the tested rows too has the answers in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from framesense.rating.ratings import Floats, RatingSet, Rows
from framesense.rating.vocabulary import standards

NAMES = ("age", "gender", "occupation", "genre set", "behaviour")
CODED = (2, 3)  # which of them are numbers given at random


class Behaviour(StrEnum):
    ACTIVITY = "activity"
    VIEWER = "viewer's mean"
    FILM = "film's mean"
    FILM_AND_AGE = "film × age mean"
    VIEWER_AND_GENRES = "viewer × genre set mean"


@dataclass(frozen=True, slots=True, eq=False)
class Attributes:
    """Of every rating of a data set, tested ones included."""

    values: Floats  # float64, (n, 5), standardised over the training rows
    code: Rows  # int64, (n, 2), numbers of occupation and genre set from 0
    codes: tuple[int, int]  # how many there are of each


def attributes(
    data: RatingSet, train: Rows, behaviour: Behaviour, *, leaking: bool = False, seed: int = 0
) -> Attributes:
    """X of all ratings of `data`.

    Behaviour is of the training rows, for each of which its own level is left out; with `leaking`
    it is of all rows, as they are.
    """
    rated, viewers, films = data.ratings, data.viewers, data.films
    occupation, works = _numbered(np.array(viewers.occupation)[rated.user], seed)
    genres, sets = _numbered(_genre_sets(films.has_genre)[rated.film], seed + 1)
    female = np.array([word == "F" for word in viewers.gender])
    behaved = _behaviour(data, train, behaviour, genres, leaking=leaking)
    columns = [viewers.age[rated.user], female[rated.user], occupation, genres, behaved]
    values = np.column_stack(columns).astype(np.float64)
    mean, sd = standards(values[train])
    return Attributes((values - mean) / sd, np.column_stack([occupation, genres]), (works, sets))


def _behaviour(
    data: RatingSet, train: Rows, behaviour: Behaviour, genres: Rows, *, leaking: bool
) -> Floats:
    rated = data.ratings
    if behaviour is Behaviour.ACTIVITY:
        return np.log1p(np.bincount(rated.user[train], minlength=len(data.viewers)))[rated.user]
    age = np.nan_to_num(data.viewers.age).astype(np.int64)[rated.user]
    cell = {
        Behaviour.VIEWER: rated.user,
        Behaviour.FILM: rated.film,
        Behaviour.FILM_AND_AGE: rated.film * 1000 + age,
        Behaviour.VIEWER_AND_GENRES: rated.user * 1000 + genres,
    }[behaviour]
    known = np.ones(len(rated), bool) if leaking else np.isin(np.arange(len(rated)), train)
    return cell_means(cell, rated.level, known, leave_own_out=not leaking)


def cell_means(cell: Rows, level: Rows, known: NDArray[np.bool_], *, leave_own_out: bool) -> Floats:
    """Mean level of the known rows of each row's cell; the overall mean where there are none."""
    _, cell = np.unique(cell, return_inverse=True)
    overall = level[known].mean()
    count = np.bincount(cell, known)[cell]
    total = np.bincount(cell, known * level)[cell]
    if leave_own_out:
        count, total = count - known, total - known * level
    means: Floats = np.where(count > 0, total / np.maximum(count, 1), overall)
    return means


def _genre_sets(has_genre: NDArray[np.bool_]) -> Rows:
    """The number of each film's set, int64, (f,)."""
    _, number = np.unique(has_genre, axis=0, return_inverse=True)
    return np.asarray(number, dtype=np.int64).ravel()


def _numbered(what: NDArray[np.generic], seed: int) -> tuple[Rows, int]:
    """Each kind's number, in random order, and how many kinds there are."""
    kinds, index = np.unique(what, return_inverse=True)
    return np.random.default_rng(seed).permutation(len(kinds))[index], len(kinds)
