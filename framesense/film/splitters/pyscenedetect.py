"""PySceneDetect's detectors, driven frame by frame from our own loop."""

from __future__ import annotations

from typing import Any

from framesense.film.splitters.change import Change
from framesense.film.splitters.shot_log import ShotLog
from framesense.records import Frame, Image, ModelFacts, Pts, Shot

FPS = 24.0
"""Any constant rate will do: the detectors count frames, and the shots' times are our own."""


class Detector:
    """One of the library's detectors, from images to ordinals of first frames of shots."""

    def __init__(self, detector: Any) -> None:
        from scenedetect import FrameTimecode

        self._detector = detector
        self._timecode = FrameTimecode
        self._frames = 0

    def push(self, image: Image) -> list[int]:
        """The cuts that are now certain, which may lie some frames back."""
        cuts = self._detector.process_frame(self._timecode(self._frames, FPS), image)
        self._frames += 1
        return [cut.frame_num for cut in cuts]

    def flush(self) -> list[int]:
        if not self._frames:
            return []
        cuts = self._detector.post_process(self._timecode(self._frames - 1, FPS))
        return [cut.frame_num for cut in cuts]


def adaptive_detector(*, threshold: float, min_content: float, min_frames: int) -> Detector:
    """Change between frames, as a multiple of the change around it."""
    from scenedetect.detectors import AdaptiveDetector

    return Detector(
        AdaptiveDetector(
            adaptive_threshold=threshold, min_content_val=min_content, min_scene_len=min_frames
        )
    )


def plain_detector(name: str) -> Detector:
    """`AdaptiveDetector`, `ContentDetector`, … with the library's own defaults."""
    import scenedetect.detectors

    return Detector(getattr(scenedetect.detectors, name)())


class PySceneDetectSplitter:
    """Hard cuts by one detector with its own defaults: what ours is to be compared with."""

    lag_frames = 32  # content's flash filter looks back 15 frames, adaptive's window 2

    def __init__(self, name: str) -> None:
        from importlib.metadata import version

        self.facts = ModelFacts(
            role="splitter",
            name=f"{name} of scenedetect {version('scenedetect-headless')}",
            sha256=None,
            licence="BSD-3-Clause",
        )
        self._detector = plain_detector(name)
        self._log = ShotLog(keep=2 * self.lag_frames)

    def push(self, frame: Frame) -> list[Shot]:
        self._log.note(frame)
        return self._close(self._detector.push(frame.small))

    def flush(self, *, end_pts: Pts, end_s: float) -> list[Shot]:
        shots = self._close(self._detector.flush())
        return shots + self._log.end(end_pts=end_pts, end_s=end_s)

    def _close(self, cuts: list[int]) -> list[Shot]:
        return [self._log.close(Change.cut(cut)) for cut in cuts if cut > self._log.open_since]
