"""Folds: disjoint, complete, the same for the same seed, and cold where they say so."""

from __future__ import annotations

import numpy as np
import pytest

from framesense.errors import InputError, UsageError
from framesense.rating.protocols import folds, validation
from framesense.rating.ratings import Ratings


def some_ratings(n: int = 200, viewers: int = 20, films: int = 15) -> Ratings:
    rng = np.random.default_rng(3)
    pairs = rng.permutation(viewers * films)[:n]
    return Ratings(pairs // films, pairs % films, rng.integers(1, 6, n), np.zeros(n, np.int64))


@pytest.mark.parametrize(
    ("protocol", "count"), [("kfold", 10), ("2kfold", 20), ("cold-items", 5), ("cold-users", 5)]
)
def test_folds_part_the_rows_and_repeat_with_the_seed(protocol: str, count: int) -> None:
    ratings = some_ratings()
    found, again = folds(protocol, ratings, seed=1), folds(protocol, ratings, seed=1)
    assert len(found) == count
    for fold, twin in zip(found, again, strict=True):
        assert sorted([*fold.train, *fold.test]) == list(range(len(ratings)))
        assert np.array_equal(fold.test, twin.test)
    tested = np.bincount(np.concatenate([fold.test for fold in found]))
    assert set(tested.tolist()) == {10 if protocol == "2kfold" else 1}


def test_cold_folds_share_no_film_or_no_viewer() -> None:
    ratings = some_ratings()
    for fold in folds("cold-items", ratings):
        assert not set(ratings.film[fold.train]) & set(ratings.film[fold.test])
    for fold in folds("cold-users", ratings):
        assert not set(ratings.user[fold.train]) & set(ratings.user[fold.test])
    both = folds("cold-both", ratings)
    assert len(both) == 5
    for fold in both:
        assert not set(ratings.film[fold.train]) & set(ratings.film[fold.test])
        assert not set(ratings.user[fold.train]) & set(ratings.user[fold.test])


def test_the_official_parts_are_blocks_of_twenty_thousand_lines() -> None:
    n = 100_000
    rows = np.arange(n)
    ratings = Ratings(rows, rows, np.ones(n, np.int64), rows)
    parts = folds("u1-u5", ratings)
    assert [int(part.test[0]) for part in parts] == [0, 20_000, 40_000, 60_000, 80_000]
    assert all(len(part.test) == 20_000 and len(part.train) == 80_000 for part in parts)
    assert [part.name for part in folds("u1", ratings)] == ["u1"]


def test_validation_rows_come_from_the_training_rows_only() -> None:
    ratings = some_ratings()
    train = np.arange(50, 200)
    for by in ("ratings", "films", "viewers"):
        inner = validation(train, ratings, by=by, share=0.2)
        assert sorted([*inner.train, *inner.test]) == train.tolist()
    inner = validation(train, ratings, by="films", share=0.2)
    assert not set(ratings.film[inner.train]) & set(ratings.film[inner.test])


def test_what_cannot_be_parted_is_told() -> None:
    with pytest.raises(UsageError, match="did you mean cold-items"):
        folds("cold-item", some_ratings())
    with pytest.raises(UsageError, match="parts of ML-100K"):
        folds("u1", some_ratings())
    with pytest.raises(InputError, match="too few ratings"):
        folds("kfold", some_ratings().take(np.array([0])))
    with pytest.raises(InputError, match="too few films"):
        folds("cold-items", some_ratings(films=1, n=20))
    with pytest.raises(InputError, match="too few ratings to part by films and viewers"):
        folds("cold-both", some_ratings(n=5))
