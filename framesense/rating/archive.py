"""Frozen dataclasses to and from a JSON file and an npz file beside it; nothing in them is run.

Numbers, words and tuples go to the JSON. An array goes to the npz, and the JSON names it there.
Reading goes by the types of the class's fields, and pickled arrays are refused.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import numpy as np

from framesense.atomic import write_atomically
from framesense.errors import InputError

T = TypeVar("T")
_DIGEST = "npz_sha256"
_DAMAGED = (
    *(ValueError, KeyError, TypeError, AttributeError, RecursionError),
    zipfile.BadZipFile,
)
Arrays = dict[str, Any]  # of numpy arrays, by their place


def save(value: Any, stem: Path) -> None:
    """Write `stem`.json and `stem`.npz, each whole or not at all. Raises OutputError."""
    arrays: Arrays = {}
    plain = _pack(value, stem.name, arrays)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    plain[_DIGEST] = hashlib.sha256(buffer.getvalue()).hexdigest()
    write_atomically(stem.with_suffix(".npz"), buffer.getvalue())
    write_atomically(stem.with_suffix(".json"), json.dumps(plain, indent=1).encode() + b"\n")


def load(kind: type[T], stem: Path, *, version: int) -> T:
    """What `save` wrote of a `kind` that says its `format`.

    Raises InputError for missing or damaged files, and for another format than `version`.
    """
    try:
        plain = json.loads(stem.with_suffix(".json").read_bytes())
        if plain["format"] != version:
            told = f"{stem.name} of format {plain['format']}, this version reads {version}"
            raise InputError(f"{stem.parent}: {told}", remedy="train again")
        packed = stem.with_suffix(".npz").read_bytes()
        if plain.pop(_DIGEST, None) not in (None, hashlib.sha256(packed).hexdigest()):
            raise ValueError(f"{stem.name}.npz is not the one that was written with it")
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            found: T = _unpack(kind, plain, arrays)
            return found
    except OSError as error:
        raise InputError(
            f"{error.filename}: cannot be read ({error.strerror})",
            remedy="name a folder that `framesense train-rater` made",
        ) from error
    except _DAMAGED as error:
        raise InputError(
            f"{stem.parent}: damaged ({type(error).__name__}: {error})", remedy="train again"
        ) from error


def _pack(value: Any, name: str, arrays: Arrays) -> Any:
    if isinstance(value, np.ndarray):
        arrays[name] = value
        return name
    if dataclasses.is_dataclass(value):
        fields = [field.name for field in dataclasses.fields(value)]
        return {key: _pack(getattr(value, key), f"{name}.{key}", arrays) for key in fields}
    if isinstance(value, dict):
        return {key: _pack(item, f"{name}.{key}", arrays) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_pack(item, f"{name}.{number}", arrays) for number, item in enumerate(value)]
    return value


def _unpack(kind: Any, plain: Any, arrays: Any) -> Any:
    origin, inner = get_origin(kind) or kind, get_args(kind)
    if origin is np.ndarray:
        return arrays[plain]
    if isinstance(origin, type) and dataclasses.is_dataclass(origin):
        hints = get_type_hints(origin)
        return origin(**{key: _unpack(hints[key], item, arrays) for key, item in plain.items()})
    if origin is dict:
        return {key: _unpack(inner[1], item, arrays) for key, item in plain.items()}
    if origin is tuple:
        return tuple(_unpack(inner[0], item, arrays) for item in plain)
    return plain
