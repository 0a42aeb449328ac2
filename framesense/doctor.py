"""What a bug report needs, and what will not work on this machine."""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Literal

from framesense import assets
from framesense.vision import ssd

Severity = Literal["fine", "note", "fault"]

_CODECS = ("h264", "hevc", "av1", "vp8", "vp9", "mpeg2video", "mpeg4", "prores", "ffv1")
_ROOM_BYTES = 1_000_000_000  # a detector with room to spare


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    topic: str
    value: str
    severity: Severity = "fine"  # fault: something will not work
    remedy: str = ""


def examine(*, offline: bool = False) -> list[Finding]:
    """Look at everything; takes some seconds, changes and fetches nothing."""
    return [
        *_versions(),
        *_opencv(),
        *_devices(),
        *_codecs(),
        *_assets(offline=offline),
        *_cache(),
    ]


def _versions() -> Iterator[Finding]:
    yield Finding("framesense", metadata.version("framesense"))
    yield Finding("python", f"{platform.python_version()} on {platform.platform()}")
    told: set[str] = set()
    for requirement, extra in _requirements():
        name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        if name.startswith("opencv-") or name in told:
            continue  # any OpenCV will do, see below; and several extras may want one package
        told.add(name)
        try:
            yield Finding(name, metadata.version(name))
        except metadata.PackageNotFoundError:
            if extra:
                remedy = f"pip install 'framesense[{extra}]'"
                yield Finding(name, "not installed (optional)", "note", remedy)
            else:
                yield Finding(name, "not installed", "fault", f"pip install '{requirement}'")


def _requirements() -> Iterator[tuple[str, str]]:
    """Each requirement with the extra that wants it, or nothing where all do."""
    for line in metadata.requires("framesense") or []:
        requirement, _, marker = (part.strip() for part in line.partition(";"))
        extra = re.search(r"extra == ['\"](\w+)['\"]", marker)
        if extra is None:
            yield requirement, ""
        elif extra[1] not in {"all", "dev"}:
            yield requirement, extra[1]


def _opencv() -> Iterator[Finding]:
    """Two packages that both install `cv2` overwrite each other's files."""
    packages = sorted(set(metadata.packages_distributions().get("cv2", ())))
    if len(packages) > 1:
        keep = next((name for name in packages if "headless" in name), packages[0])
        remedy = f"pip uninstall {' '.join(packages)}, then pip install --force-reinstall {keep}"
        yield Finding("OpenCV", f"installed {len(packages)} times", "fault", remedy)
    try:
        import cv2  # a broken one fails only here

        yield Finding("OpenCV", f"{cv2.__version__} from {', '.join(packages)}")
    except ImportError as error:
        yield Finding("OpenCV", str(error), "fault", "pip install opencv-python-headless")


def _devices() -> Iterator[Finding]:
    try:
        import openvino

        core = openvino.Core()
        for name in core.available_devices:
            full = core.get_property(name, "FULL_DEVICE_NAME")
            yield Finding(f"OpenVINO {name}", f"{full}, {os.cpu_count()} cores")
    except (ImportError, RuntimeError) as error:
        remedy = "pip install --force-reinstall openvino"
        yield Finding("OpenVINO", str(error), "fault", remedy)
    yield from _cuda()


def _cuda() -> Iterator[Finding]:
    try:
        import torch
    except ImportError:
        return  # said among the versions
    except OSError as error:
        yield Finding("cuda", f"torch is broken: {error}", "fault", "reinstall torch")
        return
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            facts = torch.cuda.get_device_properties(index)
            yield Finding(f"cuda:{index}", f"{facts.name}, {facts.total_memory / 1e9:.0f} GB")
    elif shutil.which("nvidia-smi"):
        remedy = "install a torch built for your driver's CUDA, or use --device cpu"
        yield Finding("cuda", f"a driver, but not for torch {torch.__version__}", "note", remedy)
    else:
        yield Finding("cuda", "none; models run on the CPU")


def _codecs() -> Iterator[Finding]:
    try:
        import av
    except ImportError as error:
        yield Finding("FFmpeg", str(error), "fault", "pip install --force-reinstall av")
        return
    version = ".".join(map(str, av.library_versions["libavcodec"]))
    missing = [name for name in _CODECS if name not in av.codecs_available]
    remedy = "pip install --force-reinstall --only-binary=:all: av" if missing else ""
    yield Finding(
        "codecs",
        f"no {', '.join(missing)}" if missing else ", ".join(_CODECS),
        "fault" if missing else "fine",
        remedy,
    )
    yield Finding("libavcodec", version)


def _assets(*, offline: bool) -> Iterator[Finding]:
    offline = offline or assets.offline_by_environment()
    for asset in assets.ASSETS:
        state = assets.state(asset)
        get = f"framesense assets get {asset.name}"
        if state == "here":
            yield Finding(asset.name, f"{assets.find(asset)}")
        elif state == "damaged":
            where = assets.find(asset)
            yield Finding(asset.name, f"{where} is damaged", "fault", f"delete it and run: {get}")
        elif asset.name != ssd.NAME:
            yield Finding(asset.name, f"not here; {asset.purpose}", "note", get)
        elif offline:
            yield Finding(asset.name, "not here, and we are offline", "fault", get)
        else:
            yield Finding(asset.name, "not here; fetched at first use", "note", get)


def _cache() -> Iterator[Finding]:
    folder = assets.cache_folder()
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(existing).free
    value = f"{folder}: {size / 1e6:.0f} MB, {free / 1e9:.0f} GB free on its disk"
    remedy = "name another folder in FRAMESENSE_CACHE"
    if not (existing.is_dir() and os.access(existing, os.W_OK)):
        yield Finding("cache", f"{folder}: cannot be written", "fault", remedy)
    elif free < _ROOM_BYTES:
        yield Finding("cache", value, "note", f"free some space, or {remedy}")
    else:
        yield Finding("cache", value)
