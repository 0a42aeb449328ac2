"""Where somebody speaks: Silero's voice activity model, run by OpenVINO.

The model is the block-wise export that the package silero-vad publishes (MIT): the probabilities
of its usual form, many windows a call, and it needs neither torch nor onnxruntime. Each window is
32 ms of sound with the 4 ms before it; state and context pass from block to block, so that a
stream may come in parts of any length.
"""

from __future__ import annotations

from array import array

import numpy as np

from framesense import assets
from framesense.dialogue.audio import RATE_HZ, Wave
from framesense.errors import AssetError
from framesense.records import ModelFacts

NAME = "silero-vad"
_WINDOW = 512  # samples
_CONTEXT = 64  # samples before the window
WINDOW_S = _WINDOW / RATE_HZ


class VoiceMeter:
    """Probability of speech for each 32 ms of a stream."""

    def __init__(self, *, offline: bool = False) -> None:
        """Raises AssetError where the model is missing, damaged or not to be had."""
        import openvino as ov

        asset = assets.named(NAME)
        path = assets.obtain(asset, offline=offline)
        core = ov.Core()
        try:
            self._model = core.compile_model(str(path), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        except RuntimeError as error:
            raise AssetError(f"{path}: OpenVINO cannot read it") from error
        self.facts = ModelFacts("voice", NAME, asset.sha256, asset.licence)
        self._hidden = np.zeros((1, 1, 128), np.float32)
        self._cell = np.zeros((1, 1, 128), np.float32)
        self._tail = np.zeros(_CONTEXT, np.float32)  # the context of the next window
        self._waiting = np.zeros(0, np.float32)  # less than a window

    def push(self, wave: Wave) -> array[float]:
        """Probabilities, 0 to 1, of the windows that are now whole."""
        sound = np.concatenate((self._waiting, wave))
        count = len(sound) // _WINDOW
        self._waiting = sound[count * _WINDOW :]
        if not count:
            return array("f")
        sound = np.concatenate((self._tail, sound[: count * _WINDOW]))
        self._tail = sound[-_CONTEXT:]
        windows = np.lib.stride_tricks.sliding_window_view(sound, _CONTEXT + _WINDOW)[::_WINDOW]
        outputs = self._model({"input": windows.copy(), "h": self._hidden, "c": self._cell})
        self._hidden, self._cell = outputs["hn"], outputs["cn"]
        return array("f", outputs["speech_probs"].ravel().tolist())
