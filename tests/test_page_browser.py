"""The page in a real Chromium: what a reader does, and what the page must never do.

Times are written to the log, with bounds so wide that only a blunder breaks them; the figures that
count are in benchmarks/page.md.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from framesense.records import FilmReport, Line, Share
from framesense.report.page import write
from framesense.testing import scenes, write_film
from tests.conftest import require
from tests.factories import report
from tests.page_reports import full_report, with_thumbnails

log = logging.getLogger(__name__)

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
SHOWN = "[...document.querySelectorAll('.card:not([hidden])')].map(card => +card.dataset.shot)"
CONTRAST = """() => {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const levels = (css) => {
    context.clearRect(0, 0, 1, 1); context.fillStyle = css; context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => rgb.slice(0, 3).map((level) => level / 255)
    .map((level) => level <= .04045 ? level / 12.92 : ((level + .055) / 1.055) ** 2.4)
    .reduce((sum, level, at) => sum + level * [.2126, .7152, .0722][at], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const rgba = levels(getComputedStyle(at).backgroundColor);
      if (rgba[3] === 255) return rgba;
    }
    return levels(getComputedStyle(document.body).backgroundColor);
  };
  const poor = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const skip = element.closest('script, style, noscript, .unseen, .skip, .box, option, dialog');
    if (!own || skip || !element.checkVisibility()) continue;
    const [a, b] = [levels(getComputedStyle(element).color), ground(element)].map(light);
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.push(`${element.className || element.tagName}: ${ratio.toFixed(2)}`);
  }
  return [...new Set(poor)];
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless Chromium that is installed here already."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    require("browser", found is not None, "no Chromium on this machine")
    require("browser", find_spec("playwright") is not None, "playwright is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=[*ARGUMENTS])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def film_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of six shots of a second each, and its page beside it."""
    folder = tmp_path_factory.mktemp("page of a 'film' & co")
    film = write_film(
        folder / "six shots #1.webm", scenes((24,) * 6), codec="libvpx", container="webm"
    )
    write_page(full_report(6), folder, film=film.name)
    return folder


def write_page(made: FilmReport, folder: Path, *, film: str = "absent.webm") -> Path:
    made = replace(made, film=replace(made.film, path=film))
    path = folder / "page.html"
    write(with_thumbnails(made, folder), path, folder=folder)
    return path


class Reader:
    """A page that is open, and all that it asked for or complained of."""

    def __init__(self, browser: Any, path: Path, **context: Any) -> None:
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)
        self.page.goto(path.as_uri())

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.strangers.append(request.url)

    def until(self, script: str) -> None:
        """Wait till it is true; Playwright's own way to do so is barred by the page's policy."""
        patience = time.monotonic() + 15
        while not self.page.evaluate(script):
            assert time.monotonic() < patience, f"never: {script}"
            self.page.wait_for_timeout(20)

    def shown(self) -> list[int]:
        shots: list[int] = self.page.evaluate(SHOWN)
        return shots


@pytest.fixture
def reader(chromium: Any, film_folder: Path) -> Iterator[Reader]:
    opened = Reader(chromium, film_folder / "page.html")
    yield opened
    opened.context.close()
    assert not opened.complaints
    assert not opened.strangers


def choose(reader: Reader, name: str, option: str) -> None:
    reader.page.get_by_role("search").get_by_label(name, exact=True).select_option(option)


def test_a_choice_shows_only_the_shots_that_have_it(reader: Reader) -> None:
    assert reader.shown() == [0, 1, 2, 3, 4, 5]
    choose(reader, "Character", "tag:character:owl")
    assert reader.shown() == [1, 3, 5]
    assert reader.page.locator("#count").inner_text() == "3 of 6 shots, 0:03"
    assert reader.page.locator(".veil path").get_attribute("d")
    reader.page.get_by_role("button", name="Show all").click()
    assert reader.shown() == [0, 1, 2, 3, 4, 5]


def test_choices_add_up(reader: Reader) -> None:
    choose(reader, "Scale", "scale:close-up")
    reader.page.locator("input[value='colour:blue']").check()
    choose(reader, "Scene", "scene:2")
    assert reader.shown() == [4]
    choose(reader, "Camera", "move:pan")
    assert reader.shown() == []
    assert reader.page.get_by_text("No shot is like that.").is_visible()


def test_a_name_in_the_header_and_a_scene_on_the_timeline_filter_too(reader: Reader) -> None:
    owl = reader.page.locator(".bars").get_by_role("button", name="owl")
    owl.click()
    assert reader.shown() == [1, 3, 5]
    assert owl.get_attribute("aria-pressed") == "true"
    reader.page.get_by_role("button", name="Scene 1").click()
    assert reader.shown() == [1]
    owl.click()
    assert reader.shown() == [0, 1, 2]


def test_the_search_finds_lines_tags_and_captions(reader: Reader) -> None:
    search = reader.page.get_by_role("searchbox")
    even, odd = [0, 2, 4], [1, 3, 5]
    for words, shots in (
        ("LINE close-up", even),
        ("öwl", odd),
        ("dark blue", even),
        ("0:03.0", [2, 3]),
        ("nowhere", []),
    ):
        search.fill(words)
        assert reader.shown() == shots, words


