"""What was found before a kill is kept, and only taken up for the same film and settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from framesense.config import Config
from framesense.errors import OutputError
from framesense.records import ModelFacts
from framesense.report.journal import Journal, Origin, journal_path
from tests.factories import report

SHOTS = report().shots


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"film")
    return path


def origin(film: Path, version: str = "1", sha256: str = "00") -> Origin:
    model = ModelFacts("classifier", "cast", sha256, "Apache-2.0")
    return Origin.of(film, version=version, config=Config().as_dict(), models=[model])


def keep(path: Path, film: Path, count: int) -> None:
    with Journal(path, origin(film), resume=False) as journal:
        for shot in SHOTS[:count]:
            journal.append(shot)


def known(path: Path, origin: Origin) -> int:
    with Journal(path, origin, resume=True) as journal:
        return len(journal.known)


def test_shots_are_known_again_and_new_ones_follow_them(tmp_path: Path, film: Path) -> None:
    path = tmp_path / "film.partial.jsonl"
    keep(path, film, 2)
    with Journal(path, origin(film), resume=True) as journal:
        assert journal.known == SHOTS[:2]
        for shot in SHOTS:  # those known are not written twice
            journal.append(shot)
    with Journal(path, origin(film), resume=True) as journal:
        assert journal.known == SHOTS


def test_every_cut_of_the_file_keeps_the_whole_lines(tmp_path: Path, film: Path) -> None:
    path = tmp_path / "film.partial.jsonl"
    keep(path, film, 3)
    data = path.read_bytes()
    ends = [index + 1 for index, byte in enumerate(data) if byte == ord("\n")]
    for cut in range(0, len(data), 7):
        path.write_bytes(data[:cut])
        assert known(path, origin(film)) == max(0, sum(end <= cut for end in ends) - 1)


def test_another_version_model_or_film_starts_over(tmp_path: Path, film: Path) -> None:
    path = tmp_path / "film.partial.jsonl"
    keep(path, film, 2)
    assert known(path, origin(film, version="2")) == 0
    keep(path, film, 2)
    assert known(path, origin(film, sha256="11")) == 0  # trained anew, in a file of the same name
    keep(path, film, 2)
    film.write_bytes(b"other film")
    assert known(path, origin(film)) == 0


def test_without_resume_it_starts_over(tmp_path: Path, film: Path) -> None:
    path = tmp_path / "film.partial.jsonl"
    keep(path, film, 2)
    keep(path, film, 0)
    assert known(path, origin(film)) == 0


def test_its_name_stands_beside_the_report() -> None:
    assert journal_path(Path("a/film.shots.json")) == Path("a/film.shots.partial.jsonl")


def test_an_unwritable_place_is_one_clear_error(tmp_path: Path, film: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        Journal(film / "x.jsonl", origin(film), resume=False)
