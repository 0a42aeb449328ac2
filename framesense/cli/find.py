"""`framesense find`: the shots that show what a reference picture shows, without training."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from framesense.errors import FilmError, UsageError

if TYPE_CHECKING:
    from framesense.cli.gathering import Source
    from framesense.config import Config
    from framesense.discovery.search import FoundShot
    from framesense.discovery.snapshots import Embeddings, Gallery
    from framesense.vision.embedder import Embedder

_LISTED = 10  # shots of a character, in the terminal


def find(
    report: Annotated[
        Path, typer.Argument(metavar="REPORT", help="Made by `framesense analyze`.", readable=False)
    ],
    more: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PICTURE...", help="More pictures of the last reference."),
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[NAME=]PICTURE[,PICTURE…]", help="Whom to find; repeat for several at once."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="JSON to write. Default: FILM.found.json in this folder."),
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=-1.0, max=1.0, help="Likeness from which it counts.")
    ] = None,
    film: Annotated[
        Path | None, typer.Option(help="Where the report's film lies now.", readable=False)
    ] = None,
    embedder: Annotated[
        Path | None, typer.Option(help="A trained classifier, to see with its eyes.")
    ] = None,
    detector: Annotated[
        str | None, typer.Option(help="As in analyze; its boxes count, not its words.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")] = "auto",
    offline: Annotated[
        bool, typer.Option("--offline", help="Never fetch a missing model.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only say what is wrong.")] = False,
) -> None:
    """Find the shots and boxes that show a character, best first, from one or a few pictures.

    Writes JSON and, beside it, a contact sheet of the hits. What was seen of the film is kept
    beside the report, so that the next search takes a moment.
    """
    from framesense.cli.gathering import source
    from framesense.config import Config
    from framesense.discovery import answer
    from framesense.discovery.search import THRESHOLD, search
    from framesense.discovery.snapshots import both_ways
    from framesense.training.pictures import read_image
    from framesense.vision.embedder import Embedder

    path = out or Path(f"{report.name.removesuffix('.json').removesuffix('.shots')}.found.json")
    sheet = path.with_suffix(".png")
    if sheet == path:
        raise UsageError(f"-o {path}: is for JSON, the sheet goes beside it", remedy="name a .json")
    named = source(report, film)
    if named.report is None:
        raise UsageError(f"{report}: not a report", remedy="run framesense analyze on it first")
    pictures = _pictures(reference or [], more or [])
    images = {name: [read_image(path) for path in paths] for name, paths in pictures.items()}
    eyes = Embedder(embedder, device=device, side=192, offline=offline)
    wanted: dict[str, Embeddings] = {
        name: eyes.embed([way for image in some for way in both_ways(image)])
        for name, some in images.items()
    }
    chosen = Config().changed("detect", detector=detector)
    gallery = _gallery(report, named, chosen, eyes, offline=offline, quiet=quiet)
    limit = THRESHOLD if threshold is None else threshold
    found = search(gallery, wanted, threshold=limit)
    answer.write(path, named.report, pictures, found, threshold=limit)
    answer.draw(sheet, found)
    if not quiet:
        for name, shots in found.items():
            typer.echo(f"{name}: {_told(shots)}", err=True)
        typer.echo(f"wrote {path} and {sheet}", err=True)


def _pictures(references: list[str], more: list[Path]) -> dict[str, tuple[Path, ...]]:
    """For each name its pictures; raises UsageError where there is none."""
    if not references:
        raise UsageError("no reference picture", remedy="give one: --reference panda.png")
    named: dict[str, tuple[Path, ...]] = {}
    for words in references:
        name, equals, files = words.partition("=")
        if not equals or Path(words).is_file():
            name, files = "", words
        whole = Path(files).is_file()
        paths = tuple(Path(file) for file in ([files] if whole else files.split(",")) if file)
        if not paths:
            raise UsageError(f"--reference {words}: no picture", remedy="write NAME=PICTURE")
        name = name.strip() or paths[0].stem
        named[name] = named.get(name, ()) + paths
    named[name] += tuple(more)
    return named


def _gallery(
    report: Path, named: Source, config: Config, eyes: Embedder, *, offline: bool, quiet: bool
) -> Gallery:
    """The film's subjects, as kept beside the report or else gathered."""
    from framesense import __version__
    from framesense.cli.gathering import gathered
    from framesense.discovery.kept import keep, kept

    path = report.with_name(report.name.removesuffix(".json") + ".subjects.npz")
    made_by = __version__, named.sha256, named.samples, config.detect.detector, eyes.name
    key = " ".join(made_by)
    gallery = kept(path, key=key)
    if gallery is None:
        seen = gathered(named, config, eyes, offline=offline, quiet=quiet)
        gallery = seen.subjects
        keep(path, gallery, key=key)
    if not gallery.snapshots:
        raise FilmError(f"{named.film}: nobody stands out in it", remedy="try another film")
    return gallery


def _told(shots: tuple[FoundShot, ...]) -> str:
    if not shots:
        return "in no shot; a lower --threshold finds more"
    best = ", ".join(f"{found.shot + 1} ({found.score:.2f})" for found in shots[:_LISTED])
    rest = f" and {len(shots) - _LISTED} more" if len(shots) > _LISTED else ""
    return f"in {len(shots)} shots, best first: {best}{rest}"
