"""The whole way from a film to its report, with a fake detector."""

from __future__ import annotations

import dataclasses
import itertools
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from framesense import analyze
from framesense.config import Config
from framesense.errors import FilmError, UsageError
from framesense.pipeline import Analysis, Progress
from framesense.records import Detection, FilmReport, Image, ShotRecord
from framesense.report import document
from framesense.testing import FakeClassifier, FakeDetector, scenes, write_film

LENGTHS = (30, 45, 8, 60, 25)
LENIENT = Config().changed("tags", min_score=0.0)  # fakes are never sure


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("films") / "five.mp4", scenes(LENGTHS))


def run(film: Path, **options: object) -> FilmReport:
    options.setdefault("detector", FakeDetector())
    options.setdefault("config", LENIENT)
    with analyze(film, **options) as analysis:  # type: ignore[arg-type]
        return analysis.report()


def without_timings(report: FilmReport) -> bytes:
    return document.dumps(
        dataclasses.replace(report, run=dataclasses.replace(report.run, timings=None))
    )


class CountingDetector(FakeDetector):
    """Remembers the size of every batch."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []
        self.thread = ""

    def detect(self, images: Sequence[Image]) -> list[list[Detection]]:
        self.batches.append(len(images))
        self.thread = threading.current_thread().name
        return super().detect(images)


def test_shots_cover_the_film_without_gap_or_overlap(film: Path) -> None:
    report = run(film)
    shots = [record.shot for record in report.shots]
    assert [shot.end_frame - shot.start_frame for shot in shots] == list(LENGTHS)
    assert shots[0].start_frame == 0
    assert shots[-1].end_frame == report.film.frames_decoded == sum(LENGTHS)
    for before, after in itertools.pairwise(shots):
        assert before.end_frame == after.start_frame
        assert before.end_pts == after.start_pts
        assert before.end_s == after.start_s
    assert shots[-1].end_s == pytest.approx(report.film.duration_s)
    assert [shot.transition for shot in shots] == ["start", "cut", "cut", "cut", "cut"]


def test_every_shot_has_samples_and_tags_from_within_it(film: Path) -> None:
    for record in run(film).shots:
        assert record.samples
        for sample in record.samples:
            assert record.shot.start_frame <= sample.frame < record.shot.end_frame
        assert record.tags
        for tag in record.tags:
            assert record.shot.start_s <= tag.first_s <= tag.last_s < record.shot.end_s


def test_records_come_lazily_and_in_order(film: Path) -> None:
    with analyze(film, detector=FakeDetector()) as analysis:
        first = next(analysis)
        assert isinstance(first, ShotRecord)
        rest = [record.shot.index for record in analysis]
    assert [first.shot.index, *rest] == list(range(len(LENGTHS)))


def test_batches_span_shots_and_run_in_their_own_thread(film: Path) -> None:
    detector = CountingDetector()
    report = run(film, detector=detector, config=Config().changed("detect", batch=4))
    samples = sum(len(record.samples) for record in report.shots)
    assert detector.batches == [4] * (samples // 4) + [samples % 4] * bool(samples % 4)
    assert max(len(record.samples) for record in report.shots) < 4
    assert detector.thread.startswith("framesense-models")


def test_the_same_film_and_config_give_the_same_report(film: Path) -> None:
    assert without_timings(run(film)) == without_timings(run(film))


def test_the_batch_size_changes_no_tag(film: Path) -> None:
    one = run(film, config=Config().changed("detect", batch=1))
    many = run(film, config=Config().changed("detect", batch=64))
    assert one.shots == many.shots


def test_known_shots_are_taken_up_without_running_the_models_on_them(film: Path) -> None:
    whole = run(film)
    detector = CountingDetector()
    with analyze(film, detector=detector, config=LENIENT) as analysis:
        analysis.take_up(whole.shots[:3])
        again = analysis.report()
    assert without_timings(again) == without_timings(whole)
    assert sum(detector.batches) == sum(len(record.samples) for record in whole.shots[3:])


def test_known_shots_of_another_splitting_are_not_believed(film: Path) -> None:
    whole = run(film)
    wrong = dataclasses.replace(
        whole.shots[0], shot=dataclasses.replace(whole.shots[0].shot, end_frame=29)
    )
    with analyze(film, detector=FakeDetector(), config=LENIENT) as analysis:
        analysis.take_up([wrong])
        assert without_timings(analysis.report()) == without_timings(whole)


def test_classifiers_add_tags_of_their_kind(film: Path) -> None:
    report = run(film, classifiers=[FakeClassifier()])
    kinds = {tag.kind for record in report.shots for tag in record.tags}
    assert kinds > {"object"}
    assert [model.role for model in report.run.models] == ["splitter", "detector", "classifier"]


def test_the_report_says_what_made_it(film: Path) -> None:
    config = Config().changed("sampling", every_s=0.5)
    report = run(film, config=config)
    assert report.run.config == config.as_dict()
    assert report.run.config["sampling"]["every_s"] == 0.5
    assert len(report.film.sha256) == 64
    assert report.run.timings is not None
    assert report.run.timings.total_s > 0


def test_thumbnails_are_named_relative_to_the_report(film: Path, tmp_path: Path) -> None:
    report = run(film, thumbnails=tmp_path / "film.thumbnails")
    for record in report.shots:
        assert record.thumbnail is not None
        assert (tmp_path / record.thumbnail).stat().st_size > 100


def test_progress_is_told(film: Path) -> None:
    seen: list[Progress] = []
    run(film, on_progress=seen.append)
    assert [item.frames for item in seen] == sorted(item.frames for item in seen)
    assert (seen[-1].frames, seen[-1].shots) == (sum(LENGTHS), len(LENGTHS))


def test_leaving_early_stops_every_thread(film: Path) -> None:
    before = set(threading.enumerate())
    analysis = analyze(film, detector=FakeDetector())
    next(analysis)
    analysis.close()
    analysis.close()
    assert set(threading.enumerate()) <= before


def test_an_error_of_the_detector_reaches_the_caller(film: Path) -> None:
    class Broken(FakeDetector):
        def detect(self, images: Sequence[Image]) -> list[list[Detection]]:
            raise RuntimeError("out of memory")

    before = set(threading.enumerate())
    with pytest.raises(RuntimeError, match="out of memory"), analyze(film, detector=Broken()) as it:
        it.report()
    assert set(threading.enumerate()) <= before


def test_a_one_frame_film_is_one_shot(tmp_path: Path) -> None:
    report = run(write_film(tmp_path / "one.mp4", scenes([1])))
    (record,) = report.shots
    assert (record.shot.start_frame, record.shot.end_frame, len(record.samples)) == (0, 1, 1)


def test_a_one_pixel_film_is_analysed(tmp_path: Path) -> None:
    film = write_film(
        tmp_path / "dot.mkv",
        scenes([30], width=1, height=1),
        codec="ffv1",
        pixel_format="yuv444p",
    )
    assert len(run(film).shots) == 1


def test_what_is_wrong_is_told_when_analyze_is_called(tmp_path: Path) -> None:
    with pytest.raises(FilmError):
        analyze(tmp_path / "nowhere.mp4")
    film = write_film(tmp_path / "film.mp4", scenes([3]))
    with pytest.raises(UsageError):
        analyze(film, config=Config().changed("detect", detector="resnet"))
    with pytest.raises(UsageError):
        analyze(film, config=Config().changed("split", splitter="magic"))


def test_analysis_is_an_iterator(film: Path) -> None:
    with analyze(film, detector=FakeDetector()) as analysis:
        assert isinstance(analysis, Analysis)
        assert iter(analysis) is analysis
