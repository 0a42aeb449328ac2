"""On-screen text: a classifier that reads titles, signs and credits, by rapidocr on OpenVINO.

rapidocr carries its models (PP-OCRv6, Apache-2.0): Chinese, Japanese, English and other Latin
script. It fetches nothing, and needs no second OpenCV.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from framesense import assets
from framesense.dialogue.cards import card_of
from framesense.errors import DeviceError
from framesense.records import Box, Classification, Image, ModelFacts

_FEWEST = 3  # letters or digits; fewer are mostly lines of the drawing


class TextReader:
    """A `Classifier`: each row of text as kind `text`, with its box, and kind `card` with the
    label `title` or `credits` for the whole picture, where it is one.
    """

    def __init__(self, *, min_score: float = 0.8) -> None:
        """Raises DeviceError without framesense[text]."""
        try:
            import rapidocr
        except ImportError as error:
            raise DeviceError(
                f"reading on-screen text needs an optional package ({error})",
                remedy="pip install 'framesense[text]'",
            ) from error
        engine = rapidocr.EngineType.OPENVINO
        self._read = rapidocr.RapidOCR(
            params={
                "Det.engine_type": engine,
                "Rec.engine_type": engine,
                "Global.use_cls": False,  # whether a row is upside down
                "Global.text_score": min_score,
                "Global.log_level": "error",
            }
        )
        self.device = "cpu"
        self.facts = ModelFacts(
            "text",
            f"rapidocr {metadata.version('rapidocr')}",
            _digest(Path(rapidocr.__file__).parent / "models"),
            "Apache-2.0",
        )

    def classify(self, images: Sequence[Image]) -> list[list[Classification]]:
        """See `framesense.vision.Classifier`."""
        return [self._texts(image) for image in images]

    def _texts(self, image: Image) -> list[Classification]:
        height, width, _ = image.shape
        found = self._read(image)
        if found.txts is None:
            return []
        texts = []
        for label, score, corners in zip(found.txts, found.scores, found.boxes, strict=True):
            words = normalised(label)
            if _letters(words) >= _FEWEST:
                box = _box(corners, width=width, height=height)
                texts.append(Classification("text", words, float(score), box))
        card = card_of([text.box for text in texts if text.box])
        if card is not None:
            surest = max(text.score for text in texts)
            texts.append(Classification("card", card, surest))
        return sorted(texts, key=lambda text: -text.score)


def normalised(text: str) -> str:
    """NFKC, so that full-width letters are letters, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _letters(text: str) -> int:
    """Letters and digits; one as wide as an ideograph counts as two."""
    wide = (unicodedata.east_asian_width(char) in "WF" for char in text if char.isalnum())
    return sum(2 if is_wide else 1 for is_wide in wide)


def _box(corners: Any, *, width: int, height: int) -> Box:
    """The upright rectangle around four corners, (4, 2), px."""
    shares = np.clip(np.asarray(corners) / (width, height), 0.0, 1.0)
    x1, y1 = shares.min(axis=0).tolist()
    x2, y2 = shares.max(axis=0).tolist()
    return Box(x1, y1, x2, y2)


def _digest(models: Path) -> str | None:
    """Of the model that reads; the one that finds text comes with the same package."""
    weights = sorted(models.glob("*rec*.onnx"))
    return assets.sha256_of(weights[0]) if weights else None
