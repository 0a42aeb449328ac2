"""`framesense evaluate rater`: rating models held to a protocol."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def evaluate_rater(
    data: Annotated[str, typer.Option(help="Folder of MovieLens data, or ml-100k.")],
    protocol: Annotated[
        str, typer.Option(help="u1, u1-u5, kfold, 2kfold, cold-items, cold-users or cold-both.")
    ] = "u1",
    model: Annotated[
        list[str] | None,
        typer.Option(
            help="majority, viewer-mean, film-mean, bias, crowd, svd++, lightgbm, fm, "
            "fm-content, cnn, linear, new-films or rater; may be repeated. Default: rater."
        ),
    ] = None,
    tags: Annotated[
        Path | None, typer.Option(help="A tags file or a folder of reports, as train-rater takes.")
    ] = None,
    looks: Annotated[
        Path | None, typer.Option(help="A table of continuous measures, a row a film.")
    ] = None,
    look_ids: Annotated[
        Path | None,
        typer.Option(help="A table ml100k,ml20m, where --looks numbers films as ML-20M does."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Folder for scores.json, .md and .png.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same numbers.")] = 0,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes that train a rater side by side. Default: one a core."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Never fetch ml-100k.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress, no notes.")] = False,
) -> None:
    """Measure rating models: mean ± sd over the folds of a protocol."""
    from framesense.atomic import write_atomically
    from framesense.cli.progress import console
    from framesense.cli.rating_progress import rating_progress
    from framesense.cli.train_rater import with_all_tags
    from framesense.rating.choice import make_model
    from framesense.rating.evaluation import evaluate, to_json, to_markdown
    from framesense.rating.fitting import cores
    from framesense.rating.models import between
    from framesense.rating.movielens import read
    from framesense.rating.plots import comparison
    from framesense.rating.tags import with_looks

    models = [make_model(name, workers=workers or cores()) for name in model or ["rater"]]
    known = read(data, offline=offline)
    if tags:
        known = with_all_tags(known, tags)
    if looks:
        known = with_looks(known, looks, look_ids)
    with rating_progress(quiet=quiet) as show:
        results = [
            evaluate(
                chosen,
                known,
                protocol,
                seed=seed,
                show=between(show, number / len(models), (number + 1) / len(models)),
            )
            for number, chosen in enumerate(models)
        ]
    table = to_markdown(results)
    typer.echo(table, nl=False)
    for note in known.notes if not quiet else ():
        console().print(note, highlight=False, soft_wrap=True, markup=False)
    if out:
        write_atomically(out / "scores.json", to_json(results))
        write_atomically(out / "scores.md", table.encode())
        comparison(results, out / "scores.png")
