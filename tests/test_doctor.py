"""The doctor says what a bug report needs, and when something will not work."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from framesense import assets
from framesense.doctor import Finding, examine


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FRAMESENSE_CACHE", str(tmp_path))
    monkeypatch.delenv("FRAMESENSE_OFFLINE", raising=False)
    monkeypatch.setattr(assets, "weights_folder", lambda: tmp_path / "weights")
    return tmp_path


def about(topic: str, *, offline: bool = False) -> list[Finding]:
    return [finding for finding in examine(offline=offline) if finding.topic == topic]


def test_it_names_versions_devices_codecs_weights_and_the_cache(cache: Path) -> None:
    topics = {finding.topic for finding in examine()}
    assert topics >= {"framesense", "python", "av", "numpy", "OpenCV", "cuda", "codecs", "cache"}
    assert topics >= {"OpenVINO CPU", "ssd-mobilenet-v2"}
    assert str(cache) in about("cache")[0].value


def test_missing_weights_are_a_fault_only_where_they_cannot_be_fetched() -> None:
    assert [finding.severity for finding in about("ssd-mobilenet-v2")] == ["note"]
    (finding,) = about("ssd-mobilenet-v2", offline=True)
    assert finding.severity == "fault"
    assert "framesense assets get ssd-mobilenet-v2" in finding.remedy


def test_damaged_weights_are_a_fault(cache: Path) -> None:
    (cache / assets.named("ssd-mobilenet-v2").file).write_bytes(b"torn")
    (finding,) = about("ssd-mobilenet-v2")
    assert finding.severity == "fault"
    assert "delete it" in finding.remedy


def test_two_packages_of_opencv_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    both = {"cv2": ["opencv-python", "opencv-python-headless"]}
    monkeypatch.setattr(metadata, "packages_distributions", lambda: both)
    clash, _ = about("OpenCV")
    assert clash.severity == "fault"
    assert "pip uninstall opencv-python opencv-python-headless" in clash.remedy


@pytest.mark.parametrize(("package", "severity"), [("opentimelineio", "fault"), ("torch", "note")])
def test_a_missing_package_is_a_fault_unless_it_is_optional(
    package: str, severity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = metadata.version

    def version(name: str) -> str:
        if name == package:
            raise metadata.PackageNotFoundError(name)
        return known(name)

    monkeypatch.setattr(metadata, "version", version)
    (finding,) = about(package)
    assert finding.severity == severity
    assert finding.remedy.startswith("pip install")


def test_a_missing_codec_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    import av

    monkeypatch.setattr(av, "codecs_available", av.codecs_available - {"hevc"})
    (finding,) = about("codecs")
    assert (finding.value, finding.severity) == ("no hevc", "fault")


def test_a_cache_that_cannot_be_written_is_a_fault(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cache / "file").touch()
    monkeypatch.setenv("FRAMESENSE_CACHE", str(cache / "file" / "cache"))
    (finding,) = about("cache")
    assert finding.severity == "fault"


def test_the_command_ends_with_1_when_something_will_not_work() -> None:
    command = [sys.executable, "-c", "from framesense.cli import main; main()", "doctor"]
    fine = subprocess.run(command, capture_output=True, text=True)
    assert fine.returncode == 0, fine.stdout + fine.stderr
    bad = subprocess.run([*command, "--offline"], capture_output=True, text=True)
    assert bad.returncode == 1
    assert "→ framesense assets get ssd-mobilenet-v2" in bad.stdout
    assert "will not work" in bad.stderr