def test_shots_are_sorted_and_come_back_in_order(reader: Reader) -> None:
    order = reader.page.get_by_label("Order")
    order.select_option("-motion")
    assert reader.shown() == [5, 4, 3, 2, 1, 0]
    order.select_option("-brightness")
    assert reader.shown() == [1, 3, 5, 0, 2, 4]
    order.select_option("start")
    assert reader.shown() == [0, 1, 2, 3, 4, 5]


def test_boxes_can_be_put_away(reader: Reader) -> None:
    box = reader.page.locator(".box").first
    assert box.is_visible()
    reader.page.get_by_label("Boxes").uncheck()
    assert not box.is_visible()


def test_a_shot_plays_from_its_start_and_stops_at_its_end(reader: Reader) -> None:
    reader.page.get_by_role("button", name="Play shot 3,").click()
    reader.until("document.querySelector('video').currentTime > 2.05")
    reader.until("document.querySelector('video').paused")
    assert 2.85 < reader.page.evaluate("document.querySelector('video').currentTime") < 3
    reader.page.get_by_role("button", name="Again").click()
    reader.until("!document.querySelector('video').paused")
    assert 2 <= reader.page.evaluate("document.querySelector('video').currentTime") < 2.7


def test_the_player_goes_through_the_shots_that_are_shown(reader: Reader) -> None:
    choose(reader, "Character", "tag:character:owl")
    reader.page.get_by_role("button", name="Play shot 2,").click()
    reader.page.get_by_role("button", name="Shot after").click()
    assert reader.page.locator("#player h2").inner_text().startswith("Shot 4")
    reader.page.keyboard.press("ArrowLeft")
    assert reader.page.locator("#player h2").inner_text().startswith("Shot 2")
    assert reader.page.get_by_role("button", name="Shot before").is_disabled()


def test_all_of_it_works_from_the_keyboard(reader: Reader) -> None:
    keyboard = reader.page.keyboard
    keyboard.press("Tab")
    assert reader.page.evaluate("document.activeElement.className") == "skip"
    keyboard.press("/")
    keyboard.type("owl")
    assert reader.shown() == [1, 3, 5]
    reader.page.locator("#barcode").focus()
    keyboard.press("End")
    assert "Shot 6" in (reader.page.locator("#barcode").get_attribute("aria-valuetext") or "")
    keyboard.press("ArrowLeft")
    keyboard.press("Enter")
    assert reader.page.locator("#player h2").inner_text().startswith("Shot 5")
    keyboard.press("Escape")
    assert not reader.page.locator("#player").is_visible()
    assert reader.page.evaluate("document.activeElement.id") == "barcode"


def test_the_timeline_shows_and_plays_the_shot_under_the_pointer(reader: Reader) -> None:
    track = reader.page.locator("#barcode").bounding_box()
    reader.page.mouse.move(track["x"] + track["width"] * 0.6, track["y"] + 20)
    assert reader.page.locator(".cursor figcaption").inner_text().startswith("Shot 4")
    reader.page.mouse.click(track["x"] + track["width"] * 0.6, track["y"] + 20)
    assert reader.page.locator("#player h2").inner_text().startswith("Shot 4")


def test_the_shots_that_are_shown_are_copied(reader: Reader) -> None:
    reader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose(reader, "Character", "tag:character:owl")
    for to, begins, row in (("csv", "shot,start_frame", "\n4,"), ("edl", "TITLE:", "\n004 ")):
        reader.page.locator(f"[data-copy={to}]").click()
        reader.page.locator(f"[data-copy={to}]", has_text="Copied").wait_for()
        text = reader.page.evaluate("navigator.clipboard.readText()")
        assert text.startswith(begins) and row in text
        assert row.replace("4", "3") not in text


def test_a_film_with_one_kind_of_tag_filters_too(chromium: Any, tmp_path: Path) -> None:
    reader = Reader(chromium, write_page(report(), tmp_path))
    reader.page.locator(".lane").get_by_role("button", name="cat").click()
    assert reader.page.locator("#count").inner_text() == "3 of 3 shots, 1:23"
    reader.context.close()
    assert not reader.complaints


def test_a_name_that_no_shot_has_chooses_nothing(chromium: Any, tmp_path: Path) -> None:
    made = full_report(2)
    assert made.look is not None
    look = replace(made.look, scales=(Share("full", 0.5),))
    reader = Reader(chromium, write_page(replace(made, look=look), tmp_path))
    reader.page.locator(".bars").get_by_role("button", name="full").click()
    assert reader.shown() == [0, 1]
    reader.context.close()
    assert not reader.complaints


def test_a_shot_is_titled_in_words_that_can_be_read_aloud(reader: Reader) -> None:
    reader.page.get_by_role("button", name="Play shot 3,").click()
    title = reader.page.locator("#player h2").inner_text()
    assert title == "Shot 3 · 0:02.0–0:03.0, 1.0 s"


