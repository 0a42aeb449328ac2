"""The audio track, decoded once from start to end: its loudness, and its sound for the models.

FFmpeg's own filters do the work: `aresample` starts the track at the film's 00:00 and fills gaps
with silence, so that time is counted in samples; `ebur128` measures momentary loudness by ITU-R
BS.1770 in the film's own channels; the copy for the models is mixed down to 16 kHz mono.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framesense.dialogue.container import opened, origin_s, packets

Wave = NDArray[np.float32]
"""Sound, float32, (samples,), -1 to 1, mono at `RATE_HZ`."""

RATE_HZ = 16_000
LEVEL_STEP_S = 0.1
LEVEL_WINDOW_S = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A part of the track, following the one before without a gap."""

    wave: Wave
    levels: array[float]  # LUFS every `LEVEL_STEP_S`, each over the 400 ms that end with the step


def stretches(film: Path, *, seconds: float = 30.0) -> Iterator[Stretch]:
    """The film's audio in parts of about `seconds`; nothing where it has no audio track.

    What the decoder refuses is passed over, its time filled with silence. Raises InputError where
    the file cannot be opened.
    """
    import av

    with opened(film) as container:
        stream = container.streams.best("audio")
        if stream is None:
            return
        filters = None
        waves: list[Wave] = []
        levels = array("f")
        for packet in packets(container, stream):
            try:
                frames = packet.decode()
            except av.FFmpegError:
                continue
            for frame in frames:
                filters = filters or _Filters(stream, origin_s(container))
                filters.push(frame)
            if filters is None:
                continue
            waves += filters.waves()
            levels.extend(filters.levels())
            if sum(map(len, waves)) >= seconds * RATE_HZ:
                yield Stretch(np.concatenate(waves), levels)
                waves, levels = [], array("f")
        if filters is not None:
            filters.push(None)
            waves += filters.waves()
            levels.extend(filters.levels())
        if waves:
            yield Stretch(np.concatenate(waves), levels)


class _Filters:
    """FFmpeg's filter graph: audio frames in, mono sound and loudness levels out."""

    def __init__(self, stream: Any, origin: float) -> None:
        from av.filter import Graph

        graph = Graph()
        self._source = graph.add_abuffer(template=stream)
        first = round(origin * stream.rate)
        steady = graph.add("aresample", f"async=1:first_pts={first}")
        split = graph.add("asplit")
        mono = graph.add("aresample", f"osf=flt:osr={RATE_HZ}:ochl=mono:rematrix_maxval=1")
        meter = graph.add("ebur128", "metadata=1")
        self._sound, self._loudness = graph.add("abuffersink"), graph.add("abuffersink")
        self._source.link_to(steady)
        steady.link_to(split)
        split.link_to(mono, 0)
        split.link_to(meter, 1)
        mono.link_to(self._sound)
        meter.link_to(self._loudness)
        graph.configure()
        self._graph = graph  # lives as long as its filters are used

    def push(self, frame: Any) -> None:
        """None ends the track."""
        self._source.push(frame)

    def waves(self) -> list[Wave]:
        return [frame.to_ndarray().ravel() for frame in _pulled(self._sound)]

    def levels(self) -> list[float]:
        """LUFS; where the meter's rounding gives no number, after exact silence, -inf."""
        found = (frame.metadata.get("lavfi.r128.M") for frame in _pulled(self._loudness))
        levels = [float(level) for level in found if level is not None]
        return [-math.inf if math.isnan(level) else level for level in levels]


def _pulled(sink: Any) -> Iterator[Any]:
    """What has come out of a filter so far."""
    import av

    while True:
        try:
            yield sink.pull()
        except (av.BlockingIOError, av.EOFError):
            return
