"""SSD-MobileNetV2 (COCO), run by OpenVINO on the CPU.

The published graph brings its own resizing and box-choosing loops, which no runtime does well. We
cut it where the picture is 300×300 and where the raw boxes and scores come out, and do the rest
here. Pictures go one by one through a queue, so that what is seen in one never depends on the
others of its batch.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from framesense import assets
from framesense.errors import AssetError
from framesense.records import Box, Detection, Image, ModelFacts
from framesense.vision.anchors import decode, ssd_anchors
from framesense.vision.coco import NAME_OF_ID

NAME = "ssd-mobilenet-v2"
_SIDE = 300  # px; the picture is squeezed to a square, as in training
_PICTURE = "Preprocessor/map/TensorArrayStack/TensorArrayGatherV3:0"
_BOXES, _SCORES = "Squeeze:0", "Postprocessor/convert_scores:0"
_KEEP = 100  # detections of an image, as the published graph keeps

Floats = NDArray[np.float32]


class SsdDetector:
    """The default `Detector`: 80 COCO names, needs no hub."""

    def __init__(self, *, min_score: float, nms_iou: float, half: bool, offline: bool) -> None:
        """Raises AssetError when the weights are missing or damaged.

        `half` lets the CPU multiply in bfloat16 where it has units for that.
        """
        asset = assets.named(NAME)
        weights = assets.obtain(asset, offline=offline)
        self.facts = ModelFacts("detector", NAME, asset.sha256, asset.licence)
        self.device = "cpu"
        self._min_score = min_score
        self._nms_iou = nms_iou
        self._anchors = ssd_anchors()
        self._queue = _compile(weights, half=half)

    def detect(self, images: Sequence[Image]) -> list[list[Detection]]:
        """See `Detector`."""
        found: list[list[Detection]] = [[] for _ in images]

        def keep(request: Any, index: int) -> None:
            boxes, scores = (request.get_output_tensor(i).data[0] for i in (0, 1))
            found[index] = self._choose(boxes, scores[:, 1:])  # column 0 is "nothing"

        self._queue.set_callback(keep)
        for index, image in enumerate(images):
            self._queue.start_async({0: _picture(image)}, index)
        self._queue.wait_all()
        return found

    def _choose(self, encoded: Floats, scores: Floats) -> list[Detection]:
        """The best boxes of each class, from answers (1917, 4) and scores (1917, 90)."""
        anchor, column = np.nonzero(scores >= self._min_score)
        named = np.isin(column + 1, list(NAME_OF_ID))
        anchor, column = anchor[named], column[named]
        if not len(anchor):
            return []
        xyxy = decode(encoded[anchor], self._anchors[anchor])
        xywh = np.concatenate([xyxy[:, :2], xyxy[:, 2:] - xyxy[:, :2]], axis=1)
        score = scores[anchor, column]
        kept = cv2.dnn.NMSBoxesBatched(
            xywh.tolist(), score.tolist(), column.tolist(), self._min_score, self._nms_iou
        )
        best = sorted(kept, key=lambda i: -score[i])[:_KEEP]
        return [
            Detection(NAME_OF_ID[int(column[i]) + 1], float(score[i]), Box(*xyxy[i].tolist()))
            for i in best
        ]


def _picture(image: Image) -> Floats:
    """(1, 300, 300, 3) RGB 0..255; the graph itself maps that to −1..1."""
    small = cv2.resize(image, (_SIDE, _SIDE), interpolation=cv2.INTER_LINEAR)
    rgb = cv2.cvtColor(small, cv2.COLOR_BGR2RGB)
    return np.asarray(rgb[None], np.float32)


def _compile(weights: Path, *, half: bool) -> Any:
    """A queue of as many requests as the CPU runs well at a time."""
    import openvino as ov

    core = ov.Core()
    version = ov.__version__.partition("-")[0]
    digest = assets.named(NAME).sha256
    cut = assets.cache_folder() / f"{NAME}-cut-{str(digest)[:12]}-openvino-{version}.xml"
    try:
        model = core.read_model(cut)
    except RuntimeError:  # not there yet, or not whole
        model = _cut(weights)
        _save(model, cut)
    options = {"PERFORMANCE_HINT": "THROUGHPUT"}
    if not half:
        options["INFERENCE_PRECISION_HINT"] = "f32"
    return ov.AsyncInferQueue(core.compile_model(model, "CPU", options))


def _cut(weights: Path) -> Any:
    """The part of the graph from the small picture to raw boxes and scores; takes some seconds."""
    from openvino import PartialShape, Type
    from openvino.frontend import FrontEndManager

    front = FrontEndManager().load_by_framework("tf")
    try:
        graph = front.load(str(weights))
        picture, boxes, scores = (
            graph.get_place_by_tensor_name(name) for name in (_PICTURE, _BOXES, _SCORES)
        )
        graph.extract_subgraph([picture], [boxes, scores])
        graph.set_partial_shape(picture, PartialShape([1, _SIDE, _SIDE, 3]))
        graph.set_element_type(picture, Type.f32)
        model = front.convert(graph)
    except RuntimeError as error:
        raise AssetError(f"{weights}: not the SSD graph ({error})") from error
    for parameter in model.get_parameters():
        if not parameter.output(0).get_target_inputs():
            model.remove_parameter(parameter)  # the full-size picture, now without use
    return model


def _save(model: Any, path: Path) -> None:
    """Keep the cut model to start faster next time; without a place for it we do without."""
    from openvino import save_model

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".cutting-", dir=path.parent) as scratch:
            fresh = Path(scratch) / path.name
            save_model(model, fresh, compress_to_fp16=False)
            fresh.with_suffix(".bin").replace(path.with_suffix(".bin"))
            fresh.replace(path)
    except (OSError, RuntimeError):
        return
