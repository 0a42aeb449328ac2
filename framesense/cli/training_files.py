"""What a training leaves behind: the classifier in three forms, its measures, its plots."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from framesense import assets
from framesense.atomic import remove, write_atomically
from framesense.training import plots
from framesense.training.dataset import DataSet
from framesense.training.evaluation import Metrics
from framesense.training.fitting import Pictures, Trained
from framesense.training.loop import Epoch
from framesense.training.settings import TrainConfig
from framesense.training.trials import Stranger
from framesense.vision.backbones import licence_of, make_backbone
from framesense.vision.checkpoint import Card, load_checkpoint, save_checkpoint
from framesense.vision.export import save_onnx, save_openvino

MODEL = "classifier.safetensors"
MEASURES = "metrics.json"
_PLOTS = ("confusion", "learning", "precision_recall", "calibration", "mistakes")
_BESIDE = (
    *("classifier.onnx", "classifier.xml", "classifier.bin", MEASURES),
    *(f"{plot}.png" for plot in _PLOTS),
)


@dataclass(frozen=True, slots=True)
class Results:
    """What `metrics.json` says."""

    validation: Metrics  # chose when to stop, temperature and threshold: the parts are fairer
    parts: tuple[Metrics, ...]  # each held out once, see --folds
    strangers: tuple[Stranger, ...]  # see --strangers
    history: tuple[Epoch, ...]
    notes: tuple[str, ...]  # what was amiss with the pictures


def write_classifier(
    out: Path,
    trained: Trained,
    data: DataSet,
    measured: Metrics,
    *,
    kind: str,
    backbone: str,
    config: TrainConfig,
) -> Path:
    """The checkpoint, which is returned, and the same in ONNX and OpenVINO. Raises OutputError."""
    card = Card(
        kind=kind,
        labels=data.labels,
        several=data.several,
        backbone=backbone,
        licence=licence_of(backbone),
        side=config.side,
        temperature=trained.temperature,
        threshold=trained.threshold,
        data_sha256=data.fingerprint(),
        config=asdict(config),
        metrics=asdict(measured),
    )
    path = out / MODEL
    save_checkpoint(path, card, trained.network.state_dict())
    for name in _BESIDE:
        remove(out / name)  # an earlier training's would mislead, should this one end here
    network = make_backbone(backbone, classes=len(data.labels))
    network.load_trained(load_checkpoint(path)[1])  # what the file holds is exported
    save_onnx(network, config.side, path.with_suffix(".onnx"))
    digest = assets.sha256_of(path)
    save_openvino(network, config.side, path.with_suffix(".xml"), digest=digest)
    return path


def write_measures(
    out: Path, trained: Trained, held_out: Pictures, labels: tuple[str, ...], results: Results
) -> None:
    """`metrics.json`, the plots, and a sheet of the worst mistakes. Raises OutputError."""
    write_atomically(out / MEASURES, msgspec.json.format(msgspec.json.encode(results)))
    p = trained.probabilities(held_out.images)
    confusion = out / "confusion.png"
    if trained.several:
        threshold = trained.threshold
        plots.confusion_several(confusion, p, held_out.targets, labels, threshold=threshold)
    else:
        plots.confusion(confusion, p, held_out.targets, labels)
    plots.learning(out / "learning.png", trained.history)
    plots.precision_recall(out / "precision_recall.png", p, held_out.targets, labels)
    plots.calibration(out / "calibration.png", p, held_out.targets)
    plots.mistakes(out / "mistakes.png", held_out.images, p, held_out.targets, labels)
