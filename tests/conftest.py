"""What tests share. Things a user's machine may lack are skipped there, and fail where CI has them:
`FRAMESENSE_REQUIRE=shared,browser` names what must be there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def require(name: str, present: bool, reason: str) -> None:
    """Skip for want of `name`, or fail where it is promised."""
    if present:
        return
    if name in os.environ.get("FRAMESENSE_REQUIRE", "").split(","):
        pytest.fail(f"promised but absent: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of films, images and weights that are never committed."""
    folder = ROOT.parent / "shared"
    require("shared", (folder / "films").is_dir(), "no ../shared beside the checkout")
    return folder


@pytest.fixture(scope="session")
def sample() -> Path:
    """Our own sample film."""
    return ROOT / "samples" / "fallen_star.mp4"


@pytest.fixture
def limited_file_size() -> Iterator[None]:
    """No file can grow over 64 KiB: writing fails as on a full disk, inside the kernel."""
    import resource
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)
