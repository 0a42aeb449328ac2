"""Which films a command line means, and where the report of each goes."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from framesense import __version__
from framesense.config import Config
from framesense.errors import FilmError, OutputError, ReportError, UsageError
from framesense.records import FilmReport, ModelFacts
from framesense.report import document
from framesense.report.journal import journal_path

FILM_SUFFIXES = frozenset(
    {
        ".3gp",
        ".avi",
        ".flv",
        ".m2ts",
        ".m4v",
        ".mkv",
        ".mov",
        ".mp4",
        ".mpeg",
        ".mpg",
        ".mts",
        ".mxf",
        ".ogv",
        ".ts",
        ".vob",
        ".webm",
        ".wmv",
    }
)


@dataclass(frozen=True, slots=True)
class Job:
    """One film and where its report goes."""

    film: Path
    report: Path

    @property
    def journal(self) -> Path:
        return journal_path(self.report)

    def finished(self, config: Config, models: Sequence[ModelFacts]) -> FilmReport | None:
        """The report that is there already, if it is of this very film, settings, models and
        version.
        """
        try:
            report = document.read(self.report)
            with self.film.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except (ReportError, OSError):
            return None
        same = (
            report.run.version == __version__
            and report.run.config == config.as_dict()
            and set(models) <= set(report.run.models)
            and report.film.sha256 == sha256
        )
        return report if same else None


def find(named: Sequence[Path], out: Path | None) -> list[Job]:
    """A job for each film named or lying in a folder named; a film named twice is done once.

    Raises FilmError for a folder without films, UsageError where two reports would be one file,
    OutputError where the reports' place is no folder.
    """
    films: dict[Path, Path] = {}  # film -> where it lies under what was named
    for path in named:
        if path.is_dir():
            found = [item for item in sorted(path.rglob("*")) if _is_film(item)]
            if not found:
                raise FilmError(
                    f"{path}: no film in this folder",
                    remedy=f"known endings: {' '.join(sorted(FILM_SUFFIXES))}",
                )
            films.update({item: item.relative_to(path) for item in found})
        else:
            films.setdefault(path, Path(path.name))
    if out is not None and out.suffix == ".json":
        if len(films) > 1:
            raise UsageError(f"{out}: one file for {len(films)} films", remedy="name a folder")
        return [Job(film, out) for film in films]
    folder = out or Path()
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder}: is not a folder", remedy="name a folder or a .json file")
    stems = Counter(place.with_suffix("") for place in films.values())
    return _distinct(
        Job(film, folder / place.parent / f"{_name(place, stems)}.shots.json")
        for film, place in films.items()
    )


def _name(place: Path, stems: Counter[Path]) -> str:
    """`film`, or `film.mkv` where a `film.mp4` would want the same."""
    name = place.stem if stems[place.with_suffix("")] == 1 else place.name
    return os.fsencode(name).decode(errors="replace")  # the report, which is UTF-8, names it


def _distinct(jobs: Iterable[Job]) -> list[Job]:
    taken: dict[Path, Job] = {}
    for job in jobs:
        if other := taken.get(job.report):
            raise UsageError(
                f"{job.film} and {other.film} would both be written to {job.report}",
                remedy="analyse them in two runs with two places",
            )
        taken[job.report] = job
    return list(taken.values())


def _is_film(path: Path) -> bool:
    return path.suffix.lower() in FILM_SUFFIXES and path.is_file()
