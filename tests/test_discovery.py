"""Groups of what a film shows, and the search for what a picture shows."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("sklearn", reason="framesense[train] is not installed")

from framesense.config import Config
from framesense.discovery.clusters import clusters
from framesense.discovery.groups import LOOSE, arrange, ranges
from framesense.discovery.kept import keep, kept
from framesense.discovery.search import search
from framesense.discovery.snapshots import Gallery, Snapshot, both_ways, decoded, encoded
from framesense.errors import InputError
from framesense.pipeline.gathering import Gathered, gather
from framesense.pipeline.sampled import from_film, from_report
from framesense.records import Box
from framesense.report import document
from framesense.testing import scene, scenes, write_film
from framesense.vision import make_detector
from framesense.vision.embedder import Embedder
from framesense.vision.subjects import FAINT
from tests.conftest import ROOT
from tests.test_cli import framesense, refused

KINDS = 3


def gallery(shots: int = 6, each: int = 4, *, kinds: int = KINDS) -> Gallery:
    """Discs before backgrounds; shot n shows kind n % kinds, and embeddings say so, with noise."""
    random = np.random.default_rng(0)
    snapshots, rows = [], []
    for shot in range(shots):
        for frame, image in enumerate(scene(shot % kinds, each, width=64, height=48)):
            ordinal = shot * each + frame
            box = Box(0.1, 0.1, 0.9, 0.9)
            snapshots.append(Snapshot(shot, ordinal, 0, ordinal / 24, box, encoded(image)))
            rows.append(np.eye(kinds)[shot % kinds] + random.normal(0, 0.05, kinds))
    embeddings = np.array(rows, np.float32)
    return Gallery(tuple(snapshots), embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True))


def by_kind(pictures: Gallery) -> np.ndarray:  # type: ignore[type-arg]
    return np.array([s.shot % KINDS for s in pictures.snapshots])


def rows_of(table: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(table.read_text().splitlines()))


def lying(folder: Path) -> dict[str, str]:
    """Where each picture lies."""
    return {p.name: p.parent.relative_to(folder).as_posix() for p in folder.rglob("shot-*.jpg")}


class TestGroups:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return tmp_path / "characters"

    @pytest.fixture
    def again(self, folder: Path) -> Callable[[], tuple[str, ...]]:
        seen: set[str] = set()

        def run() -> tuple[str, ...]:
            pictures = gallery()
            groups = arrange(folder, pictures, by_kind(pictures), seen=frozenset(seen))
            seen.update(s.name for s in pictures.snapshots)
            return tuple(group.name for group in groups)

        return run

    def test_each_has_a_folder_a_sheet_and_rows_in_the_table(
        self, folder: Path, again: Callable[[], tuple[str, ...]]
    ) -> None:
        assert again() == ("group-01", "group-02", "group-03")
        for name in ("group-01", "group-02", "group-03"):
            pictures = list((folder / name).iterdir())
            assert len(pictures) == 8
            assert cv2.imread(str(pictures[0])).shape == (48, 64, 3)
            assert cv2.imread(str(folder / f"{name}.png")).ndim == 3
        assert cv2.imread(str(folder.with_suffix(".png"))).ndim == 3
        rows = rows_of(folder.with_suffix(".csv"))
        assert len(rows) == 24
        assert all((folder.parent / row["image"]).is_file() for row in rows)
        assert {row["shot"] for row in rows if row["labels"] == "group-01"} in (
            {"1", "4"},
            {"2", "5"},
            {"3", "6"},
        )

    def test_names_merges_moves_and_deletions_are_kept(
        self, folder: Path, again: Callable[[], tuple[str, ...]]
    ) -> None:
        again()
        (folder / "group-01").rename(folder / "fox")
        (folder / "group-02").rename(folder / "fox" / "group-02")
        moved, gone, *_ = sorted((folder / "group-03").iterdir())
        moved.rename(folder / "fox" / moved.name)
        gone.unlink()
        before = lying(folder)
        assert again() == ("fox", "group-03")
        assert lying(folder) == before
        assert again() == ("fox", "group-03")
        assert lying(folder) == before
        assert sorted(path.name for path in folder.glob("*.png")) == ["fox.png", "group-03.png"]
        labels = [row["labels"] for row in rows_of(folder.with_suffix(".csv"))]
        assert (labels.count("fox"), labels.count("group-03")) == (17, 6)

    def test_what_is_new_joins_the_group_of_its_like(
        self, folder: Path, again: Callable[[], tuple[str, ...]]
    ) -> None:
        again()
        (folder / "group-02").rename(folder / "owl")
        more = gallery(shots=9)
        names = frozenset(s.name for s in gallery().snapshots)
        arrange(folder, more, by_kind(more), seen=names)
        assert len(list((folder / "owl").iterdir())) == 12
        assert not (folder / "group-04").exists()

    def test_labels_edited_in_the_table_are_kept(
        self, folder: Path, again: Callable[[], tuple[str, ...]]
    ) -> None:
        again()
        table = folder.with_suffix(".csv")
        table.write_text(table.read_text().replace(",group-01,", ",fox;owl,"))
        again()
        labels = [row["labels"] for row in rows_of(table)]
        assert labels.count("fox;owl") == 8

    def test_what_is_like_nothing_else_is_put_aside(self, folder: Path) -> None:
        pictures = gallery()
        numbers = np.full(24, -1)
        groups = arrange(folder, pictures, numbers, seen=frozenset())
        assert [group.name for group in groups] == [LOOSE]

    def test_a_damaged_table_is_told(
        self, folder: Path, again: Callable[[], tuple[str, ...]]
    ) -> None:
        folder.with_suffix(".csv").write_text("one,two\n1,2\n")
        with pytest.raises(InputError, match="not the table"):
            again()

    def test_runs_of_shots_are_told_shortly(self) -> None:
        assert ranges([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"
        assert ranges([]) == ""


class TestClusters:
    def test_like_goes_to_like_and_the_largest_comes_first(self) -> None:
        pictures = gallery(shots=25, kinds=12)
        found = clusters(pictures.embeddings, apart=0.9)
        kinds = [s.shot % 12 for s in pictures.snapshots]
        assert len(set(zip(found.tolist(), kinds, strict=True))) == 12
        assert {kind for number, kind in zip(found, kinds, strict=True) if number == 0} == {0}

    def test_more_than_are_compared_with_each_other(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pictures = gallery(shots=49, kinds=12)
        whole = clusters(pictures.embeddings, apart=0.9)
        monkeypatch.setattr("framesense.discovery.clusters._MOST", 60)
        part = clusters(pictures.embeddings, apart=0.9)
        assert len(set(zip(part.tolist(), whole.tolist(), strict=True))) == 12

    def test_what_is_all_the_same_is_one(self) -> None:
        assert set(clusters(np.ones((20, 16), np.float32) / 4, apart=0.9)) == {0}

    @pytest.mark.parametrize("count", [0, 1, 2, 5])
    def test_few_pictures(self, count: int) -> None:
        assert len(clusters(gallery().embeddings[:count], apart=0.9)) == count


class TestSearch:
    def test_shots_come_best_first_and_several_are_told_apart(self) -> None:
        pictures = gallery(shots=24, kinds=12)
        wanted = {"fox": pictures.embeddings[:1], "owl": pictures.embeddings[4:6]}
        found = search(pictures, wanted)
        assert {shot.shot for shot in found["fox"]} == {0, 12}
        assert {shot.shot for shot in found["owl"]} == {1, 13}
        assert found["fox"][0].hits[0].snapshot is pictures.snapshots[0]
        for shots in found.values():
            scores = [shot.score for shot in shots]
            assert scores == sorted(scores, reverse=True)

    def test_a_high_threshold_leaves_nothing(self) -> None:
        pictures = gallery()
        assert search(pictures, {"fox": -pictures.embeddings[:1]}, threshold=0.99) == {"fox": ()}


def test_a_gallery_is_kept_whole_and_only_under_its_key(tmp_path: Path) -> None:
    path, pictures = tmp_path / "film.subjects.npz", gallery()
    keep(path, pictures, key="one")
    again = kept(path, key="one")
    assert again is not None
    assert (again.embeddings == pictures.embeddings).all()
    for ours, theirs in zip(pictures.snapshots, again.snapshots, strict=True):
        assert (ours.name, ours.box, ours.jpeg) == (theirs.name, theirs.box, theirs.jpeg)
    assert kept(path, key="two") is None
    path.write_bytes(path.read_bytes()[:-200])
    assert kept(path, key="one") is None
    assert kept(tmp_path / "none.npz", key="one") is None


@dataclass(frozen=True)
class Sample:
    """The sample film: what is seen in it, and who stands where."""

    seen: Gathered
    who: list[str]  # of each subject that is one character, its name; else ""


@pytest.fixture(scope="module")
def star(sample: Path) -> Sample:
    sys.path.insert(0, str(ROOT / "samples"))
    from drawing.acts import CLOSING, SCRIPT
    from drawing.standing import standing
    from drawing.timeline import lay_out

    detector = make_detector(Config().changed("detect", min_score=FAINT).detect)
    seen = gather(from_film(sample, Config()), detector, Embedder(side=192))
    film = lay_out(SCRIPT, CLOSING)
    cast = {
        frame: [(name, Box(*np.clip(xyxy, 0, 1))) for name, xyxy in standing(film, frame)]
        for frame in {s.frame for s in seen.subjects.snapshots}
    }
    who = []
    for snapshot in seen.subjects.snapshots:
        assert snapshot.box
        names = [n for n, box in cast[snapshot.frame] if box.overlap(snapshot.box) >= 0.5]
        who.append(names[0] if len(names) == 1 else "")
    return Sample(seen, who)


class TestOnTheSampleFilm:
    def test_a_group_shows_one_character(self, star: Sample) -> None:
        found = clusters(star.seen.subjects.embeddings, apart=0.9)
        who = np.array(star.who)
        known = who != ""
        assert known.sum() > 30
        right = 0
        for number in set(found[known].tolist()):
            counts = np.unique(who[known & (found == number)], return_counts=True)[1]
            right += counts.max()
        assert right / known.sum() >= 0.8
        largest = {np.unique(who[known & (found == n)])[0] for n in set(found[known].tolist())}
        assert largest == {"fox", "owl", "robot", "snail"}

    def test_a_group_of_frames_shows_one_setting(self, star: Sample, sample: Path) -> None:
        from sklearn.metrics import normalized_mutual_info_score

        table = rows_of(sample.parent / "fallen_star.shots.csv")

        def setting(frame: int) -> str:
            return next(r["setting"] for r in table if frame < int(r["end_frame"]))

        found = clusters(star.seen.frames.embeddings, apart=0.95)
        places = np.array([setting(s.frame) for s in star.seen.frames.snapshots])
        clear = (places != "none") & (found >= 0)
        assert normalized_mutual_info_score(places[clear], found[clear]) >= 0.8

    @pytest.mark.parametrize("name", ["fox", "owl", "robot", "snail"])
    def test_one_picture_finds_its_character(self, star: Sample, sample: Path, name: str) -> None:
        """Of as many shots as show it well, most are right."""
        subjects = star.seen.subjects
        rows = [row for row, who in enumerate(star.who) if who == name]
        shots = {subjects.snapshots[row].shot for row in rows}
        precisions = []
        for row in rows[:: max(1, len(rows) // 5)]:
            found = search(subjects, {name: subjects.embeddings[[row]]}, threshold=-1.0)[name]
            best = [shot.shot for shot in found[: len(shots)]]
            precisions.append(len(shots.intersection(best)) / len(best))
        assert np.mean(precisions) >= 0.6

    def test_a_report_gives_the_same_pictures_as_its_film(
        self, star: Sample, sample: Path, tmp_path: Path
    ) -> None:
        result = framesense("analyze", "--detector", "none", "-q", sample, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        report = document.read(tmp_path / "fallen_star.shots.json")
        frames = [
            (shot.index, frame.sample.frame, encoded(frame.image))
            for shot, frames in from_report(report, sample)
            for frame in frames
        ]
        ours = [(s.shot, s.frame, s.jpeg) for s in star.seen.frames.snapshots]
        assert frames == ours


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("found")
    write_film(place / "film.mp4", scenes([30, 30, 30, 30, 30], width=320, height=192))
    assert framesense("analyze", "film.mp4", "--detector", "none", cwd=place).returncode == 0
    return place


class TestCommands:
    """As a person meets them: on a small film of five shots."""

    def test_discover_names_and_training_picks_them_up(self, place: Path) -> None:
        result = framesense("discover", "film.mp4", "-o", "groups", cwd=place)
        assert result.returncode == 0, result.stderr
        folders = sorted(p.name for p in (place / "groups" / "settings").iterdir() if p.is_dir())
        assert folders
        (place / "groups" / "settings" / folders[0]).rename(place / "groups" / "settings" / "hill")
        again = framesense("discover", "film.shots.json", "-o", "groups", cwd=place)
        assert again.returncode == 0, again.stderr
        assert "settings/hill" in again.stderr
        found = json.loads((place / "groups" / "discovery.json").read_text())
        assert "hill" in [group["name"] for group in found["settings"]["groups"]]
        one = framesense("train-classifier", "groups", "--kind", "scene", cwd=place)
        refused(one, 3, "1 class")

    def test_groups_of_another_film_are_left_alone(self, place: Path) -> None:
        (place / "other").mkdir()
        (place / "other" / "discovery.json").write_text(
            '{"version": "0", "film": "heidi.mp4", "film_sha256": "00"}'
        )
        refused(framesense("discover", "film.mp4", "-o", "other", cwd=place), 2, "heidi.mp4")

    def test_find_writes_json_and_a_sheet_and_keeps_what_it_saw(self, place: Path) -> None:
        image = next(scene(2, 30, width=320, height=192))
        cv2.imwrite(str(place / "disc.png"), image[40:150, 20:140])
        words = ("find", "film.shots.json", "--threshold", "-1", "--reference", "hero=disc.png")
        first = framesense(*words, cwd=place)
        assert first.returncode == 0, first.stderr
        answer = json.loads((place / "film.found.json").read_text())
        (hero,) = answer["characters"]
        assert (hero["name"], hero["references"]) == ("hero", ["disc.png"])
        assert 2 in [shot["index"] for shot in hero["shots"][:2]]
        assert cv2.imread(str(place / "film.found.png")).ndim == 3
        (place / "film.mp4").rename(place / "moved.mp4")
        second = framesense(*words, cwd=place)
        (place / "moved.mp4").rename(place / "film.mp4")
        assert second.returncode == 0, second.stderr
        assert json.loads((place / "film.found.json").read_text()) == answer

    @pytest.mark.parametrize(
        ("words", "code", "told"),
        [
            (("find", "film.shots.json"), 2, "no reference picture"),
            (("find", "film.shots.json", "--reference", "none.png"), 3, "none.png"),
            (("find", "film.shots.json", "--reference", "film.shots.json"), 3, "not a picture"),
            (("find", "film.shots.json", "--reference", "fox="), 2, "write NAME=PICTURE"),
            (("find", "film.mp4", "--reference", "a.png"), 2, "not a report"),
            (("find", "film.shots.json", "--reference", "a", "-o", "x.png"), 2, "is for JSON"),
            (("discover", "gone.mp4", "-o", "x"), 3, "gone.mp4"),
            (("discover", "moved.shots.json", "-o", "x"), 3, "is not there"),
            (("discover", "film.shots.json", "--film", "short.mp4", "-o", "x"), 3, "not the film"),
            (("discover", "film.mp4", "-o", "film.mp4"), 4, "is not a folder"),
        ],
    )
    def test_bad_input(self, place: Path, words: tuple[str, ...], code: int, told: str) -> None:
        write_film(place / "short.mp4", scenes([12]))
        text = (place / "film.shots.json").read_text().replace("film.mp4", "moved.mp4")
        (place / "moved.shots.json").write_text(text)
        refused(framesense(*words, cwd=place), code, told)
        assert not (place / "x").exists()

    def test_a_film_in_which_nothing_stands_out(self, tmp_path: Path) -> None:
        grey = [np.full((96, 160, 3), 127, np.uint8)] * 24
        write_film(tmp_path / "grey.mp4", grey)
        framesense("analyze", "grey.mp4", "--detector", "none", "-q", cwd=tmp_path)
        result = framesense("discover", "grey.mp4", "--detector", "none", "-o", "out", cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        assert list((tmp_path / "out" / "characters").glob("*")) == []
        cv2.imwrite(str(tmp_path / "a.png"), grey[0])
        words = ("find", "grey.shots.json", "--detector", "none", "--reference", "a.png")
        refused(framesense(*words, cwd=tmp_path), 3, "nobody stands out")


def test_a_reference_counts_either_way_round() -> None:
    image = next(scene(1, 2, width=64, height=48))
    one, other = both_ways(image)
    assert (other[:, ::-1] == one).all()
    assert decoded(encoded(image)).shape == image.shape


def test_a_gallery_whose_parts_do_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="24"):
        Gallery(gallery().snapshots, gallery().embeddings[:3])
