"""A film's sampled frames, shot by shot: chosen now, or those that a report names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from framesense import assets
from framesense.config import Config
from framesense.errors import FilmError, ReportError
from framesense.film.decode import Film
from framesense.film.sampling import Sampler
from framesense.film.splitters import make
from framesense.records import FilmReport, SampledFrame, Shot

Sampled = tuple[Shot, list[SampledFrame]]


def from_film(film: Path, config: Config) -> Iterator[Sampled]:
    """Decode, split and sample as an analysis does. Raises FilmError."""
    splitter = make(config.split)
    sampler = Sampler(config.sampling, lag_frames=splitter.lag_frames)
    with Film(film, config.film) as opened:
        for frame in opened.frames():
            sampler.push(frame)
            for shot in splitter.push(frame):
                yield shot, sampler.close(shot)
        end_pts = opened.end_pts
        for shot in splitter.flush(end_pts=end_pts, end_s=opened.seconds(end_pts)):
            yield shot, sampler.close(shot)


def from_report(report: FilmReport, film: Path) -> Iterator[Sampled]:
    """The report's shots and samples, read from the film from its start, since seeking is not
    exact. Raises FilmError here for a film that has gone, ReportError for one that is another.
    """
    _same_film(report, film)
    return _read_again(report, film)


def _read_again(report: FilmReport, film: Path) -> Iterator[Sampled]:
    side = int(report.run.config["sampling"]["max_side"] or 0)
    shots = iter([record for record in report.shots if record.samples])
    with Film(film) as opened:
        record = next(shots, None)
        seen: list[SampledFrame] = []
        for frame in opened.frames():
            if record is None:
                return
            sample = record.samples[len(seen)]
            if frame.ordinal != sample.frame:
                continue
            seen.append(SampledFrame(sample, frame.picture.bgr(max_side=side)))
            if len(seen) == len(record.samples):
                yield record.shot, seen
                record, seen = next(shots, None), []


def film_of(report: FilmReport, path: Path) -> Path:
    """The film of the report at `path`: where it was, or else beside the report."""
    named = Path(report.film.path)
    beside = path.parent / named.name
    if not named.is_file() and beside.is_file():
        return beside
    return named


def _same_film(report: FilmReport, film: Path) -> None:
    remedy = "put it there, beside the report, or name it with --film"
    if not film.is_file():
        raise FilmError(f"{film}: the report's film is not there", remedy=remedy)
    if assets.sha256_of(film) != report.film.sha256:
        raise ReportError(f"{film}: not the film that the report is of", remedy="analyze it again")
