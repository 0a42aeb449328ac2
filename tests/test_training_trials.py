"""Several trainings of one data set: none sees what it is measured by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from framesense import analyze
from framesense.cli.unlabeled import evenly, pictures_without_labels
from framesense.errors import InputError
from framesense.report import document
from framesense.testing import FakeDetector, scenes, write_film
from framesense.training import checks, dataset, splits
from framesense.training.loop import Epoch
from framesense.training.settings import TrainConfig
from framesense.training.trials import Trials
from tests.training_pictures import Tiny, write_classes

CONFIG = TrainConfig(side=32, batch=8, epochs=2, views=24, frozen=0.0, head_steps=50, rounds=1)
NAMES = ["fox", "owl", "wolf"]


@pytest.fixture
def trials(tmp_path: Path) -> Trials:
    folder = write_classes(tmp_path / "data", NAMES, 10)
    return Trials.of(checks.readable(dataset.read(folder)), Tiny, CONFIG)


def test_the_classifier_is_measured_by_pictures_it_was_not_trained_on(trials: Trials) -> None:
    trained, held_out = trials.classifier()
    assert held_out.targets.tolist() == [0, 1, 2]
    assert trained.measure(held_out, trials.data.labels).accuracy > 0.6


def test_a_part_is_held_out(trials: Trials) -> None:
    part = splits.folds(trials.data, 2)[0]
    assert [score.pictures for score in trials.part(part).classes] == [5, 5, 5]


def test_a_class_can_be_a_stranger(trials: Trials) -> None:
    asked: list[int] = []
    counted = replace(trials, make=lambda classes: asked.append(classes) or Tiny(classes))
    stranger = counted.stranger("owl", splits.last_share(trials.data, 0.3))
    assert asked == [2]
    assert stranger.label == "owl"
    assert 0 <= stranger.auroc <= 1


@pytest.mark.parametrize(("semi", "found"), [("pure", True), ("transductive", False)])
def test_what_is_held_out_helps_only_where_it_is_the_film_to_be_named(
    trials: Trials, semi: str, found: bool
) -> None:
    findings: list[str] = []
    helped = replace(
        trials,
        config=replace(CONFIG, semi=semi),
        unlabelled=trials.images,
        on_finding=lambda finding: findings.append(str(finding)),
    )
    helped.classifier()
    assert any("unlabelled pictures are left out" in finding for finding in findings) == found


def test_a_training_that_was_killed_goes_on_after_its_last_epoch(
    trials: Trials, tmp_path: Path
) -> None:
    config = replace(CONFIG, semi="transductive", sure=0.1)
    kept = replace(trials, config=config, unlabelled=trials.images, states=tmp_path)
    seen: list[int] = []

    def stop(epoch: Epoch) -> None:
        seen.append(epoch.number)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept.classifier(on_epoch=stop)
    again: list[int] = []
    trained, held_out = kept.classifier(on_epoch=lambda epoch: again.append(epoch.number))
    assert (seen, again) == ([0, 1, 0], [1])
    whole, _ = replace(kept, states=None).classifier()
    assert np.array_equal(trained.logits(held_out.images), whole.logits(held_out.images))


class TestUnlabeled:
    def test_a_folder_gives_its_pictures_and_names_what_is_none(self, tmp_path: Path) -> None:
        folder = write_classes(tmp_path / "data", ["any"], 3)
        (folder / "torn.png").write_bytes(b"")
        found = pictures_without_labels(folder, "scene", max_side=32)
        assert [image.shape for image in found.images] == [(24, 32, 3)] * 3
        assert "torn.png" in str(found.findings[0])

    def test_of_very_many_some_are_taken_evenly(self) -> None:
        assert evenly(range(10), 10) == list(range(10))
        assert evenly(range(100), 10) == list(range(0, 100, 16))

    def test_an_empty_or_missing_folder_is_an_error(self, tmp_path: Path) -> None:
        for folder in (tmp_path, tmp_path / "missing"):
            with pytest.raises(InputError, match="no pictures without labels"):
                pictures_without_labels(folder, "scene", max_side=32)

    def test_a_report_gives_frames_or_whoever_is_in_them(self, tmp_path: Path) -> None:
        film = write_film(tmp_path / "film.mp4", scenes((20, 25)))
        with analyze(film, detector=FakeDetector()) as analysis:
            document.write(analysis.report(), tmp_path / "film.shots.json")
        report = tmp_path / "film.shots.json"
        frames = pictures_without_labels(report, "scene", max_side=64).images
        crops = pictures_without_labels(report, "character", max_side=64).images
        assert len(frames) >= 2
        assert {image.shape for image in frames} == {(38, 64, 3)}
        assert len(crops) >= len(frames)
        assert len({image.shape for image in crops}) > 1
