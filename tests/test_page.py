"""The page as text: what stands on it, and that nothing from a film is taken for HTML."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from framesense.cli.report import report as command
from framesense.records import Caption, FilmReport, Line, Look, ModelFacts, Scene, Swatch
from framesense.report import document
from framesense.report.exports import export
from framesense.report.page import render, write
from tests.factories import report
from tests.page_reports import full_report, with_thumbnails

EVIL = "</script><script>alert('1')</script><img src=x onerror=\"alert(2)\">"


class Seen(HTMLParser):
    """The elements of a page, its text, and the text of its scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self.inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.inside = tag

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "script":
            self.scripts.append(data)
        elif self.inside != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def count(self, tag: str) -> int:
        return sum(element == tag for element, _ in self.elements)

    def having(self, name: str, value: str) -> list[str]:
        """Tags of the elements with this attribute."""
        return [tag for tag, attributes in self.elements if attributes.get(name) == value]

    def island(self, name: str) -> Any:
        ids = [attributes.get("id") for tag, attributes in self.elements if tag == "script"]
        return json.loads(self.scripts[ids.index(name)])


def seen(made: FilmReport, folder: Path) -> Seen:
    return Seen(render(made, folder=folder))


def evil_report() -> FilmReport:
    """Hostile text wherever a film, its subtitles or its models can put any."""
    made = full_report(3, who=EVIL)
    shot = replace(
        made.shots[0],
        lines=(Line(0.0, 0.5, EVIL, EVIL, language=EVIL, source=EVIL),),
        caption=Caption(EVIL),
        look=replace(
            made.shots[0].look or Look(),
            colour=replace(
                (made.shots[0].look or Look()).colour,  # type: ignore[type-var]
                palette=(Swatch("#000;background:url(//x)", EVIL, 1.0),),
            ),
        ),
    )
    return replace(
        made,
        film=replace(made.film, path=f"/films/{EVIL.replace('/', '_')}.mp4", codec=EVIL),
        shots=(shot, *made.shots[1:]),
        scenes=(Scene(0, 0, 1, 0.0, 1.0, EVIL, (EVIL,)), *made.scenes[:1]),
        synopsis=EVIL,
        run=replace(
            made.run, notes=(EVIL,), models=(ModelFacts(EVIL, EVIL, None, EVIL),), device=EVIL
        ),
    )


def test_hostile_text_makes_no_element_and_no_script(tmp_path: Path) -> None:
    harmless, evil = seen(full_report(3), tmp_path), seen(evil_report(), tmp_path)
    assert evil.count("script") == harmless.count("script")
    assert "onerror" not in {name for _, attributes in evil.elements for name in attributes}
    assert not [at for _, at in evil.elements if at.get("src") == "x"]
    assert EVIL in " ".join(evil.texts)
    assert f"tag:character:{EVIL}" in evil.island("data")["shots"][0]["facets"]


def test_hostile_colours_do_not_reach_the_style_sheet(tmp_path: Path) -> None:
    assert "url(" not in re.sub(r'title="[^"]*"', "", render(evil_report(), folder=tmp_path))


