"""Weights on disk: one `.npz` of plain arrays (no pickle, no code), told apart by SHA-256.

A network is always rebuilt from the run's own settings and then filled; a model file of others is never opened
(`safe_mode` of Keras is no boundary).
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from segcore.errors import WeightsError

if TYPE_CHECKING:
    import keras


_BROKEN = (
    *(ValueError, OSError, KeyError, EOFError, SyntaxError, OverflowError, MemoryError),
    *(zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError),
)
"""What NumPy and zipfile raise for a file that is damaged, or is none of ours."""


def save_arrays(arrays: Mapping[str, np.ndarray], path: Path) -> str:
    """Write arrays so that `path` holds either the old file or the whole new one, even after a power cut.

    Returns:
        SHA-256 of the file, hexadecimal.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    with partial.open("wb") as file:
        named: dict[str, Any] = {name.replace("/", "|"): array for name, array in arrays.items()}
        np.savez(file, **named)
        file.flush()
        os.fsync(file.fileno())
    digest = sha256_of(partial)
    partial.replace(path)
    return digest


def load_arrays(path: Path, sha256: str | None = None) -> dict[str, np.ndarray]:
    """Read what `save_arrays` wrote.

    Args:
        path: the file.
        sha256: its hash; two, separated by a space, while the file is being replaced (old or new, never half).

    Raises:
        WeightsError: the file is missing, not ours, or not the one that was written.
    """
    if not path.is_file():
        raise WeightsError(f"{path.name}: the file is missing.", fix="Train again, or restore it from a backup.")
    if sha256 is not None and sha256_of(path) not in sha256.split():
        raise WeightsError(
            f"{path.name}: the file is not the one that was written (its SHA-256 differs); it is not opened.",
            fix="Restore it from a backup, or train again.",
        )
    try:
        with np.load(path, allow_pickle=False) as data:
            return {name.replace("|", "/"): data[name] for name in data.files}
    except _BROKEN as error:
        raise WeightsError(
            f"{path.name}: expected weights written by segcore (.npz). Received: {error}.", fix="Train again."
        ) from error


def weight_names(model: keras.Model) -> list[str]:
    """A name for each of `model.weights`: its path in the model.

    Keras numbers weights that were given no name (ConvNeXt's layer scales) through the whole process; here they are
    numbered within their layer, so that two builds of one network agree.
    """
    names, unnamed = [], Counter[str]()
    for variable in model.weights:
        layer, _, own = variable.path.rpartition("/")
        if re.fullmatch(r"variable(_\d+)?", own):
            unnamed[layer] += 1
            own = f"variable:{unnamed[layer]}"
        names.append(f"{layer}/{own}" if layer else own)
    return names


def model_arrays(model: keras.Model) -> dict[str, np.ndarray]:
    """All weights of a model by `weight_names`."""
    return {name: np.asarray(v.value) for name, v in zip(weight_names(model), model.weights, strict=True)}


def fill_model(model: keras.Model, arrays: Mapping[str, np.ndarray]) -> None:
    """Put arrays into a model's weights by `weight_names`.

    Raises:
        WeightsError: a weight is missing, has another shape, or is not finite.
    """
    for name, variable in zip(weight_names(model), model.weights, strict=True):
        array = arrays.get(name)
        if array is None or array.shape != tuple(variable.shape):
            found = "nothing" if array is None else f"shape {array.shape}"
            raise WeightsError(
                f"{name}: expected shape {tuple(variable.shape)}. Received: {found}.",
                fix="These weights belong to another network or another number of classes.",
            )
        if np.issubdtype(array.dtype, np.floating) and not np.isfinite(array).all():
            raise WeightsError(f"{name}: expected finite values.", fix="Use weights of an earlier epoch.")
        variable.assign(array)


def save_weights(model: keras.Model, path: Path) -> str:
    """Write a model's weights; returns the file's SHA-256."""
    return save_arrays(model_arrays(model), path)


def load_weights(model: keras.Model, path: Path, sha256: str | None = None) -> None:
    """Fill a model from a file of `save_weights`, after checking its SHA-256 where it is known."""
    fill_model(model, load_arrays(path, sha256))


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
