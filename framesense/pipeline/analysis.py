"""The order of things: decode, split, sample, look; then the models; then the whole report.

The decoding, the models and the sound have a thread each; the caller's own splits and samples as
it iterates. All queues between them are bounded, so memory does not grow with the film, and a
caller who stops iterating stops the work.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType

from framesense import __version__
from framesense.config import Config
from framesense.dialogue import outside
from framesense.film.decode import Film
from framesense.film.sampling import Sampler
from framesense.film.splitters import ShotSplitter, make
from framesense.meaning import scenes, synopsis
from framesense.pipeline.assembly import ClosedShot, shot_record
from framesense.pipeline.hearing import Hearing
from framesense.pipeline.models import Models, ModelThread, make_models
from framesense.records import (
    FilmReport,
    Frame,
    ModelFacts,
    Run,
    SampledFrame,
    Shot,
    ShotRecord,
    Timings,
)
from framesense.report.document import SCHEMA, SCHEMA_VERSION
from framesense.report.thumbnails import write_thumbnail
from framesense.tagging import Observation, film_tags
from framesense.vision import Classifier, Detector
from framesense.vision.look import LookMeter, film_look

_FRAMES_PER_PROGRESS = 24


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an analysis has come."""

    frames: int
    film_s: float  # of the film seen so far
    shots: int


def analyze(
    film: str | Path,
    *,
    config: Config | None = None,
    detector: Detector | None = None,
    classifiers: Sequence[Classifier] | None = None,
    thumbnails: Path | None = None,
    offline: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
) -> Analysis:
    """Analyse a film lazily: iterate the result for its shots, then ask it for the `report()`.

    film: path of the file; it is opened at once, and decoded as the result is iterated.
    detector, classifiers: made from `config` where not given; they may serve many films. A
    `Recogniser` of the kind `character` is shown subjects as well as whole pictures.
    thumbnails: folder for one JPEG a shot, beside the report.
    offline: never fetch a missing model.

    Raises FilmError, InputError, AssetError, DeviceError, UsageError here; these and OutputError
    later.
    """
    config = config or Config()
    opened = Film(Path(film), config.film)
    try:
        models = make_models(config, detector=detector, classifiers=classifiers, offline=offline)
        if config.dialogue.read_text:
            from framesense.dialogue.text import TextReader

            reader = TextReader(min_score=config.dialogue.min_text_score)
            models = Models(models.detector, (*models.classifiers, reader))
        return Analysis(
            opened,
            config,
            models=models,
            splitter=make(config.split),
            hearing=Hearing(Path(film), config, offline=offline),
            thumbnails=thumbnails,
            on_progress=on_progress,
        )
    except BaseException:
        opened.close()
        raise


