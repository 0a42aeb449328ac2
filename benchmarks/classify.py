"""What classifiers cost: the time of an analysis with them over the time without.

    python benchmarks/classify.py [--film FILM] [--rounds 5] [--side 192]

On the sample film and on two minutes of Big Buck Bunny (beside the checkout, or in
`FRAMESENSE_SHARED`): whole processes, start-up included, in turn. The classifiers, one of
characters and one of scenes, are untrained networks of the default backbone, which take as long as
trained ones. It writes `benchmarks/classify.md`.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("FRAMESENSE_SHARED", HERE.parents[1] / "shared"))
BUNNY = SHARED / "films" / "big_buck_bunny_640x360_24fps.mp4"
START_S, LENGTH_S = 60, 120
GOAL = 1.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--film", type=Path, default=BUNNY)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--side", type=int, default=192)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        files = [untrained(folder, kind, given.side) for kind in ("character", "scene")]
        words = [word for file in files for word in ("--classifier", str(file))]
        rows = []
        for film in (HERE.parent / "samples" / "fallen_star.mp4", cut(given.film, folder)):
            ways: dict[str, list[str]] = {"without": [], "with both": words}
            for way in ways.values():  # converts the networks, fills the disk's cache
                analyse(film, folder, way)
            runs: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
            for _ in range(given.rounds):
                for name, way in ways.items():
                    runs[name].append(analyse(film, folder, way))
            medians = [
                statistics.median(part) for run in runs.values() for part in zip(*run, strict=True)
            ]
            rows.append((film.name, *medians))
            print(rows[-1], flush=True)
    (HERE / "classify.md").write_text(table(rows, given.side, given.rounds), encoding="utf-8")


def analyse(film: Path, folder: Path, words: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds."""
    program = [sys.executable, "-m", "framesense", "analyze", str(film), "--quiet", "--offline"]
    begun = time.perf_counter()
    process = subprocess.Popen([*program, "-o", str(folder / "report.json"), *words])
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"analysis of {film} failed")
    return time.perf_counter() - begun, usage.ru_utime + usage.ru_stime


def untrained(folder: Path, kind: str, side: int) -> Path:
    import torch

    from framesense.vision.backbones import NAME, make_backbone
    from framesense.vision.checkpoint import Card, save_checkpoint

    torch.manual_seed(0)
    labels = tuple(f"{kind} {number}" for number in range(6))
    card = Card(kind, labels, True, NAME, "Apache-2.0", side, 1.0, 0.5, "00")
    path = folder / f"{kind}.safetensors"
    save_checkpoint(path, card, make_backbone(NAME, classes=len(labels)).state_dict())
    return path


def cut(film: Path, folder: Path) -> Path:
    """Two minutes of the same stream, not encoded again."""
    import av

    path = folder / f"{film.stem}-2min.mkv"
    with av.open(str(film)) as source, av.open(str(path), "w") as out:
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        source.seek(START_S * 1_000_000)
        first = None
        for packet in source.demux(stream):
            if packet.dts is None:
                break
            first = packet.dts if first is None else first
            if (packet.dts - first) * packet.time_base > LENGTH_S:
                break
            packet.pts, packet.dts = packet.pts - first, packet.dts - first
            packet.stream = copy
            out.mux(packet)
    return path


def table(rows: list[tuple[str, float, float, float, float]], side: int, rounds: int) -> str:
    lines = [
        "# What classifiers cost",
        "",
        f"{date.today()}, {platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}; `{' '.join(['python', *sys.argv])}`. Medians of "
        f"{rounds} whole processes, start-up included, run in turn.",
        "",
        "With both is a classifier of characters, shown up to five subjects and the whole of each "
        f"sample, and one of scenes, shown the whole; EfficientNet-Lite0 at {side} px. The goal is "
        f"at most {GOAL} × the time without.",
        "",
        "| film | without, s | with both, s | ratio | CPU without, s | CPU with both, s | ratio |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, wall, cpu, more_wall, more_cpu in rows:
        lines.append(
            f"| {name} | {wall:.2f} | {more_wall:.2f} | {more_wall / wall:.2f} "
            f"| {cpu:.2f} | {more_cpu:.2f} | {more_cpu / cpu:.2f} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
