"""Which device a model runs on: `auto`, `cpu`, `cuda` or `cuda:1`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from framesense.errors import DeviceError, UsageError


def checked(device: str) -> str:
    """The same name; raises UsageError when it is none that we know."""
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", device):
        raise UsageError(f"unknown device: {device}", remedy="known: auto, cpu, cuda, cuda:0, …")
    return device


def torch_device(device: str) -> str:
    """`cpu` or `cuda:i` for a model that torch runs.

    Raises UsageError for an unknown name, DeviceError for a GPU that is asked for and absent.
    """
    if checked(device) == "cpu" or (device == "auto" and not _driver()):
        return "cpu"
    import torch

    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if device == "auto" and not count:
        return "cpu"
    index = int(device.partition(":")[2] or 0)
    if index >= count:
        raise DeviceError(
            f"{device}: torch sees {count} CUDA devices",
            remedy="use --device cpu, or see what framesense doctor says",
        )
    return f"cuda:{index}"


def _driver() -> bool:
    """Whether there may be a GPU: a look at the driver's files, where torch takes seconds."""
    if sys.platform != "linux" or "torch" in sys.modules:
        return True
    return any(Path(f"/dev/{name}").exists() for name in ("nvidiactl", "kfd", "dxg"))


def cpu_only(device: str, *, model: str) -> str:
    """`cpu`; raises DeviceError when a GPU is asked for a model that has no way to use one."""
    if checked(device).startswith("cuda"):
        raise DeviceError(
            f"{model} runs on the CPU only",
            remedy="use --device cpu, or a --detector of ultralytics or torchvision",
        )
    return "cpu"


@contextmanager
def gpu_memory() -> Iterator[None]:
    """Where torch works: a full GPU becomes a DeviceError with the remedy."""
    import torch

    try:
        yield
    except torch.OutOfMemoryError as error:
        raise DeviceError(
            f"the GPU's memory is full ({error})".splitlines()[0],
            remedy="use a smaller --batch or --device cpu",
        ) from error
