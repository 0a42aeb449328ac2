"""How ratings are parted into training and test rows, by name.

    u1, u1-u5     ML-100K's official parts: test i is lines (i-1)·20000 … i·20000 of u.data
    kfold         10 parts of the rows at random, each tested once
    2kfold        10 times two halves at random, each half tested by the other: 20 folds
    cold-items    5 parts of the films, each film's ratings wholly in one: films nobody rated yet
    cold-users    5 parts of the viewers, likewise: viewers who rated nothing yet
    cold-both     the same parts of both: new viewers of new films, learned from neither

A model sees training rows only. What it tunes, it tunes on `validation` rows out of these.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import numpy as np

from framesense.errors import InputError, UsageError
from framesense.rating.ratings import Ratings, Rows

PROTOCOLS = ("u1", "u1-u5", "kfold", "2kfold", "cold-items", "cold-users", "cold-both")
OFFICIAL = 100_000  # ratings of ML-100K
ROUNDS = 10  # K of kfold and 2kfold
COLD_PARTS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Two disjoint sets of rows of one `Ratings`."""

    name: str
    train: Rows  # int64, (n,), ascending
    test: Rows  # int64, (m,), ascending

    def __repr__(self) -> str:
        return f"Fold({self.name}, train={len(self.train)}, test={len(self.test)})"


def folds(protocol: str, ratings: Ratings, *, seed: int = 0) -> list[Fold]:
    """The protocol's folds; the same for the same seed.

    Raises UsageError for an unknown protocol or one that the data do not fit, InputError for too
    few ratings, viewers or films.
    """
    match protocol:
        case "u1":
            return _official(ratings)[:1]
        case "u1-u5":
            return _official(ratings)
        case "kfold":
            return _parts(np.arange(len(ratings)), ROUNDS, seed, "ratings")
        case "2kfold":
            return _halves(len(ratings), seed)
        case "cold-items":
            return _parts(ratings.film, COLD_PARTS, seed, "films")
        case "cold-users":
            return _parts(ratings.user, COLD_PARTS, seed, "viewers")
        case "cold-both":
            return _crossed(
                folds("cold-items", ratings, seed=seed), folds("cold-users", ratings, seed=seed)
            )
    near = difflib.get_close_matches(protocol, PROTOCOLS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(PROTOCOLS)}"
    raise UsageError(f"unknown protocol: {protocol}", remedy=hint)


def validation(
    train: Rows, ratings: Ratings, *, by: str = "ratings", share: float = 0.1, seed: int = 0
) -> Fold:
    """Training rows parted again, for choosing settings.

    `by` is what is held out: "ratings", "films" or "viewers", about `share` of them. Raises
    InputError when there are fewer than two.
    """
    of = {
        "ratings": np.arange(len(train)),
        "films": ratings.film[train],
        "viewers": ratings.user[train],
    }
    inner = _parts(of[by], max(2, round(1 / share)), seed, by)[0]
    return Fold("validation", train[inner.train], train[inner.test])


def _official(ratings: Ratings) -> list[Fold]:
    if len(ratings) != OFFICIAL:
        raise UsageError(
            f"u1…u5 are parts of ML-100K, these are {len(ratings):,} ratings",
            remedy="take --protocol kfold",
        )
    rows = np.arange(OFFICIAL)
    part = rows // (OFFICIAL // 5)
    return [Fold(f"u{i + 1}", rows[part != i], rows[part == i]) for i in range(5)]


def _parts(group: Rows, count: int, seed: int, what: str) -> list[Fold]:
    """Rows parted by their group: `count` parts of the groups, drawn at random."""
    names, index = np.unique(group, return_inverse=True)
    if len(names) < 2:
        raise InputError(
            f"too few {what} to part into training and test ({len(names)})",
            remedy="bring more ratings",
        )
    count = min(count, len(names))
    part = np.random.default_rng(seed).permutation(len(names)) % count
    part_of_row = part[index]
    return [
        Fold(f"{k + 1}/{count}", np.flatnonzero(part_of_row != k), np.flatnonzero(part_of_row == k))
        for k in range(count)
    ]


def _crossed(films: list[Fold], viewers: list[Fold]) -> list[Fold]:
    """Rows that both train on, and rows that both test."""
    found = []
    for film, viewer in zip(films, viewers, strict=False):
        train = np.intersect1d(film.train, viewer.train)
        test = np.intersect1d(film.test, viewer.test)
        if not len(train) or not len(test):
            raise InputError(
                "too few ratings to part by films and viewers", remedy="bring more ratings"
            )
        found.append(Fold(film.name, train, test))
    return found


def _halves(rows: int, seed: int) -> list[Fold]:
    found = []
    for turn in range(ROUNDS):
        first, second = _parts(np.arange(rows), 2, seed + turn, "ratings")
        found += [
            Fold(f"{turn + 1}a", first.train, first.test),
            Fold(f"{turn + 1}b", second.train, second.test),
        ]
    return found
