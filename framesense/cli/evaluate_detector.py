"""`framesense evaluate detector`: COCO's mean average precision on labelled images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def evaluate_detector(
    images: Annotated[Path, typer.Argument(help="Folder of images.")],
    labels: Annotated[Path, typer.Argument(help="Folder of YOLO labels, COCO-80 numbers.")],
    detector: Annotated[
        str, typer.Option(help="ssd-mobilenet-v2, yolo26n.pt, torchvision:NAME, or a path.")
    ] = "ssd-mobilenet-v2",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")] = "auto",
    batch: Annotated[int, typer.Option(min=1, help="Images a call.")] = 8,
    min_score: Annotated[
        float, typer.Option(help="Low: what is withheld counts as missed.")
    ] = 0.01,
    nms_iou: Annotated[float, typer.Option(help="Overlap at which boxes are one.")] = 0.6,
    offline: Annotated[
        bool, typer.Option("--offline", help="Never fetch a missing model.")
    ] = False,
) -> None:
    """Measure a detector's mAP50 and mAP50-95."""
    from framesense.config import Config
    from framesense.vision import evaluation, make_detector

    truth = evaluation.read_labels(images, labels)
    config = Config().changed(
        "detect",
        detector=detector,
        device=device,
        batch=batch,
        min_score=min_score,
        nms_iou=nms_iou,
    )
    model = make_detector(config.detect, offline=offline)
    answers = evaluation.ask(model, truth, batch=batch)
    precision = evaluation.mean_precision(answers, truth)
    typer.echo(f"detector  {model.facts.name} on {model.device}")
    typer.echo(f"images    {len(truth)}")
    typer.echo(f"boxes     {sum(len(item.boxes) for item in truth)}")
    typer.echo(f"mAP50     {precision.map50:.3f}")
    typer.echo(f"mAP50-95  {precision.map50_95:.3f}")
    typer.echo(f"ms/image  {answers.ms_per_image:.1f}")