def test_colours_follow_the_system_until_the_reader_decides(
    chromium: Any, film_folder: Path
) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    reader = Reader(chromium, film_folder / "page.html", color_scheme="dark")
    dark = reader.page.evaluate(ground)
    reader.page.emulate_media(color_scheme="light")
    assert reader.page.evaluate(ground) != dark
    for seconds in (0.5, 1, 2, 4, 8):  # a busy browser may reload before it has written it down
        reader.page.get_by_role("button", name="Change to dark colours").click()
        assert reader.page.evaluate(ground) == dark
        reader.page.wait_for_timeout(1000 * seconds)
        reader.page.reload()
        if reader.page.evaluate(ground) == dark:
            break
    assert reader.page.evaluate(ground) == dark
    reader.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_its_ground(chromium: Any, film_folder: Path, scheme: str) -> None:
    reader = Reader(chromium, film_folder / "page.html", color_scheme=scheme)
    choose(reader, "Character", "tag:character:owl")
    reader.page.wait_for_timeout(300)
    assert reader.page.evaluate(CONTRAST) == []
    reader.context.close()


@pytest.mark.parametrize("width", [320, 390, 1440, 2560])
def test_nothing_is_wider_than_the_screen(chromium: Any, film_folder: Path, width: int) -> None:
    size = {"width": width, "height": 800}
    reader = Reader(chromium, film_folder / "page.html", viewport=size)
    assert reader.page.evaluate("document.documentElement.scrollWidth") == width
    reader.context.close()


def test_without_the_film_the_still_is_shown_and_a_film_can_be_chosen(
    chromium: Any, film_folder: Path, tmp_path: Path
) -> None:
    reader = Reader(chromium, write_page(full_report(6), tmp_path))
    reader.page.get_by_role("button", name="Play shot 2,").click()
    reader.page.get_by_text("absent.webm cannot be played").wait_for()
    reader.page.locator(".screen img").wait_for()  # once it is decoded
    film = film_folder / "six shots #1.webm"
    reader.page.locator("input[type=file]").set_input_files(film)
    reader.until("document.querySelector('video').currentTime > 1")
    assert not reader.page.get_by_text("absent.webm cannot be played").is_visible()
    reader.page.get_by_role("button", name="Shot after").click()
    reader.until("document.querySelector('video').currentTime > 2")
    reader.context.close()
    assert not reader.strangers


def test_hostile_text_shows_as_text(chromium: Any, tmp_path: Path) -> None:
    evil = "</script><script>window.hit=1</script><img src=x onerror='window.hit=1'>"
    reader = Reader(chromium, write_page(full_report(2, who=evil), tmp_path, film=f"{evil[-9:]}"))
    assert reader.page.locator(".bars .name").first.inner_text() == evil
    reader.page.locator(".bars .name").first.click()
    assert reader.shown() == [0]
    assert reader.page.evaluate("window.hit") is None
    reader.context.close()
    assert not reader.complaints


def test_a_line_runs_as_its_words_do_whoever_speaks(chromium: Any, tmp_path: Path) -> None:
    made = full_report(1)
    lines = (Line(0.0, 0.5, "Who goes there?", "בומה"), Line(0.5, 1.0, "כוכב נפל!", "Fox"))
    shots = (replace(made.shots[0], lines=lines),)
    reader = Reader(chromium, write_page(replace(made, shots=shots), tmp_path))
    directions = (
        "[...document.querySelectorAll('.lines li')].map(l => getComputedStyle(l).direction)"
    )
    assert reader.page.evaluate(directions) == ["ltr", "rtl"]
    reader.context.close()


@pytest.mark.parametrize("shots", [0, 1])
def test_a_film_of_hardly_any_shots_opens_without_complaint(
    chromium: Any, tmp_path: Path, shots: int
) -> None:
    made = full_report(1)
    few = replace(made, shots=made.shots[:shots], tags=made.tags[:shots], look=None, scenes=())
    path = tmp_path / "page.html"
    write(few, path, folder=tmp_path)
    reader = Reader(chromium, path)
    assert len(reader.shown()) == shots
    reader.page.locator("#barcode").hover()
    reader.context.close()
    assert not reader.complaints


def test_fifteen_hundred_shots_open_and_filter(chromium: Any, tmp_path: Path) -> None:
    path = write_page(full_report(1500), tmp_path)
    begun = time.perf_counter()
    reader = Reader(chromium, path)
    reader.until("document.getElementById('count').textContent")
    open_s = time.perf_counter() - begun
    filter_ms = reader.page.evaluate(
        """async () => {
          const choice = document.querySelector("select[name='facet']");
          const begun = performance.now();
          choice.selectedIndex = 2;
          choice.dispatchEvent(new Event("input", { bubbles: true }));
          await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          return performance.now() - begun;
        }"""
    )
    log.info("1,500 shots: opened in %.2f s, filtered and drawn in %.0f ms", open_s, filter_ms)
    assert len(reader.shown()) == 750
    assert open_s < 20 and filter_ms < 2000
    reader.context.close()
