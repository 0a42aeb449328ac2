"""Decode a film once, in order, in its own thread, with exact times.

Ordinals are counted here; times are the file's own presentation timestamps. Nothing seeks, and
nothing believes the container's frame count.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

from framesense.config import FilmConfig
from framesense.errors import FilmError
from framesense.film.media import Header, open_film, video_stream
from framesense.film.picture import DecodedPicture, Geometry, Scaler
from framesense.records import FilmFacts, Frame

_HANDOVER = 4  # frames that change threads at once: the change costs more than a small frame
_QUEUE_BYTES = 256 * 2**20  # decoded pictures that may wait, whatever their size
_USUAL_RATES = [Fraction(n) for n in (12, 15, 24, 25, 30, 48, 50, 60, 120)] + [
    Fraction(n * 1000, 1001) for n in (24, 30, 48, 60, 120)
]


@dataclass(slots=True)
class Tally:
    """What decoding has shown so far."""

    frames: int = 0
    packets_corrupt: int = 0
    pixel_format: str = ""
    geometry: Geometry | None = None
    first_pts: int = 0
    last_pts: int = 0
    last_duration: int = 0
    busy_s: float = 0.0
    steps: dict[int, int] = field(default_factory=dict)  # ticks between frames -> how often


class Film:
    """A film open for one sequential reading.

    >>> with Film(Path("film.mp4")) as film:  # doctest: +SKIP
    ...     for frame in film.frames():
    ...         ...
    ...     facts = film.facts(sha256="…")

    Raises FilmError, on opening, for what is not a readable film; on iterating, where not one
    frame can be decoded.
    """

    def __init__(self, path: Path, config: FilmConfig | None = None) -> None:
        self._config = config or FilmConfig()
        self._container, self.header = open_film(path)
        self._tally = Tally()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Film:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop decoding and let go of the file; safe to call twice."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._container.close()

    @property
    def decode_s(self) -> float:
        """Seconds that the decoding thread has been busy, its waits left out."""
        return self._tally.busy_s

    @property
    def frames_decoded(self) -> int:
        return self._tally.frames

    @property
    def end_pts(self) -> int:
        """When the last frame decoded so far ends, in ticks from the film's origin."""
        return self._tally.last_pts + self._tally.last_duration

    def seconds(self, pts: int) -> float:
        base = self.header.time_base
        return pts * base.numerator / base.denominator  # rounds once, as the fraction would

    def frames(self) -> Iterator[Frame]:
        """The film's frames in order of presentation; may be iterated once."""
        waiting: queue.Queue[Any] = queue.Queue(maxsize=max(1, self._room() // _HANDOVER))
        self._thread = threading.Thread(
            target=self._decode_into, args=(waiting,), name="framesense-decode", daemon=True
        )
        self._thread.start()
        try:
            while (item := waiting.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield from item
        finally:
            self._stop.set()
        if not self._tally.frames:
            raise FilmError(
                f"{self.header.path}: no frame of its {self.header.codec} video can be decoded",
                remedy="the file is damaged or cut short; fetch or export it again",
            )

    def facts(self, *, sha256: str) -> FilmFacts:
        """What the file is, once its frames have been read."""
        header, tally = self.header, self._tally
        assert tally.geometry is not None
        duration_s = self.seconds(self.end_pts - tally.first_pts)
        fps = _nominal_rate(header, tally)
        return FilmFacts(
            path=os.fsencode(header.path).decode(
                errors="replace"
            ),  # JSON is UTF-8, names need not be
            sha256=sha256,
            size_bytes=header.size_bytes,
            container=header.container,
            codec=header.codec,
            pixel_format=tally.pixel_format,
            width=tally.geometry.width,
            height=tally.geometry.height,
            rotation_deg=tally.geometry.rotation_deg,
            fps=fps,
            time_base=header.time_base,
            duration_s=duration_s,
            frames_decoded=tally.frames,
            packets_corrupt=tally.packets_corrupt,
            truncated=_truncated(header, duration_s),
            variable_frame_rate=_is_variable(tally.steps, 1 / (fps * header.time_base)),
            audio=header.audio,
            subtitles=header.subtitles,
        )

    def _room(self) -> int:
        """Frames that may wait: fewer where they are large."""
        context = video_stream(self._container).codec_context
        frame_bytes = max(1, context.width * context.height * 3)
        return int(max(2, min(self._config.queue_frames, _QUEUE_BYTES // frame_bytes)))

    def _decode_into(self, waiting: queue.Queue[Any]) -> None:
        """The decoding thread: it decodes and makes the small frames, and nothing else."""
        scaler = Scaler(self._config.small_side)
        last: BaseException | None = None
        made: list[Frame] = []
        clock = time.perf_counter()
        try:
            for raw in self._raw_frames():
                made.append(self._frame(raw, scaler))
                if len(made) == _HANDOVER:
                    self._tally.busy_s += time.perf_counter() - clock
                    if not self._put(waiting, made):
                        return
                    made, clock = [], time.perf_counter()
        except BaseException as error:
            last = error
        self._put(waiting, made)
        self._put(waiting, last)

    def _put(self, waiting: queue.Queue[Any], item: object) -> bool:
        """Hand on, unless the reader has gone."""
        while not self._stop.is_set():
            try:
                waiting.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def _frame(self, raw: Any, scaler: Scaler) -> Frame:
        tally = self._tally
        pts = self._pts(raw)
        tally.geometry = geometry = Geometry.of(raw, self.header.pixel_aspect)
        tally.pixel_format = raw.format.name
        tally.frames += 1
        return Frame(
            ordinal=tally.frames - 1,
            pts=pts,
            time_s=self.seconds(pts),
            small=scaler.small(raw, geometry),
            picture=DecodedPicture(raw, geometry),
        )

    def _raw_frames(self) -> Iterator[Any]:
        """Decoded AVFrames; packets that the decoder refuses are counted and passed over."""
        import av

        stream = video_stream(self._container)
        stream.thread_type = "AUTO"
        packets = self._container.demux(stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.FFmpegError:  # the container itself breaks off here
                self._tally.packets_corrupt += 1
                yield from _drain(stream)
                return
            if packet.is_corrupt:
                self._tally.packets_corrupt += 1
            try:
                yield from packet.decode()
            except av.FFmpegError:
                self._tally.packets_corrupt += 1

    def _pts(self, raw: Any) -> int:
        """Ticks from the origin; made up from the frame before where the file gives none."""
        tally, header = self._tally, self.header
        given = raw.pts if raw.pts is not None else raw.dts
        usual = tally.last_duration or _ticks_per_frame(header)
        pts = tally.last_pts + usual if given is None else given - header.origin_pts
        if tally.frames == 0:
            pts = 0 if given is None else pts
            tally.first_pts = pts
        else:
            pts = max(pts, tally.last_pts + 1)  # a clock that stands still or jumps back
            step = pts - tally.last_pts
            tally.steps[step] = tally.steps.get(step, 0) + 1
        tally.last_pts = pts
        tally.last_duration = raw.duration or _usual_step(tally.steps) or _ticks_per_frame(header)
        return pts


def _drain(stream: Any) -> Iterator[Any]:
    import av

    try:
        yield from stream.codec_context.decode(None)
    except av.FFmpegError:
        return


def _ticks_per_frame(header: Header) -> int:
    return max(1, round(1 / ((header.fps or Fraction(24)) * header.time_base)))


def _usual_step(steps: dict[int, int]) -> int:
    return max(steps, key=lambda step: steps[step]) if steps else 0


def _nominal_rate(header: Header, tally: Tally) -> Fraction:
    """The claimed rate where the timestamps agree with it, else their own; snapped to a usual one.

    Containers write 24 as 54000000/2249999, and timestamps in milliseconds jitter.
    """
    span_s = (tally.last_pts - tally.first_pts) * header.time_base
    measured = (tally.frames - 1) / span_s if tally.frames > 1 and span_s > 0 else None
    rate = header.fps or measured or Fraction(24)
    if measured and abs(rate / measured - 1) > Fraction(1, 20):
        rate = measured
    near = min(_USUAL_RATES, key=lambda usual: abs(usual / rate - 1))
    return near if abs(near / rate - 1) < Fraction(1, 5000) else rate.limit_denominator(1001)


def _is_variable(steps: dict[int, int], nominal: Fraction) -> bool:
    """More than one frame in a hundred is off the nominal step by over a tick and a tenth of it."""
    total = sum(steps.values())
    off = sum(n for step, n in steps.items() if abs(step - nominal) > 1 + nominal / 10)
    return total > 0 and off > total / 100


def _truncated(header: Header, duration_s: float) -> bool:
    """Over a second, and over a hundredth, is missing from what the container claims.

    A container's duration may be that of a subtitle track, so it counts only without one.
    """
    if header.claimed_s is None or header.subtitles:
        return False
    return header.claimed_s - duration_s > max(1.0, header.claimed_s / 100)
