"""A trained classifier in one file: weights as safetensors, the rest as JSON in its header.

Nothing in such a file can be executed. Weights are kept as 16-bit floats, half the size for no
measurable difference; or as 8-bit integers with a scale for each channel, a quarter of it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from safetensors import SafetensorError, safe_open

from framesense.atomic import write_atomically
from framesense.errors import InputError
from framesense.records import Unit

if TYPE_CHECKING:  # a card is read without it, and it takes seconds to load
    import torch

_FORMAT = "framesense.classifier"
_VERSION = "1"
_REMEDY = "name a .safetensors file that framesense train-classifier wrote"
_MANY = 32  # weights a channel, from which 8 bits save room; depthwise kernels would suffer
_SCALE = "!scale"  # ends the name of an 8-bit tensor's scales


@dataclass(frozen=True, slots=True)
class Card:
    """What one must know of a classifier."""

    kind: str  # character, scene, or a kind of the user's own
    labels: tuple[str, ...]  # in the order of the network's answers
    several: bool  # an image may have no label, or more than one
    backbone: str
    licence: str  # of the backbone's weights
    side: Annotated[int, msgspec.Meta(ge=1, le=4096)]  # px, of the square that the network sees
    temperature: Annotated[float, msgspec.Meta(gt=0)]  # logits are divided by it
    threshold: Unit  # a score below it is no answer
    data_sha256: str  # fingerprint of the training's pictures and labels
    config: dict[str, Any] = field(default_factory=dict)  # of the training
    metrics: dict[str, Any] = field(default_factory=dict)  # over held-out pictures


def save_checkpoint(
    path: Path, card: Card, weights: dict[str, torch.Tensor], *, bits: Literal[8, 16] = 16
) -> None:
    """Write whole or not at all; raises OutputError, and then the last file stays."""
    from safetensors.torch import save

    header = {
        "format": _FORMAT,
        "version": _VERSION,
        "card": msgspec.json.encode(asdict(card)).decode(),
    }
    tensors: dict[str, torch.Tensor] = {}
    for name, tensor in weights.items():
        if bits == 8 and tensor.ndim > 1 and tensor[0].numel() >= _MANY:
            tensors[name], tensors[name + _SCALE] = _tiny(tensor)
        else:
            tensors[name] = _small(tensor)
    write_atomically(path, _ordered(save(tensors, metadata=header)))


def load_checkpoint(path: Path) -> tuple[Card, dict[str, torch.Tensor]]:
    """Raises InputError with the reason for anything that is not a classifier of ours."""
    from safetensors.torch import load_file

    card = read_card(path)
    try:
        tensors = {name: tensor.float() for name, tensor in load_file(path).items()}
        scales = {name: tensors.pop(name) for name in list(tensors) if name.endswith(_SCALE)}
        for name, scale in scales.items():
            tensors[name.removesuffix(_SCALE)] *= scale
        return card, tensors
    except (OSError, SafetensorError, KeyError) as error:
        raise _no_classifier(path, error) from error


def read_card(path: Path) -> Card:
    """Without the weights. Raises InputError as `load_checkpoint` does."""
    try:
        with safe_open(path, framework="numpy") as file:
            header = file.metadata() or {}
        if header.get("format") != _FORMAT:
            raise InputError(f"{path}: a checkpoint of another kind", remedy=_REMEDY)
        if header.get("version") != _VERSION:
            raise InputError(
                f"{path}: written by a newer framesense (version {header.get('version')})",
                remedy="upgrade framesense",
            )
        return msgspec.json.decode(header["card"], type=Card)
    except (OSError, SafetensorError, KeyError, msgspec.MsgspecError) as error:
        raise _no_classifier(path, error) from error


def _ordered(file: bytes) -> bytes:
    """The same file with its header's keys in order, which safetensors leaves to chance."""
    start = 8 + int.from_bytes(file[:8], "little")
    header = msgspec.json.encode(msgspec.json.decode(file[8:start]), order="sorted")
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + file[start:]


def _no_classifier(path: Path, error: Exception) -> InputError:
    reason = str(error).splitlines()[0]
    return InputError(f"{path}: not a classifier ({reason})", remedy=_REMEDY)


def _small(tensor: torch.Tensor) -> torch.Tensor:
    """16 bits where they can hold the numbers."""
    import torch

    tensor = tensor.detach().cpu().contiguous()
    if tensor.dtype != torch.float32 or tensor.abs().amax() > 60_000:
        return tensor
    return tensor.half()


def _tiny(tensor: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Integers −127 … 127, and what each output channel's are multiplied by to be the weights."""
    import torch

    tensor = tensor.detach().cpu().float()
    scale = tensor.abs().amax(dim=tuple(range(1, tensor.ndim)), keepdim=True).clamp(min=1e-12) / 127
    return (tensor / scale).round().to(torch.int8).contiguous(), scale.contiguous()
