"""Calibration, rejection, measures and labels that spread."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from framesense.training import calibration, openset, semi
from framesense.training.evaluation import measure


def test_answers_that_are_too_sure_get_a_temperature_above_one() -> None:
    random = np.random.default_rng(0)
    targets = random.integers(0, 3, 600)
    said = np.where(random.random(600) < 0.7, targets, (targets + 1) % 3)  # 70 % right
    logits = 10.0 * np.eye(3)[said]
    temperature = calibration.fit_temperature(logits, targets)
    assert temperature > 2
    before = calibration.probabilities(logits, 1.0, several=False)
    after = calibration.probabilities(logits, temperature, several=False)
    assert calibration.calibration_error(before, targets) > 0.25
    assert calibration.calibration_error(after, targets) < 0.03


def test_the_error_is_nothing_where_scores_are_kept_and_all_where_the_sure_are_wrong() -> None:
    p = np.array([[0.75, 0.25]] * 4)
    assert calibration.calibration_error(p, np.array([0, 0, 0, 1])) == pytest.approx(0)
    sure = np.array([[1.0, 0.0]] * 4)
    assert calibration.calibration_error(sure, np.array([1, 1, 1, 1])) == pytest.approx(1)


def test_the_threshold_keeps_the_share_of_right_answers_that_it_should() -> None:
    score = np.linspace(0.5, 1, 101)
    p = np.column_stack([score, 1 - score])
    threshold = calibration.fit_threshold(p, np.zeros(101, int), keep=0.9)
    assert (score >= threshold).mean() == pytest.approx(0.9, abs=0.02)


def test_several_labels_get_the_highest_threshold_of_nearly_the_best_f1() -> None:
    p = np.array([[0.8, 0.1], [0.7, 0.2], [0.1, 0.9]] * 30)
    p[0, 0] = 0.3  # one truth more is found below 0.3 than from there to 0.7: too little to count
    targets = np.array([[1, 0], [1, 0], [0, 1]] * 30, np.float32)
    threshold = calibration.fit_threshold(p, targets)
    assert 0.6 < threshold < 0.7  # 90 truths say nearly all
    assert threshold < calibration.fit_threshold(np.tile(p, (10, 1)), np.tile(targets, (10, 1)))


def test_strangers_that_score_low_are_told_apart() -> None:
    known = np.array([True, True, True, False, False])
    assert openset.known_from_unknown(known, np.array([0.9, 0.8, 0.9, 0.3, 0.2])) == 1.0
    assert openset.known_from_unknown(known, np.array([0.5] * 5)) == 0.5


def test_measures_count_unknown_answers_apart() -> None:
    p = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.45, 0.55]])
    metrics = measure(p, np.array([0, 1, 1, 1]), ("fox", "wolf"), threshold=0.7)
    assert metrics.accuracy == 0.75
    assert metrics.answered == 0.5
    assert metrics.accuracy_answered == 1.0
    assert [score.pictures for score in metrics.classes] == [1, 3]


def test_the_mean_over_classes_leaves_out_those_without_pictures() -> None:
    p = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1]])
    assert measure(p, np.array([0, 1]), ("fox", "wolf", "owl"), threshold=0.5).macro_f1 == 1.0


def test_guesses_are_sure_and_no_class_swallows_the_others() -> None:
    p = np.array([[0.99, 0.01]] * 10 + [[0.1, 0.9], [0.4, 0.6]])
    guesses = semi.confident(p, sure=0.8)
    assert guesses.rows.tolist() == [*range(11)]
    assert guesses.labels.tolist() == [0] * 10 + [1]
    crowded = semi.confident(np.eye(4)[[0] * 7 + [1]], sure=0.8)
    assert (crowded.labels == 0).sum() == 4


def test_with_several_labels_each_yes_and_no_of_a_guess_is_sure() -> None:
    both, nobody, unsure = [0.9, 0.8], [0.1, 0.2], [0.9, 0.6]
    guesses = semi.confident(np.array([both, nobody, unsure]), sure=0.8, several=True)
    assert guesses.rows.tolist() == [0, 1]
    assert guesses.labels.tolist() == [[1, 1], [0, 0]]
    crowd = semi.confident(np.array([nobody] * 8 + [both]), sure=0.8, several=True)
    assert crowd.labels.sum(axis=1).tolist() == [0] * 6 + [2]
    assert len(semi.confident(np.array([unsure]), sure=0.8, several=True).rows) == 0


def test_labels_spread_to_their_neighbourhood() -> None:
    random = np.random.default_rng(0)
    angle = np.concatenate([random.normal(0.2, 0.1, 30), random.normal(1.3, 0.1, 30)])
    points = np.column_stack([np.cos(angle), np.sin(angle)])
    known = [0, 30]
    p = semi.spread(points[known], np.array([1, 2]), points, classes=3, neighbours=10)
    assert p.argmax(1).tolist() == [1] * 30 + [2] * 30
    assert p[:, 0].max() == 0
    table = np.array([[1, 0, 0], [1, 1, 0]], np.float32)
    p = semi.spread(points[known], table, points, classes=3, neighbours=10)
    assert (p >= 0.5).tolist() == [[True, False, False]] * 30 + [[True, True, False]] * 30
    p = semi.spread(points[:1], table[:1], points, classes=3, neighbours=10)
    assert (p[30:] == 0.5).all()  # nothing comes there, which is no no
