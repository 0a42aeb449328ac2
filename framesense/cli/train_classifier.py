"""`framesense train-classifier`: labelled pictures in, a classifier and how good it is out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from framesense.training.fitting import Trained
    from framesense.training.settings import TrainConfig

_MODEL = "classifier.safetensors"


def train_classifier(
    data: Annotated[
        Path,
        typer.Argument(
            help="Folder with a folder for each class, or a .csv or .json of images and labels."
        ),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for what is made.")] = Path(
        "classifier"
    ),
    kind: Annotated[str, typer.Option(help="character, scene, or your own word.")] = "character",
    backbone: Annotated[
        str, typer.Option(help="efficientnet-lite0 or torchvision:NAME.")
    ] = "efficientnet-lite0",
    weights: Annotated[
        Path | None, typer.Option(help="Pretrained weights of it. Default: ImageNet's.")
    ] = None,
    loss: Annotated[
        str | None, typer.Option(help="smooth, balanced, focal or asymmetric. Default: smooth.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Default: 20.")] = None,
    side: Annotated[int | None, typer.Option(help="Pixels of the network's square.")] = None,
    batch: Annotated[int | None, typer.Option(help="Pictures a step. Default: 32.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Default: 0.001.")] = None,
    unlabeled: Annotated[
        Path | None, typer.Option(help="Folder of pictures without labels, for --semi.")
    ] = None,
    semi: Annotated[
        str | None, typer.Option(help="pure or transductive: how those pictures help.")
    ] = None,
    folds: Annotated[
        int, typer.Option(min=0, help="Also train this many times for cross-validation.")
    ] = 0,
    seed: Annotated[int | None, typer.Option(help="Same seed, same training.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")] = "auto",
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where a killed training stopped.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Never fetch missing weights.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only say what is wrong.")] = False,
) -> None:
    """Train a classifier of characters or scenes from pictures of your own film."""
    import numpy as np

    from framesense.cli.training_progress import EpochBar
    from framesense.errors import UsageError
    from framesense.training import checks, dataset, splits
    from framesense.training.fitting import Pictures, fit
    from framesense.training.pictures import read_image
    from framesense.training.settings import settings
    from framesense.vision.backbones import pretrained
    from framesense.vision.device import torch_device

    if (semi is None) != (unlabeled is None):
        raise UsageError("--semi and --unlabeled go together", remedy="give both or none")
    config = settings(
        loss=loss,
        epochs=epochs,
        side=side,
        batch=batch,
        learning_rate=learning_rate,
        semi=semi,
        seed=seed,
    )
    where = torch_device(device)
    ready = checks.readable(dataset.read(data))
    labels = ready.data.labels
    for finding in ready.findings:
        typer.echo(f"note: {finding}", err=True)
    extra = [read_image(path) for path in dataset.pictures_in(unlabeled)] if unlabeled else []
    pictures = Pictures(ready.images, ready.data.targets())
    hashed = checks.hashes(ready.images)

    def make() -> Any:
        return pretrained(backbone, classes=len(labels), weights=weights, offline=offline)

    def one(split: splits.Split, title: str, state: Path | None) -> Trained:
        """Train on what is not held out, less what shows again there."""
        apart = checks.keep_apart(ready.data, hashed, split.training, split.held_out)
        if apart.finding:
            typer.echo(f"note: {apart.finding}", err=True)
        with EpochBar(title, config, quiet=quiet) as bar:
            return fit(
                make,
                pictures.at(apart.rows),
                pictures.at(split.held_out),
                config,
                unlabelled=extra,
                device=where,
                state=state,
                on_epoch=bar.show,
            )

    out.mkdir(parents=True, exist_ok=True)
    accuracies = []
    for number, fold in enumerate(splits.folds(ready.data, folds) if folds else []):
        inner = splits.last_share(ready.data.at(fold.training), config.validation)
        within = splits.Split(fold.training[inner.training], fold.training[inner.held_out])
        trained = one(within, f"part {number + 1} of {folds}", None)
        accuracies.append(trained.measure(pictures.at(fold.held_out), labels).accuracy)

    split = splits.last_share(ready.data, config.validation)
    state = out / ".training.pt"
    if not resume:
        for old in out.glob(".training*.pt"):
            old.unlink()
    try:
        trained = one(split, data.name, state)
    except KeyboardInterrupt:
        typer.echo("stopped; go on with the same command and --resume", err=True)
        raise typer.Exit(130) from None
    held_out = pictures.at(split.held_out)
    metrics = _metrics(trained, held_out, labels, accuracies)
    _write(out, kind, backbone, ready.data, trained, held_out, config, metrics)
    if not quiet:
        typer.echo(
            f"accuracy  {metrics['validation']['accuracy']:.3f} on held-out pictures", err=True
        )
        if accuracies:
            mean, sd = np.mean(accuracies), np.std(accuracies)
            typer.echo(f"folds     {mean:.3f} ± {sd:.3f} accuracy", err=True)
        typer.echo(f"wrote {out / _MODEL}", err=True)


def _metrics(
    trained: Trained, held_out: Any, labels: tuple[str, ...], accuracies: list[float]
) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "validation": asdict(trained.measure(held_out, labels)),
        "fold_accuracies": accuracies,
        "history": [asdict(epoch) for epoch in trained.history],
    }


def _write(
    out: Path,
    kind: str,
    backbone: str,
    data: Any,
    trained: Trained,
    held_out: Any,
    config: TrainConfig,
    metrics: dict[str, Any],
) -> None:
    """The checkpoint, its OpenVINO form, `metrics.json` and the plots."""
    import json
    from dataclasses import asdict

    from framesense.atomic import write_atomically
    from framesense.training import plots
    from framesense.vision.backbones import licence_of
    from framesense.vision.checkpoint import Card, load_checkpoint, save_checkpoint
    from framesense.vision.export import save_openvino

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
        metrics=metrics["validation"],
    )
    save_checkpoint(out / _MODEL, card, trained.network.state_dict())
    network = trained.network.cpu()
    network.load_state_dict(load_checkpoint(out / _MODEL)[1])  # what the file holds is exported
    save_openvino(network, config.side, (out / _MODEL).with_suffix(".xml"))
    write_atomically(out / "metrics.json", json.dumps(metrics, indent=2).encode())
    p = trained.probabilities(held_out.images)
    if not data.several:
        plots.confusion(out / "confusion.png", p, held_out.targets, data.labels)
    plots.learning(out / "learning.png", trained.history)
    plots.precision_recall(out / "precision_recall.png", p, held_out.targets, data.labels)
    plots.calibration(out / "calibration.png", p, held_out.targets)
    plots.mistakes(out / "mistakes.png", held_out.images, p, held_out.targets, data.labels)
