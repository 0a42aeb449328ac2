"""On-screen text: what is read, where, and which pictures are cards."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from framesense.config import Config, DialogueConfig
from framesense.dialogue.cards import card_of, text_rows
from framesense.dialogue.text import TextReader, normalised
from framesense.dialogue.transcribe import Transcriber
from framesense.errors import DeviceError
from framesense.pipeline import analyze
from framesense.records import Box, Image
from tests.conftest import require


def row(y: float, *, x: float = 0.5, width: float = 0.4, height: float = 0.05) -> Box:
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


class TestCards:
    @pytest.mark.parametrize(
        ("texts", "card"),
        [
            ([], None),
            ([row(0.5)], "title"),
            ([row(0.45), row(0.55, width=0.2)], "title"),
            ([row(0.1 * n) for n in range(2, 8)], "credits"),
            ([row(0.1 * n, x=0.2, width=0.3) for n in range(2, 8)], "credits"),
            ([row(0.9)], None),  # a subtitle
            ([row(0.5, x=0.2)], None),  # a sign
            ([row(0.4), row(0.6, x=0.8)], None),
        ],
    )
    def test_follow_from_the_boxes(self, texts: list[Box], card: str | None) -> None:
        assert card_of(texts) == card

    def test_boxes_side_by_side_are_one_row(self) -> None:
        left, right = row(0.5, x=0.4, width=0.1), row(0.51, x=0.6, width=0.1)
        (joined,) = text_rows([right, left])
        assert (joined.x1, joined.y1, joined.x2, joined.y2) == pytest.approx(
            (0.35, 0.475, 0.65, 0.535)
        )
        assert card_of([left, right]) == "title"


def test_text_is_normalised() -> None:
    assert normalised("  ＳＩＮＴＥＬ \n　two ") == "SINTEL two"


@pytest.fixture(scope="module")
def reader() -> TextReader:
    try:
        import rapidocr  # noqa: F401
    except ImportError:
        require("text", False, "framesense[text] is not installed")
    return TextReader()


def picture(*texts: tuple[str, int, int]) -> Image:
    """White text on dark blue, 640×360; each with the left end of its base line, px."""
    image = np.full((360, 640, 3), (60, 20, 10), np.uint8)
    for text, x, y in texts:
        cv2.putText(image, text, (x, y), cv2.FONT_HERSHEY_DUPLEX, 1.5, (255, 255, 255), 2, 16)
    return image


class TestTextReader:
    def test_reads_words_and_boxes_them(self, reader: TextReader) -> None:
        (found,) = reader.classify([picture(("HARBOUR", 40, 100))])
        (text,) = found
        assert (text.kind, text.label) == ("text", "HARBOUR") and text.score > 0.9
        assert text.box is not None
        assert (text.box.x1, text.box.y2) == pytest.approx((40 / 640, 100 / 360), abs=0.05)

    def test_marks_a_title_card(self, reader: TextReader) -> None:
        (found,) = reader.classify([picture(("The Fox", 210, 190))])
        assert {(text.kind, text.label) for text in found} == {
            ("text", "The Fox"),
            ("card", "title"),
        }

    def test_sees_nothing_in_black_tiny_and_single_letters(self, reader: TextReader) -> None:
        images = [
            np.zeros((360, 640, 3), np.uint8),
            np.zeros((8, 8, 3), np.uint8),
            picture(("X", 300, 190)),
        ]
        assert reader.classify(images) == [[], [], []]

    def test_says_what_it_is(self, reader: TextReader) -> None:
        assert reader.facts.role == "text" and reader.facts.licence == "Apache-2.0"
        assert reader.facts.sha256 is not None and reader.device == "cpu"


@pytest.mark.parametrize(
    ("package", "extra", "make"),
    [
        ("rapidocr", "text", TextReader),
        ("faster_whisper", "transcribe", lambda: Transcriber(DialogueConfig())),
    ],
)
def test_a_missing_package_is_one_line_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, package: str, extra: str, make: Callable[[], object]
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(DeviceError, match=rf"pip install 'framesense\[{extra}\]'$"):
        make()


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def test_the_trailers_titles_are_read_and_its_pictures_have_none(
    reader: TextReader, shared: Path
) -> None:
    """Three title shots and one of credits; every word that the truth spells out."""
    with (shared / "films" / "sintel_trailer-720p.shots.csv").open() as file:
        truth = [row for row in csv.DictReader(file) if row["text"]]
    config = Config().changed("detect", detector="none").changed("sampling", max_per_shot=1)
    with analyze(
        shared / "films" / "sintel_trailer-720p.mp4", config=config, classifiers=[reader]
    ) as analysis:
        records = list(analysis)
    for title in truth:
        first, last = int(title["start_frame"]), int(title["end_frame"])
        shown = max(
            records,
            key=lambda record: (
                min(last, record.shot.end_frame) - max(first, record.shot.start_frame)
            ),
        )
        read = words(" ".join(tag.label for tag in shown.tags if tag.kind == "text"))
        assert words(title["text"].replace("...", "")) <= read
        cards = [tag.label for tag in shown.tags if tag.kind == "card"]
        assert cards == ["credits" if title["kind"] == "credits" else "title"]
    with_text = [record for record in records if any(tag.kind == "text" for tag in record.tags)]
    assert len(with_text) == len(truth)
