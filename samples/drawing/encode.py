"""Pictures and a tune into an MP4 that comes out the same on every run."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from drawing.camera import FPS, HEIGHT, WIDTH

CRF = 21


def encode(path: Path, pictures: Iterable[np.ndarray], tune: np.ndarray, rate: int) -> None:
    """Write RGB pictures (HEIGHT, WIDTH, 3) at FPS, and mono sound, float32 -1..1, (samples,)."""
    with av.open(str(path), "w", options={"fflags": "+bitexact", "movflags": "+faststart"}) as file:
        video = file.add_stream("libx264", rate=FPS)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.time_base = Fraction(1, FPS)
        video.options = {"crf": str(CRF), "preset": "slow", "threads": "1", "flags": "+bitexact"}
        sound = file.add_stream("aac", rate=rate, layout="mono", bit_rate=48_000)
        sound.options = {"flags": "+bitexact"}
        for k, image in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = k, Fraction(1, FPS)
            file.mux(video.encode(frame))
        file.mux(video.encode(None))
        for start in range(0, len(tune), 1024):
            block = av.AudioFrame.from_ndarray(tune[None, start : start + 1024], "fltp", "mono")
            block.sample_rate, block.pts = rate, start
            block.time_base = Fraction(1, rate)
            file.mux(sound.encode(block))
        file.mux(sound.encode(None))
