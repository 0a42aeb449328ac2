"""`framesense discover`: groups of what a film shows, for its user to name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer


def discover(
    film: Annotated[
        Path,
        typer.Argument(metavar="FILM|REPORT", help="A film, or its report.", readable=False),
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the groups.")],
    film_of_report: Annotated[
        Path | None, typer.Option("--film", help="Where the report's film lies now.")
    ] = None,
    config: Annotated[
        str | None, typer.Option("-c", "--config", help="Preset or TOML file, for a film.")
    ] = None,
    embedder: Annotated[
        Path | None, typer.Option(help="A trained classifier, to see with its eyes.")
    ] = None,
    apart: Annotated[
        float,
        typer.Option(
            min=0.0,
            max=2.0,
            help="Higher: fewer and larger groups. What lies in one stays: to group anew, "
            "delete OUT.",
        ),
    ] = 0.9,
    detector: Annotated[
        str | None, typer.Option(help="As in analyze; its boxes count, not its words.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")] = "auto",
    offline: Annotated[
        bool, typer.Option("--offline", help="Never fetch a missing model.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only say what is wrong.")] = False,
) -> None:
    """Group what a film shows: OUT/characters and OUT/settings, a folder and a sheet each.

    Rename a folder to name what it shows, move it into another to merge, move pictures to correct,
    delete those that show nothing. Then: framesense train-classifier OUT. What is still called
    group-NN is left out. Run again, and all that is kept.
    """
    from framesense import __version__
    from framesense import config as settings
    from framesense.cli.gathering import gathered, source
    from framesense.discovery import record
    from framesense.discovery.clusters import clusters
    from framesense.discovery.groups import Group, arrange, ranges
    from framesense.discovery.snapshots import Gallery
    from framesense.errors import OutputError
    from framesense.vision.embedder import Embedder

    if out.exists() and not out.is_dir():
        raise OutputError(f"{out}: is not a folder", remedy="name a folder with -o")
    chosen = settings.load(config).changed("detect", detector=detector)
    named = source(film, film_of_report)
    before = record.read(out, film_sha256=named.sha256)
    eyes = Embedder(embedder, device=device, side=192, offline=offline)
    seen = gathered(named, chosen, eyes, offline=offline, quiet=quiet)

    def arranged(kind: str, gallery: Gallery, apart: float, old: record.Found) -> record.Found:
        numbers = clusters(gallery.embeddings, apart=apart)
        groups = arrange(out / kind, gallery, numbers, seen=frozenset(old.pictures))
        for group in groups if not quiet else ():
            typer.echo(_told(kind, group), err=True)
        pictures = {snapshot.name for snapshot in gallery.snapshots}
        return record.Found(groups, tuple(sorted(pictures.union(old.pictures))))

    def _told(kind: str, group: Group) -> str:
        shots = ranges(group.shots)
        return f"{kind}/{group.name}  {group.size} pictures, shots {shots}"

    film_name = os.fsencode(named.film.name).decode(errors="replace")  # JSON is UTF-8
    old = before or record.Discovery(__version__, film_name, named.sha256)
    found = record.Discovery(
        __version__,
        film_name,
        named.sha256,
        characters=arranged("characters", seen.subjects, apart, old.characters),
        settings=arranged("settings", seen.frames, apart + 0.05, old.settings),
    )
    record.write(out, found)
    if not quiet:
        typer.echo(f"wrote {out}: rename the folders to name what they show", err=True)
