"""What `discover` and `find` look at: the subjects and frames of a film, or of a report's film."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from framesense.records import FilmReport, Shot

if TYPE_CHECKING:
    from framesense.config import Config
    from framesense.pipeline.gathering import Gathered
    from framesense.pipeline.sampled import Sampled
    from framesense.vision.embedder import Embedder


@dataclass(frozen=True, slots=True)
class Source:
    """A film, and its report where there is one."""

    film: Path
    sha256: str
    report: FilmReport | None = None

    @property
    def samples(self) -> str:
        """A fingerprint of the report's shots and samples."""
        from hashlib import sha256

        records = self.report.shots if self.report else ()
        frames = [(r.shot.start_frame, *(s.frame for s in r.samples)) for r in records]
        return sha256(repr(frames).encode()).hexdigest()

    def sampled(self, config: Config) -> Iterator[Sampled]:
        """The report's shots and samples, or those that `config` makes."""
        from framesense.pipeline.sampled import from_film, from_report

        if self.report:
            return from_report(self.report, self.film)
        return from_film(self.film, config)


def source(path: Path, film: Path | None) -> Source:
    """Of a film or a report (.json); `film` says where the report's film lies now.

    Raises FilmError, ReportError.
    """
    from framesense.assets import sha256_of
    from framesense.film.decode import Film
    from framesense.pipeline.sampled import film_of
    from framesense.report import document

    if path.suffix.lower() == ".json":
        report = document.read(path)
        return Source(film or film_of(report, path), report.film.sha256, report)
    Film(path).close()  # what is no film is told at once
    return Source(path, sha256_of(path))


def gathered(
    source: Source, config: Config, embedder: Embedder, *, offline: bool, quiet: bool
) -> Gathered:
    """Everything there is to see, with a progress bar."""
    from framesense.cli.progress import film_progress
    from framesense.film.decode import Film
    from framesense.pipeline import Progress
    from framesense.pipeline.gathering import gather
    from framesense.vision import make_detector
    from framesense.vision.subjects import FAINT

    sampled = source.sampled(config)
    with Film(source.film) as opened:
        claimed_s = opened.header.claimed_s
    detector = make_detector(config.changed("detect", min_score=FAINT).detect, offline=offline)
    with film_progress(source.film.name, quiet=quiet) as show:
        show.start(claimed_s, resumed=0)

        def tell(shot: Shot) -> None:
            show.progress(Progress(shot.end_frame, shot.end_s, shot.index + 1))

        return gather(sampled, detector, embedder, on_shot=tell)