def test_no_script_but_ours_may_run_and_nothing_may_be_fetched(tmp_path: Path) -> None:
    page = seen(full_report(2), tmp_path)
    policy = next(
        attributes["content"] or ""
        for tag, attributes in page.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in policy
    script = policy.split("script-src")[1].split(";")[0]
    assert "unsafe" not in script and script.count("sha256-") == page.count("script") - 2


def test_a_file_name_with_quotes_shows_as_text_and_becomes_a_relative_address(
    tmp_path: Path,
) -> None:
    made = full_report(2)
    page = seen(replace(made, film=replace(made.film, path="a \"b\" 'c' #1.mp4")), tmp_path)
    assert "a \"b\" 'c' #1" in page.text
    assert page.having("data-src", "./a%20%22b%22%20%27c%27%20%231.mp4") == ["source"]


def test_a_film_elsewhere_is_looked_for_beside_the_page_first(tmp_path: Path) -> None:
    film = tmp_path / "films" / "my film.mp4"
    film.parent.mkdir()
    film.touch()
    made = full_report(1)
    html = render(
        replace(made, film=replace(made.film, path=str(film))),
        folder=tmp_path,
        page_folder=tmp_path / "out",
    )
    sources = re.findall(r'data-src="([^"]*)"', html)
    assert sources == ["./my%20film.mp4", "../films/my%20film.mp4"]


def test_everything_that_is_known_stands_on_the_page(tmp_path: Path) -> None:
    page = seen(with_thumbnails(full_report(6), tmp_path), tmp_path)
    for words in ("A film with a fox", "Cast", "dark blue 60%", "Line 1", "held 2 frames"):
        assert words in page.text
    assert len(page.having("class", "card")) == 6
    assert len(page.having("class", "box")) == 6
    facets = [at["value"] or "" for tag, at in page.elements if at.get("value")]
    for facet in ("tag:character:owl", "tag:object:kite", "scale:close-up", "colour:blue"):
        assert facet in facets
    assert {"scene:1", "move:pan", "said:yes"} <= set(facets)


def test_each_shot_has_its_piece_of_the_exports(tmp_path: Path) -> None:
    made = full_report(3, who='a\n"b", 001  AX')
    copies = seen(made, tmp_path).island("copies")
    for to in ("csv", "edl"):
        head, *shots = copies[to]
        assert len(shots) == 3
        assert head + "".join(shots) == export(made, to)
    assert shots[2].startswith("003  AX") and "* Shot 0003" in shots[2]


def test_optional_parts_may_be_absent(tmp_path: Path) -> None:
    page = seen(report(), tmp_path)
    assert len(page.having("class", "card")) == 3
    assert "dissolve" in page.text and "Pace" in page.text
    for absent in ("Palette", "Scale", "Dialogue", "None"):
        assert absent not in page.texts
    assert page.having("class", "blank")  # no thumbnails


def test_what_is_said_stands_once_on_a_card(tmp_path: Path) -> None:
    made = full_report(1)
    shot = replace(made.shots[0], caption=Caption("A fox. “Line 1”", says="Line 1"))
    assert seen(replace(made, shots=(shot,)), tmp_path).text.count("Line 1") == 1


def test_no_tags_no_detections(tmp_path: Path) -> None:
    made = report()
    bare = tuple(replace(record, tags=(), samples=()) for record in made.shots)
    page = seen(replace(made, shots=bare, tags=()), tmp_path)
    assert len(page.having("class", "card")) == 3
    assert not page.having("class", "tags")


def test_a_film_of_one_shot_and_of_none(tmp_path: Path) -> None:
    assert len(seen(full_report(1), tmp_path).having("class", "card")) == 1
    none = replace(report(), shots=(), tags=())
    assert not seen(none, tmp_path).having("class", "card")


def test_text_that_runs_from_right_to_left_is_marked_so(tmp_path: Path) -> None:
    made = full_report(1)
    line = Line(0.0, 0.5, "שלום עולם", language="he")
    page = seen(replace(made, shots=(replace(made.shots[0], lines=(line,)),)), tmp_path)
    at = next(attributes for tag, attributes in page.elements if attributes.get("lang") == "he")
    assert at["dir"] == "auto" and "שלום עולם" in page.text


def test_chinese_labels_are_kept_everywhere(tmp_path: Path) -> None:
    page = seen(full_report(2, who="孙悟空"), tmp_path)
    assert "tag:character:孙悟空" in page.island("data")["shots"][0]["facets"]
    assert page.text.count("孙悟空") >= 3


def test_five_thousand_shots(tmp_path: Path) -> None:
    page = seen(full_report(5000, length=2), tmp_path)
    assert len(page.having("class", "card")) == 5000
    assert page.count("path") < 30  # a lane is one path, not one a shot


def test_a_report_cannot_pull_other_files_into_the_page(tmp_path: Path) -> None:
    made = with_thumbnails(full_report(1), tmp_path)
    inside = tmp_path / "inside"
    inside.mkdir()
    stray = replace(made.shots[0], thumbnail="../thumbnails/shot-0001.jpg")
    page = seen(replace(made, shots=(stray,)), inside)
    assert page.having("class", "blank")
    (inside / "secret.jpg").write_text("not a picture")
    text = replace(made.shots[0], thumbnail="secret.jpg")
    assert seen(replace(made, shots=(text,)), inside).having("class", "blank")


def test_many_large_thumbnails_are_made_smaller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = with_thumbnails(full_report(4), tmp_path)
    whole = len(render(made, folder=tmp_path))
    monkeypatch.setattr("framesense.report.page.pictures._MOST_BYTES", 1000)
    assert len(render(made, folder=tmp_path)) < whole - 4 * 1000


def test_the_same_report_gives_the_same_page(tmp_path: Path) -> None:
    made = with_thumbnails(full_report(4), tmp_path)
    write(made, tmp_path / "page.html", folder=tmp_path)
    assert (tmp_path / "page.html").read_text() == render(made, folder=tmp_path)


def test_the_command_writes_the_page_beside_the_report(tmp_path: Path) -> None:
    document.write(with_thumbnails(full_report(2), tmp_path), tmp_path / "a film.shots.json")
    command(tmp_path / "a film.shots.json", None)
    page = Seen((tmp_path / "a film.shots.html").read_text())
    assert len(page.having("class", "card")) == 2 and not page.having("class", "blank")
