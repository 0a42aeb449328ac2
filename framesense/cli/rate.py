"""`framesense rate`: reports and viewers in, preferences and their reasons out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from framesense.errors import InputError, UsageError

if TYPE_CHECKING:
    from framesense.rating.facts import Facts
    from framesense.rating.rater import Rater
    from framesense.records import FilmReport

DEFAULT_RATER = Path("rater")


def rate(
    reports: Annotated[
        list[Path],
        typer.Argument(
            metavar="REPORT|FOLDER", help="Made by `framesense analyze`.", readable=False
        ),
    ],
    users: Annotated[
        list[str] | None,
        typer.Option(
            help="A u.user or CSV file, or 'age=24,gender=F,occupation=student'; may be repeated. "
            "Default: everybody, by age and gender."
        ),
    ] = None,
    rater: Annotated[
        Path, typer.Option(help="Folder that `framesense train-rater` made.")
    ] = DEFAULT_RATER,
    genre: Annotated[str, typer.Option(help="Genres of the films: Animation,Comedy.")] = "",
    year: Annotated[int | None, typer.Option(help="Year of the films' release.")] = None,
    facts: Annotated[
        Path | None,
        typer.Option(help="A CSV file report,film_id,title,year,genres of what is known of films."),
    ] = None,
    catalogue: Annotated[
        Path | None,
        typer.Option(help="Folder of more reports, to rank the films' looks among."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="A .json, .csv or .parquet file.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="PNG: who would like it, a heat map of age and gender.")
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress, no table.")] = False,
) -> None:
    """Foretell how viewers would rate films: five levels, how sure, and what moved it."""
    from rich.console import Console

    from framesense.cli.preferences import ranking, told
    from framesense.cli.progress import console
    from framesense.cli.rating_progress import rating_progress
    from framesense.rating import answers
    from framesense.rating.audience import audience, groups
    from framesense.rating.people import read_people
    from framesense.rating.plots import tastes
    from framesense.rating.preference import rate as foretell
    from framesense.rating.subjects import subjects

    _check(out, plot)
    watched = _read(reports)
    others = list(_read([catalogue]).values()) if catalogue else []
    model = _load(rater)
    notes: list[str] = []
    if users:
        people, notes = read_people(users, sorted(set(model.viewers.occupation) - {""}))
        asked = audience(people, model.viewers, model.rating_viewers)
    else:
        asked = groups(model.viewers)
    films, of_films = subjects(model, _with_facts(watched, model, genre, year, facts), others)
    notes = [*of_films, *notes, *asked.notes]
    with rating_progress(quiet=quiet) as show:
        found = foretell(model, films, asked, show=show)
        if plot:
            of_groups = foretell(model, films, groups(model.viewers), show=show) if users else found
            tastes(of_groups, plot)
    if out:
        answers.write(found, model.about, notes, out)
    if not quiet:
        Console().print(ranking(found, by_film=not users or len(films) == 1))
        console().print(told(model.about, notes, [path for path in (out, plot) if path]))


def _check(out: Path | None, plot: Path | None) -> None:
    """Before anything takes time. Raises UsageError."""
    from framesense.rating import answers

    if out:
        answers.check(out)
    if plot and plot.suffix != ".png":
        raise UsageError(f"{plot}: the heat map is a PNG", remedy="end its name in .png")


def _read(named: list[Path]) -> dict[Path, FilmReport]:
    """The reports named or lying in folders named, each once, in order. Raises InputError."""
    from framesense.report import document

    paths: list[Path] = []
    for path in named:
        found = sorted(path.rglob("*.shots.json")) if path.is_dir() else [path]
        if not found:
            raise InputError(
                f"{path}: no report in this folder", remedy="it must hold files *.shots.json"
            )
        paths += found
    return {path: document.read(path) for path in dict.fromkeys(paths)}


def _load(folder: Path) -> Rater:
    from framesense.rating import rater

    if folder == DEFAULT_RATER and not folder.exists():
        raise InputError(
            "no rater in ./rater, and none can be shipped, as ratings may not be passed on",
            remedy="train one: framesense train-rater --data ml-100k -o rater/ "
            "(or name one with --rater)",
        )
    return rater.load(folder)


def _with_facts(
    watched: dict[Path, FilmReport], model: Rater, genre: str, year: int | None, table: Path | None
) -> list[tuple[str, FilmReport, Facts]]:
    """Name, report and facts of each film: the table's, and where it is silent the options'."""
    from framesense.rating.facts import Facts, merged, of_reports, read_facts, told

    of_all = told(genre, year, model.films)
    of_one = of_reports(read_facts(table, model.films), list(watched), table) if table else {}
    known = {path: merged(of_one.get(path, Facts()), of_all, model.films) for path in watched}
    stems = {path: path.name.removesuffix(".json").removesuffix(".shots") for path in watched}
    names = {path: known[path].title or stems[path] for path in watched}
    often = Counter(names.values())
    return [
        (names[path] if often[names[path]] == 1 else str(path), report, known[path])
        for path, report in watched.items()
    ]
