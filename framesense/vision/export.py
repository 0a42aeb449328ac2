"""A trained network on the GPU, in ONNX and OpenVINO, colours and ranges included.

Uint8 BGR squares in; logits, and the features that they are read from, out.
"""

from __future__ import annotations

import contextlib
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framesense import assets
from framesense.atomic import unwritable, write_atomically
from framesense.vision.device import gpu_memory

Answers = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Logits (n, classes) and features (n, width)."""

Run = Callable[[NDArray[np.uint8]], Answers]
"""From squares (n, side, side, 3)."""


def save_onnx(network: Any, side: int, path: Path) -> None:
    """Write `path`: (n, side, side, 3) uint8 BGR → logits (n, classes) and features (n, width),
    float32. Raises OutputError."""
    import torch

    whole, example, any_number = _whole(network, side)
    with warnings.catch_warnings(action="ignore"):  # torch's, of its own parts to come
        program = torch.onnx.export(
            whole,
            (example,),
            input_names=["pixels"],
            output_names=["logits", "features"],
            dynamic_shapes=any_number,
            dynamo=True,
            verbose=False,
        )
    write_atomically(path, program.model_proto.SerializeToString())


def as_openvino(network: Any, side: int) -> Any:
    """An OpenVINO model of what `save_onnx` writes."""
    import openvino as ov
    import torch

    whole, example, any_number = _whole(network, side)
    with torch.no_grad():
        graph = torch.export.export(whole, (example,), dynamic_shapes=any_number)
    model = ov.convert_model(graph)
    for name, output in zip(("logits", "features"), model.outputs, strict=True):
        output.set_names({name})
    model.reshape([-1, side, side, 3])
    return model


def save_openvino(network: Any, side: int, path: Path, *, digest: str) -> None:
    """Write `path` (.xml) and the .bin beside it, and keep it as `on_cpu` does; raises OutputError.

    `digest` is that of the checkpoint that holds the network.
    """
    model = as_openvino(network, side)
    _keep(model, digest)
    try:
        _save(model, path)
    except (OSError, RuntimeError) as error:
        raise unwritable(path, OSError(str(error).strip().splitlines()[-1])) from error


def on_gpu(network: Any, device: str) -> Run:
    """The network by torch; running it raises DeviceError where the GPU's memory is full."""
    import torch

    network = network.to(device, memory_format=torch.channels_last)

    def run(squares: NDArray[np.uint8]) -> Answers:
        with torch.inference_mode(), gpu_memory():
            seen = network.features(network.prepared(torch.from_numpy(squares).to(device)))
            logits = network.head(seen)
            return logits.float().cpu().numpy(), seen.float().cpu().numpy()

    return run


def on_cpu(make: Callable[[], Any], side: int, *, digest: str, half: bool = False) -> Run:
    """The network by OpenVINO.

    `make` gives the network, and is called where it was not converted before: the converted model
    is kept under the checkpoint's `digest`, since torch and converting take seconds. Squares go one
    by one through a queue: that takes half the time of batches, and what is seen in one never
    depends on the others. `half` lets the CPU multiply in bfloat16 where it can.
    """
    import openvino as ov

    core = ov.Core()
    try:
        model = core.read_model(_kept(digest))
    except RuntimeError:  # not there yet, or not whole
        model = as_openvino(make(), side)
        _keep(model, digest)
    model.reshape([1, side, side, 3])
    options = {"PERFORMANCE_HINT": "THROUGHPUT"}
    if not half:
        options["INFERENCE_PRECISION_HINT"] = "f32"
    queue = ov.AsyncInferQueue(core.compile_model(model, "CPU", options))
    widths = [output.shape[1] for output in model.outputs]

    def run(squares: NDArray[np.uint8]) -> Answers:
        logits, seen = (np.empty((len(squares), width), np.float32) for width in widths)

        def keep(request: Any, row: int) -> None:
            logits[row] = request.get_output_tensor(0).data[0]
            seen[row] = request.get_output_tensor(1).data[0]

        queue.set_callback(keep)
        for row in range(len(squares)):
            queue.start_async({0: squares[row : row + 1]}, row)
        queue.wait_all()
        return logits, seen

    return run


def _kept(digest: str) -> Path:
    import openvino as ov

    version = ov.__version__.partition("-")[0]
    return assets.cache_folder() / f"network-{digest[:16]}-openvino-{version}.xml"


def _keep(model: Any, digest: str) -> None:
    with contextlib.suppress(OSError, RuntimeError):  # without a place we do without
        _save(model, _kept(digest))


def _whole(network: Any, side: int) -> tuple[Any, Any, Any]:
    """The network with its preparation, an example of two pictures, and that two may be any."""
    import torch

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, pixels: Any) -> Any:
            seen = self.network.features(self.network.prepared(pixels))
            return self.network.head(seen), seen

    example = torch.zeros(2, side, side, 3, dtype=torch.uint8)
    return Whole().eval(), example, {"pixels": {0: torch.export.Dim("n")}}


def _save(model: Any, path: Path) -> None:
    """Both files whole; the one that is looked for comes last."""
    from openvino import save_model

    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".converting-", dir=path.parent) as scratch:
        fresh = Path(scratch) / path.name
        save_model(model, fresh, compress_to_fp16=False)
        fresh.with_suffix(".bin").replace(path.with_suffix(".bin"))
        fresh.replace(path)
