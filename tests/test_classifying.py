"""`analyze --classifier`: who is seen, by subjects and by whole pictures, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from framesense import analyze
from framesense.config import Config
from framesense.errors import DeviceError, InputError, UsageError
from framesense.records import Box, Detection, FilmReport, Image, Tag
from framesense.testing import FakeDetector, FakeRecogniser, scenes, write_film

CONFIG = Config().changed("tags", min_score=0.0)
WHERE = Box(0.5, 0.25, 0.75, 0.75)  # of the one who is there


def meadow(frames: int, grey: int, colour: tuple[int, int, int]) -> Iterator[Image]:
    """A grey place with somebody in one colour, who drifts to the right a little."""
    for index in range(frames):
        image = np.full((180, 320, 3), grey, np.uint8)
        centre = (200 + index // 4, 90)
        cv2.ellipse(image, (centre, (80, 90), 0), colour, -1, cv2.LINE_AA)
        yield image


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A red one for two seconds, then a blue one."""
    images = [*meadow(48, 20, (20, 20, 250)), *meadow(48, 80, (250, 20, 20))]
    return write_film(tmp_path_factory.mktemp("films") / "film.mp4", images)


class Watchful(FakeRecogniser):
    """Remembers how many pictures it was shown at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[int] = []

    def recognise(self, images: Sequence[Image]) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        self.shown.append(len(images))
        return super().recognise(images)


class Blind(FakeDetector):
    """Sees nobody, or hardly, far from where they are."""

    def detect(self, images: Sequence[Image]) -> list[list[Detection]]:
        return [[Detection("kite", 0.03, Box(0.0, 0.0, 0.2, 0.2))] for _ in images]


def run(film: Path, *, recogniser: FakeRecogniser | None = None, **section: object) -> FilmReport:
    config = CONFIG.changed("classify", **section) if section else CONFIG
    known = [recogniser or FakeRecogniser()]
    with analyze(film, detector=Blind(), classifiers=known, config=config) as analysis:
        return analysis.report()


def characters(report: FilmReport) -> list[list[Tag]]:
    return [[tag for tag in item.tags if tag.kind == "character"] for item in report.shots]


def test_whom_the_detector_misses_is_found_and_named_with_a_box(film: Path) -> None:
    red, blue = characters(run(film))
    assert ([tag.label for tag in red], [tag.label for tag in blue]) == (["person"], ["bird"])
    for tag in (*red, *blue):
        assert tag.hits == tag.samples
        assert len(tag.boxes) == tag.samples
        assert all(item.box.overlap(WHERE) > 0.4 for item in tag.boxes)


def test_what_the_detector_hardly_sees_is_no_object(film: Path) -> None:
    assert not [tag for item in run(film).shots for tag in item.tags if tag.kind == "object"]


def test_crops_of_several_frames_are_looked_at_together(film: Path) -> None:
    recogniser = Watchful()
    report = run(film, recogniser=recogniser)
    samples = sum(len(item.samples) for item in report.shots)
    assert len(recogniser.shown) == -(-samples // CONFIG.detect.batch)
    assert recogniser.shown[0] > 2 * min(samples, CONFIG.detect.batch)


def test_without_crops_only_whole_pictures_are_looked_at(film: Path) -> None:
    recogniser = Watchful()
    report = run(film, recogniser=recogniser, crops=0)
    assert sum(recogniser.shown) == sum(len(item.samples) for item in report.shots)
    assert not [box for tags in characters(report) for tag in tags for box in tag.boxes]


def test_the_batch_size_changes_nobody(film: Path) -> None:
    reports = []
    for batch in (1, 64):
        config = CONFIG.changed("detect", batch=batch)
        known = [FakeRecogniser()]
        with analyze(film, detector=Blind(), classifiers=known, config=config) as analysis:
            reports.append(analysis.report())
    assert reports[0].shots == reports[1].shots


def test_a_classifier_of_scenes_is_shown_whole_pictures_only(film: Path) -> None:
    recogniser = Watchful()
    recogniser.kind, recogniser.threshold = "scene", 0.0
    report = run(film, recogniser=recogniser)
    assert sum(recogniser.shown) == sum(len(item.samples) for item in report.shots)
    assert {tag.kind for item in report.shots for tag in item.tags} == {"scene"}


torch = pytest.importorskip("torch")


class TestCommand:
    """With checkpoints as `train-classifier` writes them, their networks untrained."""

    @pytest.fixture(autouse=True, scope="class")
    @staticmethod
    def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("FRAMESENSE_CACHE", str(tmp_path_factory.mktemp("cache")))
            yield

    @pytest.fixture(scope="class")
    @staticmethod
    def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
        """cast.safetensors and again.safetensors of characters, places.safetensors of scenes."""
        from framesense.vision.checkpoint import Card, save_checkpoint
        from tests.training_pictures import random_lite0

        folder = tmp_path_factory.mktemp("made")
        card = Card(
            "character", ("fox", "owl"), False, "efficientnet-lite0", "MIT", 32, 1.0, 0.0, "00"
        )
        save_checkpoint(folder / "cast.safetensors", card, random_lite0(2).state_dict())
        save_checkpoint(folder / "again.safetensors", card, random_lite0(2).state_dict())
        places = replace(card, kind="scene", labels=("forest", "meadow"))
        save_checkpoint(folder / "places.safetensors", places, random_lite0(2).state_dict())
        return folder

    def framesense(self, film: Path, out: Path, *words: object) -> None:
        """In this process; raises what the command line tells in one line."""
        from typer.testing import CliRunner

        from framesense.cli import app

        fixed = ["analyze", str(film), "--detector", "none", "-q", "-o", str(out)]
        result = CliRunner().invoke(app, [*fixed, *map(str, words)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output

    def test_the_report_names_who_where_and_by_which_files(
        self, film: Path, made: Path, tmp_path: Path
    ) -> None:
        cast, places = made / "cast.safetensors", made / "places.safetensors"
        words = ("--classifier", cast, "--classifier", places)
        self.framesense(film, tmp_path / "film.shots.json", *words, "--report")
        report = json.loads((tmp_path / "film.shots.json").read_text())
        assert report["run"]["config"]["classify"]["classifiers"] == f"{cast};{places}"
        models = [item for item in report["run"]["models"] if item["role"] == "classifier"]
        assert [item["name"] for item in models] == [
            "character: fox, owl",
            "scene: forest, meadow",
        ]
        assert all(len(item["sha256"]) == 64 for item in models)
        kinds = {tag["kind"] for shot in report["shots"] for tag in shot["tags"]}
        assert kinds == {"character", "scene"}
        assert {tag["kind"] for tag in report["tags"]} == kinds
        caption = report["shots"][0]["caption"]
        assert caption["who"]
        assert caption["where"]

    def test_resume_redoes_what_another_classifier_saw(
        self, film: Path, made: Path, tmp_path: Path
    ) -> None:
        mine = tmp_path / "mine.safetensors"
        mine.write_bytes((made / "cast.safetensors").read_bytes())
        out = tmp_path / "film.shots.json"
        self.framesense(film, out, "--classifier", mine)
        first = out.stat().st_mtime_ns
        self.framesense(film, out, "--classifier", mine, "--resume")
        assert out.stat().st_mtime_ns == first
        mine.write_bytes((made / "places.safetensors").read_bytes())  # trained anew
        self.framesense(film, out, "--classifier", mine, "--resume")
        assert out.stat().st_mtime_ns > first
        assert '"scene"' in out.read_text()

    def test_what_is_no_classifier(self, film: Path, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"nowhere.safetensors: not a classifier \(No such"):
            self.framesense(film, tmp_path, "--classifier", tmp_path / "nowhere.safetensors")
        (tmp_path / "film.safetensors").write_bytes(film.read_bytes())
        with pytest.raises(InputError, match=r"film.safetensors: not a classifier"):
            self.framesense(film, tmp_path, "--classifier", tmp_path / "film.safetensors")
        with pytest.raises(InputError, match=r"not a classifier"):
            self.framesense(film, tmp_path, "--classifier", tmp_path)
        assert not list(tmp_path.glob("*.json*"))

    def test_two_of_one_kind(self, film: Path, made: Path, tmp_path: Path) -> None:
        words = [("--classifier", made / f"{name}.safetensors") for name in ("cast", "again")]
        with pytest.raises(UsageError, match=r"both of kind character; name one"):
            self.framesense(film, tmp_path, *words[0], *words[1])

    @pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
    def test_a_gpu_that_is_not_there(self, film: Path, made: Path, tmp_path: Path) -> None:
        cast = made / "cast.safetensors"
        with pytest.raises(DeviceError, match="torch sees 0 CUDA devices"):
            self.framesense(film, tmp_path, "--classifier", cast, "--device", "cuda")


def test_one_film_of_many_does_not_repeat_what_is_wrong_with_a_classifier(
    tmp_path: Path,
) -> None:
    """A bad classifier is no film's fault: it ends the run in one line."""
    from tests.test_cli import framesense, refused

    for name in ("a.mp4", "b.mp4"):
        write_film(tmp_path / name, scenes([12]))
    words = ("analyze", tmp_path, "--detector", "none", "--classifier", "nowhere.safetensors")
    refused(framesense(*words, cwd=tmp_path), 3, "nowhere.safetensors")
