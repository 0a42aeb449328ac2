"""The models' thread: full batches that span shots, answers in the order of the shots."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from framesense.config import Config
from framesense.pipeline.joining import named
from framesense.records import (
    Box,
    Detection,
    Image,
    ModelFacts,
    SampledFrame,
    ShotRecord,
    Sighting,
)
from framesense.tagging import Observation
from framesense.vision import (
    Classifier,
    Detector,
    Recogniser,
    make_classifiers,
    make_detector,
)
from framesense.vision.subjects import FAINT, crop, subjects

_BATCHES_IN_FLIGHT = 2

Finish = Callable[[Sequence[Observation]], ShotRecord]
"""Makes a shot's record once the models have seen its samples."""


@dataclass(frozen=True, slots=True)
class Models:
    """What looks at pictures; may serve many films."""

    detector: Detector
    classifiers: Sequence[Classifier]

    @property
    def facts(self) -> tuple[ModelFacts, ...]:
        return (self.detector.facts, *(item.facts for item in self.classifiers))


def make_models(
    config: Config,
    *,
    detector: Detector | None = None,
    classifiers: Sequence[Classifier] | None = None,
    offline: bool = False,
) -> Models:
    """Those that the settings name, where they are not given.

    Raises UsageError, InputError, AssetError, DeviceError.
    """
    if classifiers is None:
        classifiers = make_classifiers(config.classify, config.detect)
    if detector is None:
        detect = config.detect
        if recogniser_of(classifiers):
            detect = replace(detect, min_score=min(FAINT, detect.min_score))
        detector = make_detector(detect, offline=offline)
    return Models(detector, classifiers)


def recogniser_of(classifiers: Sequence[Classifier]) -> Recogniser | None:
    """The one that knows characters, and so is shown subjects as well as whole pictures."""
    for item in classifiers:
        if isinstance(item, Recogniser) and item.kind == "character":
            return item
    return None


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A shot whose samples are on their way through the models."""

    samples: int
    finish: Finish


class ModelThread:
    """Runs the models; bounded, so that a slow model slows the decoding down."""

    def __init__(self, models: Models, config: Config) -> None:
        self.busy_s = 0.0
        self._detector = models.detector
        self._recogniser = recogniser_of(models.classifiers)
        self._classifiers = [item for item in models.classifiers if item is not self._recogniser]
        self._batch = config.detect.batch
        self._crops = config.classify.crops
        self._min_score = config.detect.min_score
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
        sighted = self._sight(images, detections)
        named = [classifier.classify(images) for classifier in self._classifiers]
        self.busy_s += time.perf_counter() - begun
        return [
            Observation(
                sample=frame.sample,
                detections=tuple(item for item in found if item.score >= self._min_score),
                classifications=tuple(name for names in named for name in names[index]),
                sightings=tuple(sighted[index]),
            )
            for index, (frame, found) in enumerate(zip(frames, detections, strict=True))
        ]

    def _sight(
        self, images: Sequence[Image], detections: Sequence[Sequence[Detection]]
    ) -> list[list[Sighting]]:
        """Of each image: its subjects and its whole, all in one batch."""
        if self._recogniser is None:
            return [[] for _ in images]
        places: list[list[Box | None]] = [
            [*subjects(image, found)[: self._crops], None]
            for image, found in zip(images, detections, strict=True)
        ]
        views = [
            crop(image, box) if box else image
            for image, boxes in zip(images, places, strict=True)
            for box in boxes
        ]
        scores, looks = self._recogniser.recognise(views)
        seen = zip(scores.tolist(), looks, strict=True)
        return [
            [Sighting(box, tuple(p), look) for box, (p, look) in zip(boxes, seen, strict=False)]
            for boxes in places  # each takes as many of `seen` as it has boxes
        ]

    def _done(self, *, at_most_running: int) -> Iterator[ShotRecord]:
        while self._running and (len(self._running) > at_most_running or self._running[0].done()):
            self._seen.extend(self._running.popleft().result())
        while self._waiting and self._waiting[0].samples <= len(self._seen):
            shot = self._waiting.popleft()
            seen = [self._seen.popleft() for _ in range(shot.samples)]
            yield shot.finish(named(seen, self._recogniser) if self._recogniser else seen)