class Analysis:
    """A running analysis: an iterator of `ShotRecord`, in order. Made by `analyze`."""

    def __init__(
        self,
        film: Film,
        config: Config,
        *,
        models: Models,
        splitter: ShotSplitter,
        hearing: Hearing,
        thumbnails: Path | None,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.claimed_s = film.header.claimed_s  # how long the container says the film is
        self._film = film
        self._config = config
        self._splitter = splitter
        self._hearing = hearing
        self._named = models
        self._models = ModelThread(models, config)
        self._sampler = Sampler(config.sampling, lag_frames=splitter.lag_frames)
        self._look = LookMeter(config.look) if config.look.measure else None
        self._thumbnails = thumbnails
        self._on_progress = on_progress
        self._known: Sequence[ShotRecord] = ()
        self._records: list[ShotRecord] = []
        self._split_s = self._sample_s = self._look_s = self._total_s = 0.0
        self._sha256 = ""
        self._run = self._iterate()

    def __iter__(self) -> Iterator[ShotRecord]:
        return self

    def __next__(self) -> ShotRecord:
        return next(self._run)

    def __enter__(self) -> Analysis:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop, and let go of the film; safe at any moment, and to call twice."""
        self._run.close()
        self._models.close()
        self._hearing.close()
        self._film.close()

    def take_up(self, known: Sequence[ShotRecord]) -> None:
        """Before iterating: the first shots, as an earlier run of the same film, version and
        settings recorded them. The film is still read from its start, since seeking is not exact,
        but the models do not look at these shots again.
        """
        self._known = known

    def report(self) -> FilmReport:
        """The whole report; shots not yet iterated are worked off first."""
        for _ in self:
            pass
        facts = self._film.facts(sha256=self._sha256)
        records = tuple(self._records)
        tags = film_tags(records, duration_s=facts.duration_s)
        look = None
        if self._look:
            look = film_look(records, barcode=self._look.barcode(), config=self._config.look)
        return FilmReport(
            schema=SCHEMA,
            schema_version=SCHEMA_VERSION,
            film=facts,
            run=Run(
                version=__version__,
                config=self._config.as_dict(),
                models=self._model_facts(),
                device=self._named.detector.device,
                notes=self._notes(facts.duration_s),
                timings=self._timings(facts.frames_decoded, facts.duration_s),
            ),
            synopsis=synopsis(tags, look, shots=len(records), duration_s=facts.duration_s),
            tags=tags,
            look=look,
            scenes=scenes(records),
            shots=records,
        )

    def _iterate(self) -> Generator[ShotRecord, None, None]:
        started = time.perf_counter()
        with ThreadPoolExecutor(1, thread_name_prefix="framesense-hash") as hashing:
            sha256 = hashing.submit(_sha256, self._film.header.path)
            try:
                for record in self._work():
                    self._records.append(record)
                    yield record
            finally:
                self._models.close()
                self._hearing.close()
                self._film.close()
            self._sha256 = sha256.result()
        self._total_s = time.perf_counter() - started

    def _work(self) -> Iterator[ShotRecord]:
        shots = 0
        for frame in self._film.frames():
            for shot in self._watch(frame):
                yield from self._close(shot)
                shots += 1
            if frame.ordinal % _FRAMES_PER_PROGRESS == 0:
                self._tell(Progress(frame.ordinal + 1, frame.time_s, shots))
        end_pts = self._film.end_pts
        end_s = self._film.seconds(end_pts)
        for shot in self._splitter.flush(end_pts=end_pts, end_s=end_s):
            yield from self._close(shot)
            shots += 1
        self._tell(Progress(self._film.frames_decoded, end_s, shots))
        yield from self._models.finish()

    def _watch(self, frame: Frame) -> list[Shot]:
        """Show a frame to all that watch the film run by; the shots that are closed by it."""
        begun = time.perf_counter()
        self._sampler.push(frame)
        sampled = time.perf_counter()
        if self._look:
            self._look.push(frame)
        looked = time.perf_counter()
        closed = self._splitter.push(frame)
        self._sample_s += sampled - begun
        self._look_s += looked - sampled
        self._split_s += time.perf_counter() - looked
        return closed

    def _close(self, shot: Shot) -> Iterator[ShotRecord]:
        """Send a closed shot's samples to the models; give back the shots that are done."""
        begun = time.perf_counter()
        frames = self._sampler.close(shot)
        sampled = time.perf_counter()
        look = self._look.close(shot, frames) if self._look else None
        self._sample_s += sampled - begun
        self._look_s += time.perf_counter() - sampled
        closed = ClosedShot(
            shot=shot,
            samples=tuple(frame.sample for frame in frames),
            look=look,
            thumbnail=self._thumbnail(shot, frames),
        )
        known = self._known[shot.index] if shot.index < len(self._known) else None
        if known is not None and known.shot == shot:
            yield from self._models.take((), lambda _seen: known)
        else:
            yield from self._models.take(frames, partial(self._record, closed))

    def _record(self, closed: ClosedShot, seen: Sequence[Observation]) -> ShotRecord:
        return shot_record(closed, seen, self._hearing.heard, self._config)

    def _thumbnail(self, shot: Shot, frames: Sequence[SampledFrame]) -> str | None:
        if self._thumbnails is None or not frames:
            return None
        image = frames[len(frames) // 2].image
        side = self._config.report.thumbnail_side
        return write_thumbnail(self._thumbnails, shot.index, image, side=side)

    def _tell(self, progress: Progress) -> None:
        if self._on_progress:
            self._on_progress(progress)

    def _model_facts(self) -> tuple[ModelFacts, ...]:
        return (
            self._splitter.facts,
            *self._named.facts,
            *self._hearing.heard.models,
        )

    def _notes(self, duration_s: float) -> tuple[str, ...]:
        heard = self._hearing.heard
        late = outside(heard.lines, duration_s=duration_s)
        return (*heard.notes, late) if late else heard.notes

    def _timings(self, frames: int, film_s: float) -> Timings:
        return Timings(
            total_s=round(self._total_s, 3),
            decode_s=round(self._film.decode_s, 3),
            split_s=round(self._split_s, 3),
            sample_s=round(self._sample_s, 3),
            look_s=round(self._look_s, 3),
            detect_s=round(self._models.busy_s, 3),
            listen_s=round(self._hearing.heard.busy_s, 3),
            frames_per_s=round(frames / self._total_s, 1),
            realtime_factor=round(film_s / self._total_s, 2),
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
