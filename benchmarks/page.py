"""How fast the page opens and filters, and how large it is.

    python benchmarks/page.py REPORT [--rounds 5]

REPORT is one that `framesense analyze --thumbnails` made. Longer films are made of it by repeating
its shots, pictures and all. A page is opened in a fresh tab of a headless Chromium for every round;
the figures are medians. It writes `benchmarks/page.md`.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from framesense.records import FilmReport
from framesense.report.document import read
from framesense.report.page import write

HERE = Path(__file__).parent
LENGTHS = (0, 1500, 5000)  # shots; 0: the report as it is
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")

# Milliseconds from a reader's act to the picture that answers it.
ACT = """async ([selector, value]) => {
  const field = document.querySelector(selector);
  const begun = performance.now();
  if (field.options) field.selectedIndex = value;
  else field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - begun;
}"""
ACTS = {
    "filter": ("select[name=facet]", 2),
    "search, first": ("input[type=search]", "bright"),
    "search, later": ("input[type=search]", "light blue"),
    "show all": ("input[type=search]", ""),
    "sort": ("select[name=sort]", 1),
}
PAINTED = """() => new Promise((done) => {
  const painted = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
  requestAnimationFrame(() => setTimeout(() => done([painted, performance.now()])));
})"""


@dataclass(frozen=True, slots=True)
class Measured:
    shots: int
    megabytes: float
    render_s: float
    first_paint_s: float
    ready_s: float  # drawn, and all scripts have run
    acts_ms: dict[str, float]


def repeated(report: FilmReport, shots: int) -> FilmReport:
    """The film over and over until it has so many shots."""
    if not shots:
        return report
    last = report.shots[-1].shot
    records = []
    for index in range(shots):
        turn, at = divmod(index, len(report.shots))
        record = report.shots[at]
        frames, seconds = turn * last.end_frame, turn * last.end_s
        shot = replace(
            record.shot,
            index=index,
            start_frame=record.shot.start_frame + frames,
            end_frame=record.shot.end_frame + frames,
            start_s=record.shot.start_s + seconds,
            end_s=record.shot.end_s + seconds,
        )
        records.append(replace(record, shot=shot))
    look = report.look and replace(
        report.look, tempo=(report.look.tempo * (shots // len(report.shots) + 1))[:shots]
    )
    film = replace(report.film, duration_s=records[-1].shot.end_s)
    return replace(report, film=film, shots=tuple(records), look=look, scenes=())


def measure(browser: Any, report: FilmReport, folder: Path, rounds: int) -> Measured:
    path = Path(tempfile.gettempdir()) / "framesense-bench" / "page.html"
    begun = time.perf_counter()
    write(report, path, folder=folder)
    render_s = time.perf_counter() - begun
    opened: list[tuple[float, float]] = []
    acts: dict[str, list[float]] = {name: [] for name in ACTS}
    for _ in range(rounds):
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(path.as_uri())
        painted_ms, ready_ms = page.evaluate(PAINTED)
        opened.append((painted_ms / 1000, ready_ms / 1000))
        for name, act in ACTS.items():
            page.wait_for_timeout(200)
            acts[name].append(page.evaluate(ACT, list(act)))
        page.close()
    first_paint_s, ready_s = (statistics.median(part) for part in zip(*opened, strict=True))
    return Measured(
        len(report.shots),
        path.stat().st_size / 1e6,
        render_s,
        first_paint_s,
        ready_s,
        {name: statistics.median(times) for name, times in acts.items()},
    )


def table(film: str, rows: list[Measured], rounds: int, version: str) -> str:
    head = " | ".join(f"{name}, ms" for name in ACTS)
    lines = [
        "# How fast the page is",
        "",
        f"`python benchmarks/page.py REPORT --rounds {rounds}`, {date.today()}, {processor()}, "
        f"{os.cpu_count()} cores shared with other work, no GPU, Chromium {version}, "
        f"Python {platform.python_version()}; medians.",
        "",
        f"The first row is {film} as it is, with its thumbnails; in the others its shots are "
        "repeated. *Painted*: something is seen. *Ready*: drawn, and the scripts have run. The "
        "times of acts reach to the end of the frame that shows the answer.",
        "",
        f"| shots | page, MB | made in, s | painted, s | ready, s | {head} |",
        "|---" * (5 + len(ACTS)) + "|",
    ]
    lines += [
        f"| {row.shots:,} | {row.megabytes:.1f} | {row.render_s:.1f} | {row.first_paint_s:.2f} | "
        f"{row.ready_s:.2f} | {' | '.join(f'{ms:.0f}' for ms in row.acts_ms.values())} |"
        for row in rows
    ]
    lines += [
        "",
        "Goals: at 1,500 shots ready in under 2 s and filtered in under 100 ms; Big Buck Bunny in "
        "12 MB or less.",
    ]
    return "\n".join(lines) + "\n"


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    report = read(options.report)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*ARGUMENTS]
        )
        rows = [
            measure(browser, repeated(report, shots), options.report.parent, options.rounds)
            for shots in LENGTHS
        ]
        text = table(Path(report.film.path).name, rows, options.rounds, browser.version)
        browser.close()
    (HERE / "page.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
