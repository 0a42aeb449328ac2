"""Published weights of a backbone, read so that nothing in the file is executed."""

from __future__ import annotations

import pickle
import warnings
from pathlib import Path

import torch
from torch import Tensor

from framesense.errors import AssetError


def read_weights(path: Path, name: str) -> dict[str, Tensor]:
    """Raises AssetError for a file that is missing, damaged, or more than weights."""
    try:
        with warnings.catch_warnings(action="ignore"):  # torch's, of foreign pickles
            weights = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise unfit(path, name, "it holds more than weights, or is damaged") from error
    except Exception as error:  # a torn or foreign file ends in any of a dozen kinds
        raise unfit(path, name, str(error).strip() or type(error).__name__) from error
    if not isinstance(weights, dict):
        raise unfit(path, name, "it holds no table of weights")
    return weights


def unfit(path: Path, name: str, reason: str) -> AssetError:
    """The error to raise for weights that cannot be used."""
    return AssetError(
        f"{path}: no weights of {name} ({reason.splitlines()[0]})",
        remedy="name a file of weights as they are published, or leave out --weights",
    )
