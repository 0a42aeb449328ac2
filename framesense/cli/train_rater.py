"""`framesense train-rater`: ratings in, a rater's folder out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from framesense.rating.ratings import RatingSet


def train_rater(
    data: Annotated[
        str, typer.Option(help="Folder of MovieLens data in any of its formats, or ml-100k.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder of the rater.")],
    tags: Annotated[
        Path | None,
        typer.Option(
            help="A file film_id,label,weight, or a folder of reports with films.csv: "
            "report,film_id; their looks are learned too."
        ),
    ] = None,
    looks: Annotated[
        Path | None, typer.Option(help="A table of continuous measures, a row a film.")
    ] = None,
    look_ids: Annotated[
        Path | None,
        typer.Option(help="A table ml100k,ml20m, where --looks numbers films as ML-20M does."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same rater.")] = 0,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes that train side by side. Default: one a core."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Never fetch ml-100k.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress, no notes.")] = False,
) -> None:
    """Train a rater on viewers' ratings of films, and say how right one is."""
    import msgspec

    from framesense.atomic import prepare, write_atomically
    from framesense.cli.progress import console
    from framesense.cli.rating_progress import rating_progress
    from framesense.rating import rater
    from framesense.rating.choice import RATER
    from framesense.rating.fitting import cores
    from framesense.rating.movielens import read
    from framesense.rating.plots import calibration
    from framesense.rating.tags import with_looks

    prepare(out)
    known = read(data, offline=offline)
    if tags:
        known = with_all_tags(known, tags)
    if looks:
        known = with_looks(known, looks, look_ids)
    with rating_progress(quiet=quiet) as show:
        model = replace(RATER, workers=workers or cores())
        made, rehearsal = rater.train(known, model=model, seed=seed, show=show)
    made.save(out)
    write_atomically(out / "checkup.json", msgspec.json.encode(rehearsal.scores))
    calibration(rehearsal.probabilities, rehearsal.level, out / "checkup.png")
    if quiet:
        return
    scores = rehearsal.scores
    for line in (
        *known.notes,
        f"one chain, a tenth of the ratings held out: RMSE {scores.rmse:.3f}, "
        f"accuracy {scores.accuracy:.3f}, log-loss {scores.log_loss:.3f}, AUC {scores.auc:.3f}",
        f"licence of the data: {known.licence}",
        f"The rater is in {out}.",
    ):
        console().print(line, highlight=False, soft_wrap=True)


def with_all_tags(data: RatingSet, source: Path) -> RatingSet:
    """The data set with tags of a file, or with what a folder of reports shows.

    Raises InputError.
    """
    from framesense.rating.tables import read_table
    from framesense.rating.tags import read_tags, with_tags, with_watched
    from framesense.rating.watched import content
    from framesense.report.document import read

    if not source.is_dir():
        return with_tags(data, read_tags(source))
    table = read_table(source / "films.csv", ("report", "film_id"), separator=",", header=True)
    reports = [read(source / name) for name in table["report"]]
    return with_watched(data, list(table["film_id"]), content(reports))
