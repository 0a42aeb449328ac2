"""Every rating model: it learns, repeats with its seed, and cannot see the answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.special import ndtr

from framesense.rating import levels
from framesense.rating.baselines import Baseline
from framesense.rating.boosting import Boosting
from framesense.rating.cold import ColdModel
from framesense.rating.crowd import Crowd
from framesense.rating.encoding import Encoding
from framesense.rating.features import History
from framesense.rating.gibbs import Chain, Sampling
from framesense.rating.linear import Linear
from framesense.rating.models import Model
from framesense.rating.ratings import Content, Films, Ratings, RatingSet, Viewers
from framesense.rating.scoring import Side, distributions, excesses
from framesense.rating.svdpp import SvdPlusPlus
from framesense.rating.warm import WarmModel

pytest.importorskip("sklearn")


def small_set(seed: int = 0, viewers: int = 40, films: int = 30) -> RatingSet:
    """Viewers who love or hate comedies, by gender; each rates about half of the films."""
    rng = np.random.default_rng(seed)
    pairs = np.sort(rng.permutation(viewers * films)[: viewers * films // 2])
    user, film = pairs // films, pairs % films
    comedy = np.arange(films) % 2 == 0
    likes = np.where((user % 2 == 0) == comedy[film], 4.4, 1.8)
    level = np.clip(np.round(likes + rng.normal(0, 0.5, len(pairs))), 1, 5).astype(np.int64)
    return RatingSet(
        name="small",
        licence="made up",
        ratings=Ratings(user, film, level, np.zeros(len(pairs), np.int64)),
        viewers=Viewers(
            ids=tuple(f"v{k}" for k in range(viewers)),
            age=rng.integers(15, 70, viewers).astype(np.float64),
            gender=tuple("FM"[k % 2] for k in range(viewers)),
            occupation=tuple(("artist", "student", "")[k % 3] for k in range(viewers)),
        ),
        films=Films(
            ids=tuple(f"f{k}" for k in range(films)),
            titles=("",) * films,
            year=np.where(np.arange(films) == 3, np.nan, 1950.0 + np.arange(films)),
            genres=("Comedy", "Drama"),
            has_genre=np.stack([comedy, ~comedy], axis=1),
            content=Content(
                ("laugh",), comedy[:, None] * 0.5, ("pace",), np.where(comedy, 1, np.nan)[:, None]
            ),
        ),
    )


def strangers() -> tuple[Viewers, Films]:
    """One viewer and one film that no data set knows; of the film nothing is known at all."""
    viewer = Viewers(("new",), np.array([np.nan]), ("",), ("astronaut",))
    film = Films(("new",), ("",), np.array([np.nan]), ("Western",), np.ones((1, 1), bool))
    return viewer, film


QUICK = Sampling(rank=3, iterations=30, burn_in=10, keep_every=2)
MODELS: list[Model] = [
    *(Baseline(name) for name in ("majority", "viewer-mean", "film-mean", "bias")),
    Crowd(),
    Linear(),
    Boosting(),
    ColdModel(networks=1, width=8, epochs=12, batch=64, forget_film=0.5),
    SvdPlusPlus(),
    WarmModel(chains=2, sampling=QUICK),
]
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)


@every_model
def test_a_model_answers_with_distributions_also_for_strangers(model: Model) -> None:
    data = small_set()
    fitted = model.fit(data, seed=1)
    known = fitted.predict(data.viewers, data.films, data.ratings.user, data.ratings.film)
    one = np.array([0])
    for answer in (known, fitted.predict(*strangers(), one, one)):
        assert answer.shape[1] == 5
        assert answer.sum(axis=1) == pytest.approx(1)
        assert (answer > 0).all()


@every_model
def test_the_same_seed_gives_the_same_numbers(model: Model) -> None:
    data = small_set()
    one, two = (
        model.fit(data, seed=4).predict(
            data.viewers, data.films, data.ratings.user, data.ratings.film
        )
        for _ in range(2)
    )
    assert np.array_equal(one, two)


@every_model
def test_permuting_the_tested_levels_changes_no_prediction(model: Model) -> None:
    data = small_set()
    rated, rows = data.ratings, np.arange(len(data.ratings))
    test = rows % 5 == 0
    level = rated.level.copy()
    level[test] = np.random.default_rng(0).permutation(level[test])
    other = RatingSet(
        data.name,
        data.licence,
        Ratings(rated.user, rated.film, level, rated.time_s),
        data.viewers,
        data.films,
    )
    assert not np.array_equal(other.ratings.level, rated.level)
    one, two = (
        model.fit(given.only(rows[~test]), seed=2).predict(
            given.viewers, given.films, rated.user[test], rated.film[test]
        )
        for given in (data, other)
    )
    assert np.array_equal(one, two)


@every_model
def test_one_rating_in_all_is_enough_to_answer(model: Model) -> None:
    data = small_set()
    if model.name == "fm":
        model = WarmModel(chains=1, sampling=Sampling(2, 12, 2, 2))
    fitted = model.fit(data.only(np.array([5])), seed=0)
    answer = fitted.predict(data.viewers, data.films, np.array([0, 1]), np.array([0, 1]))
    assert answer.sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize("model", MODELS[-4:], ids=lambda model: model.name)
def test_a_personal_model_learns_whose_taste_is_which(model: Model) -> None:
    data = small_set()
    rows = np.arange(len(data.ratings))
    test = rows % 4 == 0
    rated = data.ratings.take(rows[test])
    fitted = model.fit(data.only(rows[~test]), seed=0)
    expected = levels.mean(fitted.predict(data.viewers, data.films, rated.user, rated.film))
    liked = rated.level >= 4
    assert expected[liked].mean() > expected[~liked].mean() + 0.3


def test_the_line_learns_the_taste_of_those_it_has_never_met() -> None:
    data = small_set(viewers=300, films=60)
    fitted = Linear().fit(data, seed=0)
    new = Viewers(("a", "b"), np.array([30.0, 30.0]), ("F", "M"), ("artist", "artist"))
    comedy = np.array([True, False])[None]
    film = Films(("new",), ("",), np.array([np.nan]), ("Comedy", "Drama"), comedy)
    answer = fitted.predict(new, film, np.array([0, 1]), np.array([0, 0]))
    women, men = levels.mean(answer)
    assert women > men + 0.3


def test_statistics_of_a_training_row_leave_its_own_rating_out() -> None:
    data = small_set()
    rated = data.ratings
    row = np.array([7])
    changed = rated.level.copy()
    changed[7] = 6 - changed[7] if changed[7] != 3 else 5
    other = RatingSet(
        "", "", Ratings(rated.user, rated.film, changed, rated.time_s), data.viewers, data.films
    )
    # Held against the mean of all, which the row's own level moves a little: so it is fixed here.
    one, two = History.of(data), History.of(other)
    shift = np.abs(one.mean - two.mean)
    for given, history in ((data, one), (other, two)):
        own = given.ratings.level[row]
        pair = rated.user[row], rated.film[row]
        viewer = history.of_viewers(data.viewers, data.films, *pair, own)
        film = history.of_films(data.films, pair[1], own)
        if given is data:
            before = np.hstack([viewer, film])
        else:
            assert np.hstack([viewer, film]) == pytest.approx(before, abs=2 * shift)


def test_a_stranger_has_nothing_of_what_only_the_known_have() -> None:
    data = small_set()
    seen = data.only(np.flatnonzero((data.ratings.user > 0) & (data.ratings.film > 0)))
    encoding = Encoding.of(seen, with_raters=True)
    for blocks, own in (
        (encoding.viewer_blocks(data.viewers), encoding.own_of_viewers),
        (encoding.film_blocks(data.films), encoding.own_of_films),
    ):
        columns = np.hstack([block.toarray() for block in blocks])
        known = own(columns.shape[1]).toarray()
        assert len(known) == len(columns) - 1
        personal = known.any(axis=0)
        assert not columns[0, personal].any()
        assert columns[1:, personal] == pytest.approx(known[:, personal])


def test_that_nobody_has_rated_a_film_is_a_fact_of_it() -> None:
    data = small_set()
    seen = data.only(np.flatnonzero(data.ratings.film > 0))
    encoding = Encoding.of(seen, with_raters=True)
    raters = encoding.film_blocks(data.films)[1]
    known, viewers = len(encoding.film_ids), len(encoding.viewer_ids)
    assert raters[0].nnz == 0
    assert raters[1:].nnz > 0
    drawn = encoding.own_of_films(known + viewers)
    assert drawn.nnz == known  # an id each, and nobody's raters


@pytest.mark.parametrize("new_viewer", [False, True])
@pytest.mark.parametrize("new_film", [False, True])
def test_a_stranger_is_answered_as_one_of_the_known_drawn_at_their_share(
    new_viewer: bool, new_film: bool
) -> None:
    random = np.random.default_rng(0)
    share = np.array([0.4, 0.3, 0.1, 0.1, 0.1])
    known = len(share)
    columns = known + 1  # an id each, and one that all have
    chain = Chain(
        w0=np.zeros(1, np.float32),
        w=random.normal(0, 0.3, (1, 2 * columns)).astype(np.float32),
        v=random.normal(0, 0.3, (1, 2 * columns, 2)).astype(np.float32),
        cutpoints=np.sort(random.normal(0, 0.7, (1, known, 4)), axis=2).astype(np.float32),
    )

    def side(new: bool) -> Side:
        shown = np.eye(1, columns, known) + (0 if new else np.eye(1, columns))
        own = csr_matrix(np.eye(known, columns))
        return Side(csr_matrix(shown), np.array([new]), own, share)

    one = np.zeros(1, np.int64)
    scale = np.array([known if new_viewer else 0])
    sides = side(new_viewer), side(new_film)
    (found,) = distributions(chain, np.zeros((1, 3)), *sides, one, one, scale)

    draws = 5000
    viewers, films = (
        random.choice(known, draws, p=share) if new else np.zeros(draws, np.int64)
        for new in (new_viewer, new_film)
    )
    every = []
    for viewer, film in zip(viewers, films, strict=True):
        met = np.array([viewer, known, columns + film, columns + known])
        w, v = chain.w[0, met], chain.v[0, met]
        score = w.sum() + ((v.sum(axis=0) ** 2).sum() - (v**2).sum()) / 2
        every.append(np.diff(ndtr(chain.cutpoints[0, viewer] - score), prepend=0, append=1))
    assert found == pytest.approx(np.mean(every, axis=0), abs=0.004)


def test_strangers_are_liked_as_well_as_the_known_by_those_who_watched_them() -> None:
    random = np.random.default_rng(0)
    known, rated = 4, 60
    user, film = random.integers(0, known, (2, rated))
    v = random.normal(0, 1, (1, 2 * known + 2, 3)).astype(np.float32)
    chain = Chain(np.zeros(1), np.zeros((1, 2 * known + 2)), v, np.zeros((1, known, 4)))
    own = csr_matrix(np.eye(known, known + 1))
    with_shared = csr_matrix(
        np.eye(known, known + 1) + np.outer(np.ones(known), np.eye(known + 1)[-1])
    )
    nobody = np.zeros(known, bool)
    share_u, share_f = (np.bincount(rows, minlength=known) / rated for rows in (user, film))
    sides = Side(with_shared, nobody, own, share_u), Side(with_shared, nobody, own, share_f)
    (found,) = excesses(chain, *sides, user, film)

    def score(one: int, other: int) -> float:
        met = v[0, [one, known, known + 1 + other, 2 * known + 1]].astype(float)
        return float(((met.sum(axis=0) ** 2).sum() - (met**2).sum()) / 2)

    table = np.array([[score(u, f) for f in range(known)] for u in range(known)])
    as_known = table[user, film].mean()
    new_viewer, new_film = (share_u @ table)[film].mean(), (table @ share_f)[user].mean()
    assert found[:2] == pytest.approx([as_known - new_viewer, as_known - new_film])
    assert found[0] + found[1] - found[2] == pytest.approx(as_known - share_u @ table @ share_f)


def test_what_strangers_have_beyond_the_mean_is_theirs_alone() -> None:
    columns, known = 3, 2
    chain = Chain(
        w0=np.zeros(1),
        w=np.zeros((1, 2 * columns)),
        v=np.zeros((1, 2 * columns, 1)),
        cutpoints=np.tile([-2.0, -1.0, 1.0, 2.0], (1, known, 1)),
    )
    own = csr_matrix(np.eye(known, columns))
    side = Side(own[[0, 0]], np.array([False, True]), own, np.array([0.5, 0.5]))
    user, film = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    scale = np.array([0, 0, known, known])
    excess = np.array([[0.3, 0.7, 0.1]])
    found = distributions(chain, excess, side, side, user, film, scale)
    for row, beyond in enumerate((0.0, 0.7, 0.3, 0.9)):
        below = ndtr(chain.cutpoints[0, 0] - beyond)
        assert found[row] == pytest.approx(np.diff(below, prepend=0, append=1))


def test_the_crowd_answers_new_viewers_by_gender_and_age() -> None:
    data = small_set(viewers=900)
    fitted = Crowd().fit(data, seed=0)
    new = Viewers(("a", "b", "c"), np.array([30.0, 30.0, np.nan]), ("F", "M", ""), ("",) * 3)
    comedy, drama = np.zeros(3, np.int64), np.ones(3, np.int64)
    of_comedy, of_drama = (
        levels.mean(fitted.predict(new, data.films, np.arange(3), film)) for film in (comedy, drama)
    )
    # Women love comedies there; one does not say.
    assert of_comedy[0] - 0.3 > of_comedy[2] > of_comedy[1] + 0.3
    assert of_drama[0] + 0.3 < of_drama[2] < of_drama[1] - 0.3


def test_the_crowd_does_not_blame_a_film_for_its_harsh_viewers() -> None:
    data = small_set(viewers=200)
    harsh = data.ratings.user % 4 < 2  # as many women as men
    met = (data.ratings.film != 0) | harsh
    met &= (data.ratings.film != 2) | ~harsh
    rated = replace(data.ratings, level=np.where(harsh, 2, 4)).take(np.flatnonzero(met))
    fitted = Crowd().fit(replace(data, ratings=rated), seed=0)
    new = Viewers(("new",), np.array([np.nan]), ("",), ("",))
    answer = fitted.predict(new, data.films, np.zeros(2, np.int64), np.array([0, 2]))
    of_harsh, of_kind = levels.mean(answer)
    assert of_harsh == pytest.approx(3, abs=0.3)
    assert of_kind == pytest.approx(3, abs=0.3)


def test_the_crowd_fills_up_few_ratings_with_those_of_films_as_well_liked() -> None:
    data = small_set(viewers=200)
    rated = data.ratings
    comedy = rated.film % 2 == 0  # all give them 4; of dramas people think the best or the worst
    level = np.where(comedy, 4, np.where((rated.user + rated.film // 2) % 2, 1, 5))
    few = np.flatnonzero(rated.film == 0)[:3]
    level[few] = 5, 5, 3
    rows = np.append(few, np.flatnonzero(rated.film > 0))
    fitted = Crowd().fit(replace(data, ratings=replace(rated, level=level).take(rows)), seed=0)
    new = Viewers(("new",), np.array([np.nan]), ("",), ("",))
    (answer,) = fitted.predict(new, data.films, np.zeros(1, np.int64), np.zeros(1, np.int64))
    assert answer[3] > 0.6
    assert answer[0] < 0.01
