"""The models' thread: full batches that span shots, answers in the order of the shots."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from framesense.records import SampledFrame, ShotRecord
from framesense.tagging import Observation
from framesense.vision import Classifier, Detector

_BATCHES_IN_FLIGHT = 2

Finish = Callable[[Sequence[Observation]], ShotRecord]
"""Makes a shot's record once the models have seen its samples."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A shot whose samples are on their way through the models."""

    samples: int
    finish: Finish


class ModelThread:
    """Runs the models; bounded, so that a slow model slows the decoding down."""

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
        self._waiting: deque[_Waiting] = deque()

    def take(self, frames: Sequence[SampledFrame], finish: Finish) -> Iterator[ShotRecord]:
        """Queue a shot's samples; give back the records that are done, waiting only for older
        batches, and only where too many run.
        """
        self._waiting.append(_Waiting(len(frames), finish))
        for frame in frames:
            self._gathering.append(frame)
            if len(self._gathering) == self._batch:
                self._submit()
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
        while self._waiting and self._waiting[0].samples <= len(self._seen):
            shot = self._waiting.popleft()
            yield shot.finish([self._seen.popleft() for _ in range(shot.samples)])
