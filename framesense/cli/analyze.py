"""`framesense analyze`: films in, shot JSON out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from framesense.errors import InputError, SomeFilmsError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from framesense.cli.films import Job
    from framesense.cli.progress import FilmProgress
    from framesense.config import Config
    from framesense.pipeline.models import Models
    from framesense.records import FilmReport


def analyze(
    films: Annotated[
        list[Path],
        typer.Argument(metavar="FILM|FOLDER", help="Films, or folders of films.", readable=False),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            help="A .json file for one film, else a folder. "
            "Default: FILM.shots.json in this folder.",
        ),
    ] = None,
    config: Annotated[
        str | None,
        typer.Option("-c", "--config", help="Preset (anime, cgi, default) or a TOML file."),
    ] = None,
    splitter: Annotated[
        str | None, typer.Option(help="hybrid, adaptive or transnetv2. Default: hybrid.")
    ] = None,
    detector: Annotated[
        str | None,
        typer.Option(
            help="ssd-mobilenet-v2, yolo26n.pt, torchvision:NAME, a path, or none. "
            "Default: ssd-mobilenet-v2."
        ),
    ] = None,
    classifier: Annotated[
        list[Path] | None,
        typer.Option(
            help="From train-classifier: names characters or scenes. May be given for each kind.",
            readable=False,
        ),
    ] = None,
    device: Annotated[str | None, typer.Option(help="auto, cpu, cuda or cuda:N.")] = None,
    every: Annotated[
        float | None, typer.Option(help="Seconds between samples within a shot. Default: 1.")
    ] = None,
    max_samples: Annotated[
        int | None, typer.Option(help="Samples a shot, at most. Default: 8.")
    ] = None,
    subtitles: Annotated[
        Path | None,
        typer.Option(help="Subtitles to read, for one film.", readable=False),
    ] = None,
    transcribe: Annotated[
        bool,
        typer.Option("--transcribe", help="Turn speech into lines where there are no subtitles."),
    ] = False,
    read_text: Annotated[
        bool, typer.Option("--read-text", help="Read titles, signs and credits in the picture.")
    ] = False,
    thumbnails: Annotated[
        bool, typer.Option("--thumbnails", help="Also write a JPEG for each shot.")
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Also make the page, with its thumbnails.")
    ] = False,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Skip finished films; go on with one that was cut short."),
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Never fetch a missing model.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress, no table.")] = False,
) -> None:
    """Split films into shots, say what is in each, and write it as JSON."""
    from functools import cache

    from framesense import config as settings
    from framesense.cli import films as jobs
    from framesense.cli.progress import console, film_progress
    from framesense.cli.summary import summary
    from framesense.pipeline.models import make_models
    from framesense.vision import make_classifiers

    chosen = (
        settings.load(config)
        .changed("split", splitter=splitter)
        .changed("detect", detector=detector, device=device)
        .changed("classify", classifiers=";".join(map(str, classifier or ())) or None)
        .changed("sampling", every_s=every, max_per_shot=max_samples)
        .changed("report", thumbnails=thumbnails or report or None)
        .changed(
            "dialogue",
            subtitle_file=str(subtitles) if subtitles else None,
            transcribe=transcribe or None,
            read_text=read_text or None,
        )
    )
    todo = jobs.find(films, out)
    if subtitles and len(todo) > 1:
        raise UsageError(f"{subtitles}: for {len(todo)} films", remedy="name one film with it")
    classifiers = make_classifiers(chosen.classify, chosen.detect)
    models = cache(lambda: make_models(chosen, classifiers=classifiers, offline=offline))
    done: list[tuple[Job, FilmReport]] = []
    failures: list[InputError] = []
    for number, job in enumerate(todo, start=1):
        title = f"{job.film.name} ({number}/{len(todo)})" if len(todo) > 1 else job.film.name
        with film_progress(title, quiet=quiet) as show:
            try:
                done.append((job, _one(job, chosen, models, resume, offline, show)))
                if report:
                    _write_page(*done[-1])
            except InputError as error:  # any other error would befall the next film too
                failures.append(error)
                if len(todo) > 1:
                    typer.echo(f"error: {error}", err=True)
            except KeyboardInterrupt:
                typer.echo(
                    f"stopped in {job.film}: finished shots are kept in {job.journal}; "
                    "go on with the same command and --resume",
                    err=True,
                )
                raise typer.Exit(130) from None
    if done and not quiet:
        console().print(summary(done))
    if failures and len(todo) == 1:
        raise failures[0]
    if failures:
        raise SomeFilmsError(
            f"{len(failures)} of {len(todo)} films failed", remedy="the others are done; see above"
        )


def _write_page(job: Job, report: FilmReport) -> None:
    from framesense.report import page

    page.write(report, job.report.with_suffix(".html"), folder=job.report.parent)


def _one(
    job: Job,
    config: Config,
    models: Callable[[], Models],
    resume: bool,
    offline: bool,
    show: FilmProgress,
) -> FilmReport:
    """Analyse one film into its report, by way of its journal."""
    from framesense import __version__
    from framesense.film.decode import Film
    from framesense.pipeline import analyze as run
    from framesense.report.document import write
    from framesense.report.journal import Journal, Origin
    from framesense.report.thumbnails import thumbnail_folder

    Film(job.film, config.film).close()  # what is no film is told before a model is fetched
    seeing = models()
    if resume and (finished := job.finished(config, seeing.facts)):
        show.note("already done")
        return finished
    origin = Origin.of(job.film, version=__version__, config=config.as_dict(), models=seeing.facts)
    thumbnails = thumbnail_folder(job.report) if config.report.thumbnails else None
    with (
        run(
            job.film,
            config=config,
            detector=seeing.detector,
            classifiers=seeing.classifiers,
            thumbnails=thumbnails,
            offline=offline,
            on_progress=show.progress,
        ) as analysis,
        Journal(job.journal, origin, resume=resume) as journal,
    ):
        show.start(analysis.claimed_s, resumed=len(journal.known))
        analysis.take_up(journal.known)
        for record in analysis:
            journal.append(record)
        write(analysis.report(), job.report)
    journal.remove()
    return analysis.report()
