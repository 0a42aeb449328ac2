"""Fakes and film factories, for tests of framesense and of what is built on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from framesense.records import Box, Classification, Detection, Image, ModelFacts

# ---- films: real files, encoded by FFmpeg ----


def write_film(
    path: Path,
    images: Iterable[Image],
    *,
    fps: Fraction | int = 24,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    container: str | None = None,
    container_options: dict[str, str] | None = None,
    codec_options: dict[str, str] | None = None,
    pts_ms: Sequence[int] | None = None,
    clockwise_deg: int = 0,
    pixel_aspect: Fraction | int = 1,
    tone_s: float = 0.0,
) -> Path:
    """Encode BGR images of one size as a film.

    pts_ms: a presentation time in milliseconds for each image, for a variable rate.
    clockwise_deg: how players are told to turn the picture.
    tone_s: seconds of a 440 Hz tone as audio track, 0 for none.
    """
    import av

    with av.open(str(path), "w", format=container, options=container_options or {}) as out:
        stream: Any = None
        sound: Any = None
        for index, image in enumerate(images):
            if stream is None:
                stream = out.add_stream(codec, rate=Fraction(fps), options=codec_options or {})
                stream.height, stream.width = image.shape[:2]
                stream.pix_fmt = pixel_format
                if pts_ms is not None:
                    stream.codec_context.time_base = Fraction(1, 1000)
                if pixel_aspect != 1:
                    stream.sample_aspect_ratio = Fraction(pixel_aspect)
                if clockwise_deg:
                    stream.set_display_rotation(-clockwise_deg)
                if tone_s:
                    sound = out.add_stream("aac", rate=44_100, layout="mono")
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="bgr24")
            frame.pts = index if pts_ms is None else pts_ms[index]
            frame.time_base = Fraction(1, 1000) if pts_ms is not None else 1 / Fraction(fps)
            out.mux(stream.encode(frame))
        if stream is not None:
            out.mux(stream.encode(None))
        if sound is not None:
            for tone in _tone(tone_s):
                out.mux(sound.encode(tone))
            out.mux(sound.encode(None))
    return path


def _tone(seconds: float) -> Iterator[Any]:
    import av

    rate, block = 44_100, 1024
    for start in range(0, int(seconds * rate), block):
        wave = np.sin(2 * np.pi * 440 * np.arange(start, start + block) / rate)
        samples = (wave * 0.2).astype(np.float32)[None]
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield frame


def scene(seed: int, frames: int, *, width: int = 160, height: int = 96) -> Iterator[Image]:
    """One made-up shot: a still, coloured background (one for each seed) and a moving disc."""
    random = np.random.default_rng(seed)
    coarse = random.integers(30, 226, (4, 6, 3), dtype=np.uint8)
    background = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    colour = [int(level) for level in random.integers(0, 256, 3)]
    for index in range(frames):
        image = background.copy()
        x = int(width * (0.2 + 0.6 * index / max(1, frames - 1)))
        cv2.circle(image, (x, height // 2), height // 6, colour, -1, cv2.LINE_AA)
        yield image


def scenes(lengths: Sequence[int], *, width: int = 160, height: int = 96) -> Iterator[Image]:
    """Shots of these lengths in frames, one after another by hard cuts."""
    for seed, frames in enumerate(lengths):
        yield from scene(seed, frames, width=width, height=height)


# ---- models: what they say follows from an image's mean colour ----

_NAMES_BY_CHANNEL = ("bird", "potted plant", "person")  # blue, green, red


class FakeDetector:
    """A `Detector` that needs no weights: one box in the middle, named by the strongest colour.

    Blue is a bird, green a potted plant, red a person; the score is that channel's share of the
    light, so a grey image scores 1/3 and a black one shows nothing.
    """

    def __init__(self, *, name: str = "fake") -> None:
        self.facts = ModelFacts("detector", name, None, "Apache-2.0")
        self.device = "cpu"

    def detect(self, images: Sequence[Image]) -> list[list[Detection]]:
        """See `framesense.vision.Detector`."""
        middle = Box(0.25, 0.25, 0.75, 0.75)
        return [[Detection(label, score, middle) for label, score in _seen(i)] for i in images]


class FakeClassifier:
    """A `Classifier` that needs no weights: names the whole image as `FakeDetector` does."""

    def __init__(self, *, kind: str = "character") -> None:
        self.facts = ModelFacts("classifier", "fake", None, "Apache-2.0")
        self.device = "cpu"
        self._kind = kind

    def classify(self, images: Sequence[Image]) -> list[list[Classification]]:
        """See `framesense.vision.Classifier`."""
        return [[Classification(self._kind, *named) for named in _seen(i)] for i in images]


class FakeRecogniser:
    """A `Recogniser` that needs no weights: the probabilities are the channels' shares of light."""

    def __init__(self, *, kind: str = "character", several: bool = False) -> None:
        self.facts = ModelFacts("classifier", f"fake-{kind}", None, "Apache-2.0")
        self.device = "cpu"
        self.kind = kind
        self.labels = _NAMES_BY_CHANNEL
        self.several = several
        self.threshold = 0.5

    def classify(self, images: Sequence[Image]) -> list[list[Classification]]:
        """See `framesense.vision.Classifier`."""
        return [
            [
                Classification(self.kind, label, score)
                for label, score in sorted(
                    zip(self.labels, row, strict=True), key=lambda pair: -pair[1]
                )
                if score >= self.threshold
            ]
            for row in self.recognise(images)[0].tolist()
        ]

    def recognise(self, images: Sequence[Image]) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
        """See `framesense.vision.Recogniser`; an embedding is the mean colour's direction."""
        light = np.array([image.mean(axis=(0, 1)) for image in images]).reshape(-1, 3)
        shares = light / np.maximum(light.sum(axis=1, keepdims=True), 1e-9)
        lengths = np.maximum(np.linalg.norm(light, axis=1, keepdims=True), 1e-9)
        return shares, (light / lengths).astype(np.float32)


def _seen(image: Image) -> list[tuple[str, float]]:
    """Name and score of the strongest channel; nothing in a black image."""
    light = image.mean(axis=(0, 1))
    channel = int(light.argmax())
    if not light[channel]:
        return []
    return [(_NAMES_BY_CHANNEL[channel], float(light[channel] / light.sum()))]
