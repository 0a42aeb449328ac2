"""The one place that knows all stages: a film goes in, shots with their tags come out.

Three threads. One decodes; the caller's splits and samples as it iterates; one runs the models on
batches that span shots. Both queues between them are bounded, so memory does not grow with the
film, and a caller who stops iterating stops the work.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from framesense import __version__
from framesense.config import Config
from framesense.film.decode import Film
from framesense.film.sampling import Sampler
from framesense.film.splitters import ShotSplitter, make
from framesense.records import (
    FilmReport,
    ModelFacts,
    Run,
    SampledFrame,
    Shot,
    ShotRecord,
    Timings,
)
from framesense.report.document import SCHEMA, SCHEMA_VERSION
from framesense.report.thumbnails import write_thumbnail
from framesense.tagging import Observation, film_tags, shot_tags
from framesense.vision import Classifier, Detector, make_detector

_BATCHES_IN_FLIGHT = 2
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
    classifiers: Sequence[Classifier] = (),
    splitter: ShotSplitter | None = None,
    thumbnails: Path | None = None,
    offline: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
) -> Analysis:
    """Analyse a film lazily: iterate the result for its shots, then ask it for the `report()`.

    film: path of the file; it is opened at once, and decoded as the result is iterated.
    detector, splitter: made from `config` where not given; a detector may serve many films.
    thumbnails: folder for one JPEG a shot, beside the report.
    offline: never fetch a missing model.

    Raises FilmError, AssetError, DeviceError, UsageError here; FilmError and OutputError later.
    """
    config = config or Config()
    opened = Film(Path(film), config.film)
    try:
        return Analysis(
            opened,
            config,
            detector=detector or make_detector(config.detect, offline=offline),
            classifiers=classifiers,
            splitter=splitter or make(config.split),
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
        detector: Detector,
        classifiers: Sequence[Classifier],
        splitter: ShotSplitter,
        thumbnails: Path | None,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.claimed_s = film.header.claimed_s  # how long the container says the film is
        self._film = film
        self._config = config
        self._detector = detector
        self._classifiers = tuple(classifiers)
        self._splitter = splitter
        self._known: Sequence[ShotRecord] = ()
        self._thumbnails = thumbnails
        self._on_progress = on_progress
        self._models = _ModelThread(detector, self._classifiers, batch=config.detect.batch)
        self._records: list[ShotRecord] = []
        self._split_s = self._sample_s = self._total_s = 0.0
        self._sha256 = ""
        self._run: Generator[ShotRecord, None, None] = self._iterate()

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
        return FilmReport(
            schema=SCHEMA,
            schema_version=SCHEMA_VERSION,
            film=facts,
            run=Run(
                version=__version__,
                config=self._config.as_dict(),
                models=self._model_facts(),
                device=self._detector.device,
                timings=self._timings(facts.frames_decoded, facts.duration_s),
            ),
            tags=film_tags(self._records, duration_s=facts.duration_s),
            shots=tuple(self._records),
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
                self._film.close()
            self._sha256 = sha256.result()
        self._total_s = time.perf_counter() - started

    def _work(self) -> Iterator[ShotRecord]:
        sampler = Sampler(self._config.sampling, lag_frames=self._splitter.lag_frames)
        clock = time.perf_counter
        shots = 0
        for frame in self._film.frames():
            begun = clock()
            sampler.push(frame)
            sampled = clock()
            closed = self._splitter.push(frame)
            self._sample_s += sampled - begun
            self._split_s += clock() - sampled
            shots += len(closed)
            for shot in closed:
                yield from self._close(shot, sampler)
            if self._on_progress and frame.ordinal % _FRAMES_PER_PROGRESS == 0:
                self._on_progress(Progress(frame.ordinal + 1, frame.time_s, shots))
        end_pts = self._film.end_pts
        last = self._splitter.flush(end_pts=end_pts, end_s=self._film.seconds(end_pts))
        for shot in last:
            yield from self._close(shot, sampler)
        if self._on_progress:
            end_s = self._film.seconds(end_pts)
            self._on_progress(Progress(self._film.frames_decoded, end_s, shots + len(last)))
        yield from self._models.finish()

    def _close(self, shot: Shot, sampler: Sampler) -> Iterator[ShotRecord]:
        """Send a closed shot's samples to the models; give back the shots that are done."""
        begun = time.perf_counter()
        known = self._known[shot.index] if shot.index < len(self._known) else None
        frames = sampler.close(shot)
        thumbnail = None
        if self._thumbnails is not None and frames:
            side = self._config.report.thumbnail_side
            image = frames[len(frames) // 2].image
            thumbnail = write_thumbnail(self._thumbnails, shot.index, image, side=side)
        self._sample_s += time.perf_counter() - begun
        if known is not None and known.shot == shot:
            yield from self._models.pass_by(known)
            return
        entry = _Entry(shot, tuple(frames), thumbnail, self._config)
        yield from self._models.take(entry)

    def _model_facts(self) -> tuple[ModelFacts, ...]:
        return (
            self._splitter.facts,
            self._detector.facts,
            *(classifier.facts for classifier in self._classifiers),
        )

    def _timings(self, frames: int, film_s: float) -> Timings:
        return Timings(
            total_s=round(self._total_s, 3),
            decode_s=round(self._film.decode_s, 3),
            split_s=round(self._split_s, 3),
            sample_s=round(self._sample_s, 3),
            detect_s=round(self._models.busy_s, 3),
            frames_per_s=round(frames / self._total_s, 1),
            realtime_factor=round(film_s / self._total_s, 2),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """A closed shot on its way through the models."""

    shot: Shot
    frames: tuple[SampledFrame, ...]
    thumbnail: str | None
    config: Config

    def record(self, seen: Sequence[Observation]) -> ShotRecord:
        return ShotRecord(
            shot=self.shot,
            samples=tuple(frame.sample for frame in self.frames),
            tags=shot_tags(seen, self.config.tags),
            thumbnail=self.thumbnail,
        )


class _ModelThread:
    """Runs the models on full batches in a thread of their own; keeps the shots' order."""

    def __init__(
        self, detector: Detector, classifiers: Sequence[Classifier], *, batch: int
    ) -> None:
        self.busy_s = 0.0
        self._detector = detector
        self._classifiers = classifiers
        self._batch = batch
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="framesense-models")
        self._gathering: list[SampledFrame] = []
        self._running: deque[Future[list[Observation]]] = deque()
        self._seen: deque[Observation] = deque()
        self._waiting: deque[_Entry | ShotRecord] = deque()

    def take(self, entry: _Entry) -> Iterator[ShotRecord]:
        """Queue a shot; wait for older batches only where too many run."""
        self._waiting.append(entry)
        for frame in entry.frames:
            self._gathering.append(frame)
            if len(self._gathering) == self._batch:
                self._submit()
        yield from self._done(at_most_running=_BATCHES_IN_FLIGHT)

    def pass_by(self, record: ShotRecord) -> Iterator[ShotRecord]:
        """Queue a shot that needs no models."""
        self._waiting.append(record)
        yield from self._done(at_most_running=_BATCHES_IN_FLIGHT)

    def finish(self) -> Iterator[ShotRecord]:
        """Work off all that is queued."""
        if self._gathering:
            self._submit()
        yield from self._done(at_most_running=0)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self) -> None:
        self._running.append(self._pool.submit(self._look, self._gathering))
        self._gathering = []

    def _look(self, frames: list[SampledFrame]) -> list[Observation]:
        begun = time.perf_counter()
        images = [frame.image for frame in frames]
        detections = self._detector.detect(images)
        named = [classifier.classify(images) for classifier in self._classifiers]
        self.busy_s += time.perf_counter() - begun
        return [
            Observation(
                sample=frame.sample,
                detections=tuple(found),
                classifications=tuple(name for names in named for name in names[index]),
            )
            for index, (frame, found) in enumerate(zip(frames, detections, strict=True))
        ]

    def _done(self, *, at_most_running: int) -> Iterator[ShotRecord]:
        while self._running and (len(self._running) > at_most_running or self._running[0].done()):
            self._seen.extend(self._running.popleft().result())
        while self._waiting:
            entry = self._waiting[0]
            if isinstance(entry, ShotRecord):
                yield entry
            elif len(entry.frames) <= len(self._seen):
                yield entry.record([self._seen.popleft() for _ in entry.frames])
            else:
                return
            self._waiting.popleft()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
