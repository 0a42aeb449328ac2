"""Distributions over levels, and the measures taken from them."""

from __future__ import annotations

import numpy as np
import pytest

from framesense.rating import levels
from framesense.rating.metrics import score

P = np.array([[0.1, 0.1, 0.1, 0.3, 0.4], [0.6, 0.1, 0.1, 0.1, 0.1], [0.05, 0.15, 0.5, 0.2, 0.1]])


def test_mode_median_mean_and_like_are_read_off_a_distribution() -> None:
    assert levels.mode(P).tolist() == [5, 1, 3]
    assert levels.median(P).tolist() == [4, 1, 3]
    assert levels.mean(P) == pytest.approx([3.8, 2.0, 3.15])
    assert levels.like(P) == pytest.approx([0.7, 0.2, 0.3])


def test_a_tilted_distribution_has_the_wanted_mean_and_stays_one() -> None:
    wanted = np.array([1.3, 4.6, 3.15])
    tilted = levels.with_mean(P, wanted)
    assert levels.mean(tilted) == pytest.approx(wanted, abs=1e-3)
    assert tilted.sum(axis=1) == pytest.approx(1)
    assert tilted[2] == pytest.approx(P[2], abs=1e-3)
    assert levels.mean(levels.with_mean(P[0], wanted)) == pytest.approx(wanted, abs=1e-3)


def test_scores_by_hand() -> None:
    level, user = np.array([5, 2, 3]), np.array([0, 0, 1])
    found = score(P, level, user)
    assert found.accuracy == pytest.approx(2 / 3)
    assert found.within_one == 1
    assert found.mae == pytest.approx(2 / 3)
    assert found.rmse == pytest.approx(np.sqrt((1.2**2 + 0 + 0.15**2) / 3))
    assert found.log_loss == pytest.approx(-np.log([0.4, 0.1, 0.5]).mean())
    assert found.auc == 1
    assert found.ndcg10 == 1


def test_ndcg_falls_when_a_viewer_is_ranked_the_wrong_way_round() -> None:
    level, user = np.array([1, 5, 3]), np.array([0, 0, 1])
    discount = 1 / np.log2(3)
    assert score(P, level, user).ndcg10 == pytest.approx((1 + 31 * discount) / (31 + discount))


def test_auc_of_one_class_is_unknown() -> None:
    found = score(P, np.array([1, 2, 3]), np.array([0, 1, 2]))
    assert np.isnan(found.auc)
    assert np.isnan(found.ndcg10)
