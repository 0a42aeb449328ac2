"""`framesense rate` and `train-rater` as a person meets them: files in, tables and files out."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from framesense.cli import app
from framesense.errors import FramesenseError
from framesense.rating import rater
from framesense.report import document
from tests.test_cli import framesense, refused
from tests.test_rating_data import write_100k
from tests.test_rating_rate import report, watched_set
from tests.test_rating_rater import SMALL

pytest.importorskip("sklearn")

STUDENT = ("--users", "age=24,gender=F,occupation=student")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a rater and two reports."""
    folder = tmp_path_factory.mktemp("rate")
    rater.train(watched_set(), model=SMALL, seed=1)[0].save(folder / "rater")
    document.write(report(), folder / "cats.shots.json")
    document.write(report("dog", name="11"), folder / "dogs.shots.json")
    return folder


@pytest.fixture(autouse=True)
def there(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(place)
    monkeypatch.setenv("COLUMNS", "200")
    yield


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def told(result: Result) -> str:
    """The one line of an error that was foreseen."""
    assert isinstance(result.exception, FramesenseError), result.output
    line = str(result.exception)
    assert "\n" not in line
    return line


class TestRate:
    def test_it_shows_a_table_and_says_what_the_rater_learned_from(self) -> None:
        result = run("rate", "cats.shots.json", *STUDENT, "--genre", "comedy", "--year", 1960)
        assert result.exit_code == 0, result.output
        assert "24 years, F, student" in result.stdout
        assert "genre +" in result.stdout
        assert "600 ratings of 30 films by 40 viewers" in result.stderr
        assert "licence of the data, which binds what is foretold: made up" in result.stderr

    def test_several_films_are_ranked_for_a_viewer(self) -> None:
        result = run("rate", ".", "--users", "id=v0", "-o", "out.json")
        assert result.exit_code == 0, result.output
        found = json.loads(Path("out.json").read_text())
        assert found["schema"] == "framesense.preferences"
        assert found["rater"]["licence"] == "made up"
        assert any("new to the rater" in note for note in found["notes"])
        by_rank = sorted(found["preferences"], key=lambda one: one["film_rank"])
        assert {one["film"] for one in by_rank} == {"cats", "dogs"}
        assert [one["film_rank"] for one in by_rank] == [1, 2]
        assert by_rank[0]["expected"] > by_rank[1]["expected"]

    def test_a_folder_of_reports_will_do(self, place: Path) -> None:
        result = run("rate", place, *STUDENT)
        assert "cats" in result.stdout and "dogs" in result.stdout

    def test_without_users_everybody_is_asked_by_age_and_gender(self) -> None:
        result = run("rate", "cats.shots.json", "-o", "out.csv", "--plot", "out.png")
        assert result.exit_code == 0, result.output
        with Path("out.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["viewer"].split(" ")[0] for row in rows} == {"F", "M"}
        ranks = sorted(int(row["viewer_rank"]) for row in rows)
        assert ranks[0] == 1
        assert sum(float(rows[0][f"p{level}"]) for level in range(1, 6)) == pytest.approx(
            1, abs=1e-3
        )
        assert Path("out.png").read_bytes().startswith(b"\x89PNG")

    def test_parquet_holds_the_same_table(self) -> None:
        run("rate", "cats.shots.json", *STUDENT, "-o", "out.parquet")
        run("rate", "cats.shots.json", *STUDENT, "-o", "out.csv")
        assert pd.read_parquet("out.parquet").equals(pd.read_csv("out.csv"))

    def test_the_same_command_gives_the_same_bytes(self) -> None:
        for name in ("one.json", "two.json"):
            run("rate", "cats.shots.json", *STUDENT, "-o", name, "-q")
        assert Path("one.json").read_bytes() == Path("two.json").read_bytes()

    def test_facts_name_films_and_tell_their_genres(self) -> None:
        Path("films.csv").write_text(
            "report,title,year,genres\ncats.shots.json,Nine Lives,1960,Comedy\n"
        )
        result = run("rate", ".", *STUDENT, "--facts", "films.csv", "--genre", "Drama")
        assert "Nine Lives" in result.stdout
        assert "no genre told" not in result.stderr

    def test_more_users_than_fit_are_counted(self) -> None:
        rows = "\n".join(f"{age},F" for age in range(10, 80))
        Path("many.csv").write_text(f"age,gender\n{rows}\n")
        result = run("rate", "cats.shots.json", "--users", "many.csv")
        assert "and 20 more" in result.stdout

    def test_an_empty_film_is_rated_and_that_is_said(self, tmp_path: Path) -> None:
        empty = replace(report(), shots=(), tags=(), look=None)
        document.write(empty, tmp_path / "empty.shots.json")
        result = run("rate", tmp_path / "empty.shots.json", *STUDENT)
        assert result.exit_code == 0, result.output
        assert "empty: has no shots" in result.stderr


class TestBadInput:
    @pytest.mark.parametrize(
        ("words", "code", "line"),
        [
            (("absent.json", *STUDENT), 3, "absent.json: cannot be read"),
            (("rater/rater.json", *STUDENT), 3, "not a framesense film report"),
            (("rater", *STUDENT), 3, "no report in this folder"),
            (("cats.shots.json", "--users", "absent.csv"), 3, "absent.csv: cannot be read"),
            (("cats.shots.json", "--users", "age=240"), 2, "age '240'"),
            (("cats.shots.json", "--rater", "absent"), 3, "train-rater"),
            (("cats.shots.json", "--genre", "Comdy"), 2, "did you mean Comedy?"),
            (("cats.shots.json", "-o", "out.xlsx"), 2, "end it in .json, .csv, .parquet"),
            (("cats.shots.json", "--plot", "out.jpg"), 2, "end its name in .png"),
            (("cats.shots.json", "--facts", "absent.csv"), 3, "absent.csv: cannot be read"),
            (("cats.shots.json", "-o", "cats.shots.json/out.json"), 4, "cannot be written"),
        ],
    )
    def test_one_line_says_what_is_wrong(
        self, words: tuple[str, ...], code: int, line: str
    ) -> None:
        result = run("rate", *words)
        assert line in told(result)
        assert isinstance(result.exception, FramesenseError)
        assert result.exception.exit_code == code

    def test_a_report_of_another_schema_version_is_told(self, tmp_path: Path) -> None:
        text = Path("cats.shots.json").read_text()
        path = tmp_path / "new.shots.json"
        path.write_text(text.replace('"schema_version": "1.0"', '"schema_version": "9.0"'))
        assert "schema version 9.0" in told(run("rate", path, *STUDENT))

    def test_facts_of_other_films_are_told(self, tmp_path: Path) -> None:
        (tmp_path / "films.csv").write_text("report,genres\nother.json,Comedy\n")
        line = told(run("rate", "cats.shots.json", "--facts", tmp_path / "films.csv"))
        assert "names none of the reports given" in line

    def test_without_a_rater_it_says_how_to_train_one(self, place: Path, tmp_path: Path) -> None:
        result = framesense("rate", place / "cats.shots.json", cwd=tmp_path)
        refused(result, 3, "no rater in ./rater", "framesense train-rater --data ml-100k")


class TestTrainRater:
    def test_a_place_that_cannot_be_written_is_told_before_the_work(self, tmp_path: Path) -> None:
        (tmp_path / "taken").write_text("a file")
        result = framesense("train-rater", "--data", "absent", "-o", "taken", cwd=tmp_path)
        refused(result, 4, "taken", "cannot be written")

    @pytest.fixture(autouse=True)
    def quick(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("framesense.rating.choice.RATER", SMALL)

    def test_reports_teach_their_tags_and_looks(self, place: Path, tmp_path: Path) -> None:
        data = write_100k(tmp_path / "ml-100k")
        folder = tmp_path / "reports"
        folder.mkdir()
        for name in ("cats", "dogs"):
            (folder / f"{name}.shots.json").write_bytes((place / f"{name}.shots.json").read_bytes())
        (folder / "films.csv").write_text(
            "report,film_id\ncats.shots.json,10\ndogs.shots.json,20\n"
        )
        result = run("train-rater", "--data", data, "--tags", folder, "-o", tmp_path / "rater")
        assert result.exit_code == 0, result.output
        assert "tags of 2 of 3 films" in result.stderr
        made = rater.load(tmp_path / "rater")
        assert made.tags == ("cat", "dog")
        assert "average_shot_s" in made.looks
        result = run("rate", folder, "--rater", tmp_path / "rater", *STUDENT)
        assert result.exit_code == 0, result.output

    def test_a_tags_file_and_a_table_of_looks_teach_both(self, tmp_path: Path) -> None:
        data = write_100k(tmp_path / "ml-100k")
        (tmp_path / "tags.csv").write_text("film_id,label,weight\n10,cat,0.5\n")
        (tmp_path / "looks.csv").write_text("ML_Id,f1\n1010,0.25\n1020,0.5\n")
        (tmp_path / "ids.csv").write_text("ml100k,ml20m\n10,1010\n20,1020\n")
        result = run(
            *("train-rater", "--data", data, "-o", tmp_path / "rater"),
            *("--tags", tmp_path / "tags.csv"),
            *("--looks", tmp_path / "looks.csv", "--look-ids", tmp_path / "ids.csv"),
        )
        assert result.exit_code == 0, result.output
        assert "looks of 2 of 3 films" in result.stderr
        made = rater.load(tmp_path / "rater")
        assert (made.tags, made.looks) == (("cat",), ("f1",))
        assert made.look_quantiles[0, [0, -1]].tolist() == [0.25, 0.5]

    def test_viewers_and_films_without_ratings_do_no_harm(self, tmp_path: Path) -> None:
        data = write_100k(tmp_path / "ml-100k", "1\t10\t5\t100\n1\t20\t1\t101\n")
        result = run("train-rater", "--data", data, "-o", tmp_path / "rater")
        assert result.exit_code == 0, result.output
        made = rater.load(tmp_path / "rater")
        assert (made.about.viewers, made.about.films) == (1, 2)
        for user in ("id=1", "id=2"):
            result = run("rate", "cats.shots.json", "--rater", tmp_path / "rater", "--users", user)
            assert result.exit_code == 0, result.output

    def test_one_rating_in_all_is_told(self, tmp_path: Path) -> None:
        data = write_100k(tmp_path / "ml-100k", "1\t10\t5\t100\n")
        line = told(run("train-rater", "--data", data, "-o", tmp_path / "rater"))
        assert "too few ratings" in line

    def test_a_folder_of_reports_without_its_table_is_told(self, tmp_path: Path) -> None:
        data = write_100k(tmp_path / "ml-100k")
        line = told(run("train-rater", "--data", data, "--tags", tmp_path, "-o", tmp_path / "r"))
        assert "films.csv" in line
