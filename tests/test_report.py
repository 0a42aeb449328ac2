"""A report survives its JSON; what is not a report is refused with the reason."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from framesense.errors import OutputError, ReportError
from framesense.report import document, upgrade
from tests.factories import report

PUBLISHED = Path(document.__file__).with_name("schema.json")


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "film.shots.json"
    document.write(report(), path)
    assert document.read(path) == report()
    assert [item.name for item in path.parent.iterdir()] == ["film.shots.json"]


def test_the_json_holds_to_the_published_schema() -> None:
    schema = json.loads(PUBLISHED.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(document.dumps(report())), schema)


def test_the_published_schema_is_that_of_the_code() -> None:
    again = "python -m framesense.report.document > framesense/report/schema.json"
    assert PUBLISHED.read_bytes() == document.json_schema(), f"publish it again: {again}"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema": "other"}, "not a framesense film report"),
        ({"schema_version": "7.0"}, "schema version 7.0"),
        ({"shots": [{"shot": 3}]}, r"shots\[0\].shot"),
        ({"tags": None}, r"\$.tags"),
    ],
)
def test_a_wrong_report_is_refused_with_the_place(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(json.loads(document.dumps(report())) | change))
    with pytest.raises(ReportError, match=words) as caught:
        document.read(path)
    assert str(path) in str(caught.value)


def test_values_out_of_range_are_refused(tmp_path: Path) -> None:
    data = json.loads(document.dumps(report()))
    data["shots"][0]["tags"][0]["score"] = 1.5
    with pytest.raises(ReportError, match="score"):
        document.from_plain(data, where="x")
    data["film"]["fps"] = "24/0"
    with pytest.raises(ReportError):
        document.from_plain(data, where="x")


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", '"film"', "\x00\x01"])
def test_what_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "no.json"
    path.write_text(text)
    with pytest.raises(ReportError, match=r"no\.json"):
        document.read(path)


def test_an_older_report_is_brought_up_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        upgrade.STEPS, "0.8", upgrade.Step("0.9", lambda old: {**old, "film": old["movie"]})
    )
    monkeypatch.setitem(
        upgrade.STEPS, "0.9", upgrade.Step("1.0", lambda old: {**old, "tags": old["labels"]})
    )
    data = json.loads(document.dumps(report()))
    old = {"movie": data.pop("film"), "labels": data.pop("tags"), **data, "schema_version": "0.8"}
    assert document.from_plain(old, where="x") == report()
    with pytest.raises(ReportError, match="damaged"):
        document.from_plain({"schema": document.SCHEMA, "schema_version": "0.8"}, where="x")


def test_a_place_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.touch()
    with pytest.raises(OutputError, match="cannot be written"):
        document.write(report(), blocker / "film.json")
    assert list(tmp_path.iterdir()) == [blocker]


def test_a_full_disk_keeps_the_old_report_and_leaves_nothing_else(
    tmp_path: Path, limited_file_size: None
) -> None:
    path = tmp_path / "film.json"
    path.write_text("the old one")
    with pytest.raises(OutputError, match="cannot be written"):
        document.write(report(tuple([50] * 500)), path)
    assert path.read_text() == "the old one"
    assert list(tmp_path.iterdir()) == [path]
