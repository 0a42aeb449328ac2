"""A film file, opened: what its container says, before anything is decoded."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from framesense.errors import FilmError
from framesense.records import AudioTrack, SubtitleTrack

if TYPE_CHECKING:
    from av.container import InputContainer

_MAX_SIDE_PX = 16384  # larger claims come from damaged headers


@dataclass(frozen=True, slots=True)
class Header:
    """What the container says. Its frame counts and durations are claims, not facts."""

    path: Path
    size_bytes: int
    container: str
    codec: str
    fps: Fraction | None  # claimed average rate
    time_base: Fraction
    pixel_aspect: Fraction  # width / height of a stored pixel
    origin_pts: int  # ticks: where the container starts, over all its streams
    claimed_s: float | None  # claimed duration
    audio: tuple[AudioTrack, ...]
    subtitles: tuple[SubtitleTrack, ...]


def open_film(path: Path) -> tuple[InputContainer, Header]:
    """Open for decoding. Raises FilmError, with the remedy, for what is not a readable film."""
    _check_file(path)
    import av

    # Leave `av.logging` alone: it is silent as it is, and once its level is set FFmpeg's threads
    # need the GIL, which deadlocks when a film is closed half read.
    try:
        # protocol_whitelist: a playlist renamed .mp4 must not make us open other files or hosts.
        container = av.open(str(path), options={"protocol_whitelist": "file"})
    except (av.FFmpegError, ValueError, OSError) as error:
        raise _not_a_film(path, error) from error
    try:
        return container, _read_header(container, path)
    except BaseException:
        container.close()
        raise


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise FilmError(f"{path}: is a folder", remedy="name a film file in it")
    if path.exists() and not path.is_file():
        raise FilmError(f"{path}: is not a file on a disk", remedy="save the film to one first")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except FileNotFoundError as error:
        raise FilmError(f"{path}: no such file", remedy="check the path") from error
    except PermissionError as error:
        raise FilmError(f"{path}: no permission to read it", remedy="chmod +r it") from error
    except OSError as error:
        raise FilmError(f"{path}: cannot be read ({error.strerror})") from error
    if empty:
        raise FilmError(f"{path}: is empty", remedy="copy or download it again")


def _not_a_film(path: Path, error: Exception) -> FilmError:
    reason = getattr(error, "strerror", None) or str(error)
    return FilmError(
        f"{path}: not a film that FFmpeg can open ({reason})",
        remedy="check that it is a complete video file; a cut download must be fetched again",
    )


def _read_header(container: InputContainer, path: Path) -> Header:
    videos = [stream for stream in container.streams.video if not _is_cover(stream)]
    if not videos:
        kind = "has audio only" if container.streams.audio else "has no video"
        raise FilmError(f"{path}: {kind}", remedy="name a file with a video track")
    stream = videos[0]
    context = stream.codec_context
    if context is None:
        raise FilmError(f"{path}: its video codec is unknown to FFmpeg", remedy="convert it first")
    if max(context.width, context.height) > _MAX_SIDE_PX:
        raise FilmError(
            f"{path}: claims pictures of {context.width}x{context.height} px",
            remedy=f"at most {_MAX_SIDE_PX} px a side are read; scale it down first",
        )
    time_base = stream.time_base or Fraction(1, 90_000)
    return Header(
        path=path,
        size_bytes=path.stat().st_size,
        container=container.format.name.split(",")[0],
        codec=context.name,
        fps=stream.average_rate or stream.guessed_rate or None,
        time_base=time_base,
        pixel_aspect=_pixel_aspect(stream),
        origin_pts=_origin(container, stream, time_base),
        claimed_s=_claimed_s(container, stream, time_base),
        audio=tuple(_audio(stream) for stream in container.streams.audio),
        subtitles=tuple(_subtitle(stream) for stream in container.streams.subtitles),
    )


def video_stream(container: InputContainer) -> Any:
    """The film's picture: the first video stream that is not a cover image."""
    return next(stream for stream in container.streams.video if not _is_cover(stream))


def _is_cover(stream: Any) -> bool:
    from av.stream import Disposition

    return Disposition.attached_pic in stream.disposition


def _pixel_aspect(stream: Any) -> Fraction:
    aspect = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio
    return aspect if aspect and Fraction(1, 10) <= aspect <= 10 else Fraction(1)


def _origin(container: InputContainer, stream: Any, time_base: Fraction) -> int:
    """Ticks at which players show 00:00: the container's start, as FFmpeg itself rebases."""
    if container.start_time is None:
        return stream.start_time or 0
    start = Fraction(container.start_time, 1_000_000)
    if stream.start_time is not None and abs(stream.start_time * time_base - start) < Fraction(
        2, 1_000_000
    ):
        return int(stream.start_time)  # the same moment, without the rounding to microseconds
    return round(start / time_base)


def _claimed_s(container: InputContainer, stream: Any, time_base: Fraction) -> float | None:
    if stream.duration:
        return float(stream.duration * time_base)
    return container.duration / 1_000_000 if container.duration else None


def _audio(stream: Any) -> AudioTrack:
    return AudioTrack(
        index=stream.index,
        codec=stream.codec_context.name if stream.codec_context else "unknown",
        channels=getattr(stream, "channels", 0) or 0,
        sample_rate_hz=getattr(stream, "sample_rate", 0) or 0,
        language=stream.language,
    )


_PICTURE_SUBTITLES = {"dvd_subtitle", "dvdsub", "hdmv_pgs_subtitle", "pgssub", "dvb_subtitle",
                      "dvbsub", "xsub"}  # fmt: skip


def _subtitle(stream: Any) -> SubtitleTrack:
    codec = stream.codec_context.name if stream.codec_context else "unknown"
    return SubtitleTrack(
        index=stream.index,
        codec=codec,
        text=codec not in _PICTURE_SUBTITLES,
        language=stream.language,
    )
