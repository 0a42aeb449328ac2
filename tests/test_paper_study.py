"""The replication study: honest attributes do not know the tested answers, leaking ones do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("sklearn")

from benchmarks.paper import classics, figures, report
from benchmarks.paper.__main__ import piece
from benchmarks.paper.attributes import Behaviour, attributes, cell_means
from benchmarks.paper.network import Network, Setting, iterations, learn_and_answer
from benchmarks.paper.plan import LADDER_ROWS, TABLE_1, Row, planned
from framesense.rating.protocols import Fold, folds
from framesense.rating.ratings import Films, Ratings, RatingSet, Viewers

TINY = Setting(layers=3, kernels=8)


def a_data_set(n: int = 600, viewers: int = 30, films: int = 40) -> RatingSet:
    """Levels at random: nothing can honestly be learned of them."""
    rng = np.random.default_rng(5)
    pairs = rng.permutation(viewers * films)[:n]
    ratings = Ratings(
        pairs // films, pairs % films, rng.integers(1, 6, n), np.zeros(n, dtype=np.int64)
    )
    return RatingSet(
        name="some",
        licence="ours",
        ratings=ratings,
        viewers=Viewers(
            ids=tuple(map(str, range(viewers))),
            age=rng.integers(10, 60, viewers).astype(float),
            gender=tuple("FM"[k % 2] for k in range(viewers)),
            occupation=tuple(f"work {k % 7}" for k in range(viewers)),
        ),
        films=Films(
            ids=tuple(map(str, range(films))),
            titles=("",) * films,
            year=np.full(films, 1990.0),
            genres=("Animation", "Comedy", "Drama"),
            has_genre=rng.random((films, 3)) < 0.5,
        ),
    )


def with_other_answers(data: RatingSet, fold: Fold) -> RatingSet:
    level = data.ratings.level.copy()
    level[fold.test] = np.random.default_rng(0).permutation(level[fold.test])
    return replace(data, ratings=replace(data.ratings, level=level))


@pytest.mark.parametrize("behaviour", Behaviour)
def test_an_honest_attribute_knows_no_tested_answer(behaviour: Behaviour) -> None:
    data = a_data_set()
    fold = folds("kfold", data.ratings)[0]
    before = attributes(data, fold.train, behaviour).values
    after = attributes(with_other_answers(data, fold), fold.train, behaviour).values
    assert np.array_equal(before, after)


@pytest.mark.parametrize("behaviour", list(Behaviour)[1:])
def test_a_leaking_attribute_is_moved_by_tested_answers(behaviour: Behaviour) -> None:
    data = a_data_set()
    fold = folds("kfold", data.ratings)[0]
    before = attributes(data, fold.train, behaviour, leaking=True).values
    after = attributes(with_other_answers(data, fold), fold.train, behaviour, leaking=True).values
    assert not np.allclose(before[fold.test, 4], after[fold.test, 4])
    assert np.array_equal(before[:, :4], after[:, :4])


def test_a_training_row_does_not_see_its_own_level() -> None:
    cell, known = np.array([7, 7, 7, 9, 9]), np.array([True, True, False, True, True])
    level = np.array([1, 3, 5, 2, 4])
    honest = cell_means(cell, level, known, leave_own_out=True)
    assert honest.tolist() == [3, 1, 2, 4, 2]
    leaking = cell_means(cell, level, np.ones(5, bool), leave_own_out=False)
    assert leaking.tolist() == [3, 3, 3, 3, 3]


def test_codes_are_adjusted_in_training_or_stay_as_they_are() -> None:
    data = a_data_set()
    fold = folds("kfold", data.ratings)[0]
    x = attributes(data, fold.train, Behaviour.ACTIVITY)
    for codes in ("learned", "fixed"):
        network = Network(replace(TINY, codes=codes), x)
        shown = network.codes[0].weight.detach().numpy()[x.code[:, 0], 0]
        assert np.allclose(shown, x.values[:, 2], atol=1e-6)
        assert network.codes[0].weight.requires_grad == (codes == "learned")


@pytest.mark.parametrize("loss", ["cross-entropy", "squared error"])
def test_the_network_answers_levels_and_the_same_for_the_same_seed(loss: str) -> None:
    data = a_data_set()
    fold = folds("kfold", data.ratings)[0]
    x = attributes(data, fold.train, Behaviour.ACTIVITY)
    setting = replace(TINY, loss=loss)
    once, again = (
        learn_and_answer(setting, x, data.ratings.level, fold.train, fold.test, seed=1)
        for _ in range(2)
    )
    assert set(once.level.tolist()) <= {1, 2, 3, 4, 5}
    assert np.array_equal(once.level, again.level)
    assert np.array_equal(once.losses, again.losses)


def test_a_network_that_is_shown_the_answers_finds_them() -> None:
    """The ladder in small: random levels cannot be known, unless an attribute tells them."""
    data = a_data_set()
    fold = folds("kfold", data.ratings)[0]
    honest, leaking = (
        piece(
            Row(TINY, behaviour=Behaviour.VIEWER_AND_GENRES, leaking=leaking), data, fold, seed=0
        ).accuracy
        for leaking in (False, True)
    )
    assert leaking > honest + 0.1


@pytest.mark.parametrize("name", classics.NAMES)
def test_every_classifier_answers_levels(name: str) -> None:
    data = a_data_set()
    fold = folds("kfold", data.ratings)[0]
    x = attributes(data, fold.train, Behaviour.ACTIVITY)
    found = classics.answer(name, x, data.ratings.level, fold.train, fold.test, seed=0)
    assert len(found) == len(fold.test)
    assert set(found.tolist()) <= {1, 2, 3, 4, 5}


def test_records_are_read_once_before_any_is_read_twice() -> None:
    read = np.concatenate(list(iterations(np.arange(30_000), seed=0)))
    assert len(read) == 40_000
    assert len(np.unique(read[:30_000])) == 30_000


def test_the_plan_has_the_papers_tables() -> None:
    assert len(set(TABLE_1)) == 12
    assert len(LADDER_ROWS) == 9
    keys = [row.key for row in planned()]
    assert len(keys) == len(set(keys))


def test_tables_and_figures_are_made_of_what_has_run(tmp_path: Path) -> None:
    data = a_data_set()
    row = Row("majority class")
    pieces = [piece(row, data, folds("kfold", data.ratings)[0], seed=0)]
    text = report.text(pieces)
    assert f"| majority class | K-fold | 1 | {pieces[0].accuracy:.4f} | " in text
    assert text.count("not run") > 12
    figures.draw(pieces, tmp_path)
    assert len(list(tmp_path.glob("*.png"))) == 4
