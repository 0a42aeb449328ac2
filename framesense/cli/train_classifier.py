"""`framesense train-classifier`: labelled pictures in, a classifier and how good it is out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer


def train_classifier(
    data: Annotated[
        Path,
        typer.Argument(
            help="Folder with a folder for each class, or that framesense discover made, or a "
            ".csv or .json of images and labels."
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
    side: Annotated[
        int | None, typer.Option(help="Pixels of the network's square. Default: 192.")
    ] = None,
    batch: Annotated[int | None, typer.Option(help="Pictures a step. Default: 32.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Default: 0.001.")] = None,
    unlabeled: Annotated[
        Path | None,
        typer.Option(help="Folder of pictures without labels, or report of a film, for --semi."),
    ] = None,
    semi: Annotated[
        str | None, typer.Option(help="pure or transductive: how those pictures help.")
    ] = None,
    folds: Annotated[
        int, typer.Option(min=0, help="Also train this many times for cross-validation.")
    ] = 0,
    strangers: Annotated[
        bool,
        typer.Option("--strangers", help="Also train without each class: is it told apart then?"),
    ] = False,
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
    import shutil
    from dataclasses import replace

    import numpy as np

    from framesense.atomic import unwritable
    from framesense.cli.training_files import Results, write_classifier, write_measures
    from framesense.cli.training_progress import EpochBar
    from framesense.cli.unlabeled import pictures_without_labels
    from framesense.errors import UsageError
    from framesense.training import checks, dataset, splits
    from framesense.training.settings import settings
    from framesense.training.trials import Trials
    from framesense.vision.backbones import check_side, pretrained, sees
    from framesense.vision.device import torch_device

    if (semi is None) != (unlabeled is None):
        raise UsageError("--semi and --unlabeled go together", remedy="give both or none")
    if folds == 1:
        raise UsageError("--folds 1 holds everything out", remedy="give 2 or more")
    folder, table = dataset.source(data, kind)
    if table is None and out.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"-o {out}: lies among the pictures", remedy="name a folder elsewhere")
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
    max_side = 2 * config.side  # of what is kept in memory

    def make(classes: int) -> Any:
        return pretrained(backbone, classes=classes, weights=weights, offline=offline)

    network = make(2)
    check_side(network, backbone, config.side)
    if not sees(network, config.view):  # as a transformer's
        config = replace(config, zoom=1.0)
    ready = checks.readable(dataset.read(data, kind=kind), max_side=max_side)
    labels = ready.data.labels
    parts = splits.folds(ready.data, folds) if folds else []
    last = splits.last_share(ready.data, config.validation)
    if strangers and (ready.data.several or len(labels) < 3):
        raise UsageError(
            "--strangers needs three classes, and one label a picture", remedy="leave it out"
        )
    notes: list[str] = []

    def note(finding: checks.Finding) -> None:
        if str(finding) not in notes:
            notes.append(str(finding))
            typer.echo(f"note: {finding}", err=True)

    for finding in ready.findings:
        note(finding)
    unlabelled = []
    if unlabeled:
        found = pictures_without_labels(unlabeled, kind, max_side=max_side)
        unlabelled = found.images
        for finding in found.findings:
            note(finding)

    states = out / ".training"
    trials = Trials.of(
        ready, make, config, unlabelled=unlabelled, device=where, states=states, on_finding=note
    )
    trials.check([*parts, *([last] if strangers else [])])
    try:
        if not resume and states.is_dir():
            shutil.rmtree(states)
        states.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(out, error) from error
    try:
        with EpochBar(data.name, config, quiet=quiet) as bar:
            trained, held_out = trials.classifier(on_epoch=bar.show)
        measured = trained.measure(held_out, labels)
        model = write_classifier(
            out, trained, ready.data, measured, kind=kind, backbone=backbone, config=config
        )
        by_part = []
        for number, part in enumerate(parts, start=1):
            with EpochBar(f"part {number} of {folds}", config, quiet=quiet) as bar:
                by_part.append(trials.part(part, on_epoch=bar.show))
        by_stranger = []
        for label in labels if strangers else ():
            with EpochBar(f"without {label}", config, quiet=quiet) as bar:
                by_stranger.append(trials.stranger(label, last, on_epoch=bar.show))
    except KeyboardInterrupt:
        typer.echo("stopped; go on with the same command and --resume", err=True)
        raise typer.Exit(130) from None
    results = Results(
        validation=measured,
        parts=tuple(by_part),
        strangers=tuple(by_stranger),
        history=tuple(trained.history),
        notes=tuple(notes),
    )
    write_measures(out, trained, held_out, labels, results)
    shutil.rmtree(states, ignore_errors=True)
    if quiet:
        return
    typer.echo(f"accuracy   {measured.accuracy:.3f} on {len(held_out.images)} pictures", err=True)
    if by_part:
        each = [part.accuracy for part in by_part]
        typer.echo(f"parts      {np.mean(each):.3f} ± {np.std(each):.3f} accuracy", err=True)
    if by_stranger:
        auroc = np.mean([stranger.auroc for stranger in by_stranger])
        typer.echo(f"strangers  {auroc:.3f} AUROC against the known", err=True)
    typer.echo(f"wrote {model}", err=True)
