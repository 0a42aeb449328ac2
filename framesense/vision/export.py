"""A trained network for OpenVINO, colours and ranges included: uint8 BGR in, logits out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from framesense.atomic import unwritable


def as_openvino(network: Any) -> Any:
    """An OpenVINO model of (n, side, side, 3) uint8 BGR → (n, classes) float32."""
    import openvino as ov
    import torch

    class Whole(torch.nn.Module):  # type: ignore[misc]
        def forward(self, pixels: Any) -> Any:
            return network(network.prepared(pixels))

    whole = Whole()
    whole.network = network
    whole.eval()
    example = torch.zeros(1, 64, 64, 3, dtype=torch.uint8)
    with torch.no_grad():
        return ov.convert_model(whole, example_input=example, input=[-1, -1, -1, 3])


def save_openvino(network: Any, path: Path) -> None:
    """Write `path` (.xml) and the .bin beside it; raises OutputError."""
    from openvino import save_model

    model = as_openvino(network)
    try:
        save_model(model, path, compress_to_fp16=False)
    except (OSError, RuntimeError) as error:
        raise unwritable(path, OSError(str(error))) from error
