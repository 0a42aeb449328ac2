"""The whole rater: it trains, is kept as plain files, and answers the same when read again."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from framesense.cli.evaluate_rater import evaluate_rater
from framesense.cli.train_rater import train_rater
from framesense.errors import DeviceError, InputError, UsageError
from framesense.rating import movielens, rater
from framesense.rating.blend import Blended
from framesense.rating.choice import make_model
from framesense.rating.cold import ColdModel
from framesense.rating.evaluation import evaluate, to_json, to_markdown
from framesense.rating.fitting import Fit, fit_all
from framesense.rating.gibbs import Sampling
from framesense.rating.models import Predictor, Show, silent
from framesense.rating.ratings import Ratings, RatingSet
from framesense.rating.rehearsal import DEFAULT_SWITCH, ENOUGH, rehearsed, warm_weight
from framesense.rating.warm import WarmModel
from tests.test_rating_data import write_100k
from tests.test_rating_models import small_set, strangers

QUICK = Sampling(rank=3, iterations=30, burn_in=10, keep_every=4)
SMALL = Blended(
    warm=WarmModel(chains=1, sampling=QUICK),
    content=WarmModel("fm-content", raters=False, chains=1, sampling=QUICK),
    cold=ColdModel(networks=1, width=8, layers=11, epochs=2, batch=64),
)


class Ending:
    """A model whose process is ended, as for want of memory."""

    name = "ending"

    def fit(self, data: RatingSet, *, seed: int, show: Show = silent) -> Predictor:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


@pytest.fixture(scope="module")
def made() -> rater.Rater:
    return rater.train(small_set(), model=SMALL, seed=1)[0]


def test_a_rater_read_again_answers_the_same(made: rater.Rater, tmp_path: Path) -> None:
    made.save(tmp_path / "rater")
    again = rater.load(tmp_path / "rater")
    data = small_set()
    pairs = data.viewers, data.films, data.ratings.user, data.ratings.film
    assert again.predict(*pairs) == pytest.approx(made.predict(*pairs), abs=5e-3)
    one = np.array([0])
    answer = again.predict(*strangers(), one, one)
    assert answer == pytest.approx(made.predict(*strangers(), one, one), abs=5e-3)
    assert answer.sum() == pytest.approx(1)


def test_the_whole_rater_cannot_see_the_answers_either() -> None:
    data = small_set()
    rows = np.arange(len(data.ratings))
    test = rows[rows % 5 == 0]
    level = data.ratings.level.copy()
    level[test] = np.random.default_rng(0).permutation(level[test])
    permuted = replace(data, ratings=replace(data.ratings, level=level))
    pairs = data.viewers, data.films, data.ratings.user[test], data.ratings.film[test]
    one, two = (
        rater.train(given.only(rows[rows % 5 > 0]), model=SMALL, seed=3)[0]
        for given in (data, permuted)
    )
    assert np.array_equal(one.predict(*pairs), two.predict(*pairs))


def test_its_folder_says_what_it_was_trained_on(made: rater.Rater, tmp_path: Path) -> None:
    made.save(tmp_path)
    about = json.loads((tmp_path / "rater.json").read_text())["about"]
    assert about["licence"] == "made up"
    assert (about["ratings"], about["viewers"], about["films"]) == (600, 40, 30)


def test_pickled_arrays_are_refused(made: rater.Rater, tmp_path: Path) -> None:
    made.save(tmp_path)
    with np.load(tmp_path / "rater.npz") as file:
        arrays = dict(file)
    arrays["rater.counts"] = np.array([{"code": print}], dtype=object)
    np.savez(tmp_path / "rater.npz", **arrays)
    with pytest.raises(InputError, match="damaged"):
        rater.load(tmp_path)


def test_arrays_that_were_changed_are_refused(made: rater.Rater, tmp_path: Path) -> None:
    made.save(tmp_path)
    with np.load(tmp_path / "rater.npz") as file:
        arrays = dict(file)
    arrays["rater.linear.slope"] *= np.nan
    np.savez(tmp_path / "rater.npz", **arrays)
    with pytest.raises(InputError, match="not the one that was written with it"):
        rater.load(tmp_path)


def test_missing_cut_and_strange_folders_are_told(made: rater.Rater, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="train-rater"):
        rater.load(tmp_path / "absent")
    made.save(tmp_path)
    whole = (tmp_path / "rater.npz").read_bytes()
    (tmp_path / "rater.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="damaged"):
        rater.load(tmp_path)
    (tmp_path / "rater.npz").write_bytes(whole)
    text = (tmp_path / "rater.json").read_text()
    (tmp_path / "rater.json").write_text("[" * 100_000)
    with pytest.raises(InputError, match="damaged"):
        rater.load(tmp_path)
    (tmp_path / "rater.json").write_text(text.replace('"format": 3', '"format": 9'))
    with pytest.raises(InputError, match="format 9"):
        rater.load(tmp_path)
    (tmp_path / "rater.json").write_text('{"format": 2, "about": {}}')
    with pytest.raises(InputError, match="format 2"):
        rater.load(tmp_path)


def test_data_without_genres_train_a_rater() -> None:
    data = small_set()
    bare = replace(data.films, genres=(), has_genre=np.zeros((len(data.films), 0), bool))
    plain = rater.train(replace(data, films=bare), model=SMALL)[0]
    pairs = np.arange(5), np.arange(5)
    assert plain.predict(data.viewers, bare, *pairs).sum(axis=1) == pytest.approx(1)


def test_a_film_moves_to_who_rated_it_as_ratings_come() -> None:
    weight = warm_weight((-1.0, 1.0), np.array([0, 1, 10, 1000]))
    assert weight[0] == 0
    assert (np.diff(weight) > 0).all()
    assert weight[-1] > 0.99


@pytest.mark.parametrize("number", [400, 40])
def test_the_switch_is_learned_where_enough_is_held_out(number: int) -> None:
    count = np.arange(number) % 2 * 200  # every second film is much rated
    level = np.full(number, 4)
    right, wrong = np.eye(5)[3] * 0.8 + 0.04, np.full(5, 0.2)
    warm = np.where(count[:, None] > 0, right, wrong)
    shown = np.where(count[:, None] > 0, wrong, right)
    tested = Ratings(np.arange(number), np.arange(number), level, count * 0)
    found = rehearsed(warm, shown, tested, count + 1)
    few, many = warm_weight(found.switch, np.array([1, 201]))
    if number < ENOUGH:
        assert found.switch == DEFAULT_SWITCH
    else:
        assert few < 0.1
        assert many > 0.9
    assert found.scores.accuracy == pytest.approx(0.5)  # the machine's alone


def test_a_new_viewer_is_answered_by_the_crowd_of_a_rated_film(made: rater.Rater) -> None:
    data = small_set()
    strangers = replace(data.viewers, ids=tuple(f"new {id}" for id in data.viewers.ids))
    pairs = strangers, data.films, np.arange(4), np.arange(4)
    assert made.predict(*pairs) == pytest.approx(made.predictor.crowd.predict(*pairs))


def test_the_rater_answers_for_films_that_nobody_rated() -> None:
    result = evaluate(SMALL, small_set(), "cold-items")
    assert len(result.folds) == 5
    assert result.mean("rmse") < 1.5
    assert result.sd("rmse") > 0


def test_results_are_written_with_means_and_spread() -> None:
    result = evaluate(make_model("bias"), small_set(), "kfold")
    plain = json.loads(to_json([result]))
    assert plain[0]["mean"]["rmse"] == pytest.approx(result.mean("rmse"))
    assert len(plain[0]["folds"]) == 10
    assert "| kfold | bias | 10 |" in to_markdown([result])


def test_a_measure_that_no_fold_has_is_a_dash() -> None:
    liked = small_set()
    liked = replace(liked, ratings=replace(liked.ratings, level=np.full(len(liked.ratings), 4)))
    result = evaluate(make_model("majority"), liked, "kfold")
    assert "| – |" in to_markdown([result])  # no AUC where all is liked
    assert "nan" not in to_markdown([result])


def test_an_unknown_model_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean bias"):
        make_model("bia")


def test_commands_train_and_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = write_100k(tmp_path / "ml-100k")
    app = typer.Typer()
    app.command("train-rater")(train_rater)
    app.command("evaluate-rater")(evaluate_rater)
    monkeypatch.setattr("framesense.rating.choice.RATER", SMALL)
    out = tmp_path / "rater"
    done = CliRunner().invoke(app, ["train-rater", "--data", str(data), "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert {path.name for path in out.iterdir()} >= {"rater.json", "rater.npz", "checkup.png"}
    command = ["evaluate-rater", "--data", str(data), "--protocol", "kfold", "--model", "bias"]
    done = CliRunner().invoke(app, [*command, "-o", str(tmp_path / "scores")])
    assert done.exit_code == 0, done.output
    assert "| kfold | bias |" in done.stdout
    assert (tmp_path / "scores" / "scores.png").stat().st_size > 1000


def test_one_rating_in_all_is_too_few(tmp_path: Path) -> None:
    data = movielens.read(write_100k(tmp_path / "one", "1\t10\t5\t100\n"))
    with pytest.raises(InputError, match="bring more ratings"):
        rater.train(data, model=SMALL)


def test_any_number_of_processes_trains_the_same_rater(made: rater.Rater) -> None:
    data, told = small_set(), []
    beside, rehearsal = rater.train(
        data, model=replace(SMALL, workers=3), seed=1, show=lambda _, share: told.append(share)
    )
    pairs = data.viewers, data.films, data.ratings.user, data.ratings.film
    assert np.array_equal(beside.predict(*pairs), made.predict(*pairs))
    assert len(rehearsal.level) == 60
    assert told == sorted(told)
    assert told[-1] > 0.9
    weights = [w for network in beside.predictor.cold.networks for w in network.parameters()]
    assert not any(weight.is_shared() for weight in weights)  # each would hold a file open


def test_what_goes_wrong_in_a_process_is_told_here() -> None:
    narrow = replace(SMALL, workers=2, cold=replace(SMALL.cold, width=-1))
    with pytest.raises(RuntimeError, match="negative dimension"):
        rater.train(small_set(), model=narrow)


def test_a_process_that_is_ended_is_told() -> None:
    with pytest.raises(DeviceError, match="one worker"):
        fit_all([Fit(Ending(), small_set(), 1.0)] * 2, seed=0, workers=2, show=silent)
