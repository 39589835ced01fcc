"""Read a state dict from a legacy PyTorch file without PyTorch, and without running its pickle's code.

Layout of the file (PyTorch ≤ 1.5, `torch.save(..., _use_new_zipfile_serialization=False)`): three header
pickles (magic, protocol, system), the state dict with persistent ids for storages, the list of storage keys,
then for each key an int64 count and the raw little-endian values.
"""

from __future__ import annotations

import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from segcore.errors import WeightsError

MAGIC = 0x1950A86A20F9469CFC6C
STORAGES: dict[str, np.dtype] = {
    "FloatStorage": np.dtype("<f4"),
    "LongStorage": np.dtype("<i8"),
    "HalfStorage": np.dtype("<f2"),
}


class _Storage(NamedTuple):
    key: str
    dtype: np.dtype


class _Tensor(NamedTuple):
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _rebuild_tensor(storage: _Storage, offset: int, shape: tuple, strides: tuple, *_: Any) -> _Tensor:
    return _Tensor(storage, offset, tuple(shape), tuple(strides))


class _StateDictUnpickler(pickle.Unpickler):
    """Knows dictionaries, tensors and storages, and refuses every other name."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild_tensor
        if module == "torch" and name in STORAGES:
            return name
        raise pickle.UnpicklingError(f"{module}.{name} is not part of a state dict")

    def persistent_load(self, pid: Any) -> _Storage:
        kind, storage, key = pid[:3]
        if kind != "storage":
            raise pickle.UnpicklingError(f"persistent id of kind {kind!r}")
        return _Storage(key, STORAGES[storage])


def read_state_dict(path: Path) -> dict[str, np.ndarray]:
    """Parameter name → array, as PyTorch has them: convolution weights are (out, in, h, w).

    Args:
        path: a legacy PyTorch file of a state dict.

    Raises:
        WeightsError: the file is missing, damaged, or holds anything but a state dict.
    """
    try:
        with path.open("rb") as file:
            return _read(file)
    except (
        OSError,
        pickle.UnpicklingError,
        EOFError,
        ValueError,
        KeyError,
        AttributeError,
        IndexError,
    ) as error:
        raise WeightsError(
            f"{path.name}: expected a legacy PyTorch file with a state dict. Received: {error}.",
            fix="Install the package that brings it again.",
        ) from error


def _read(file: BinaryIO) -> dict[str, np.ndarray]:
    if _StateDictUnpickler(file).load() != MAGIC:
        raise ValueError("another magic number")
    for _ in range(2):
        _StateDictUnpickler(file).load()
    tensors: dict[str, _Tensor] = _StateDictUnpickler(file).load()
    keys: list[str] = _StateDictUnpickler(file).load()
    dtypes = {t.storage.key: t.storage.dtype for t in tensors.values()}
    storages = {}
    for key in keys:
        count = int(np.frombuffer(file.read(8), "<i8")[0])
        dtype = dtypes[key]
        storages[key] = np.frombuffer(file.read(count * dtype.itemsize), dtype, count)
    return {name: _strided(storages[t.storage.key], t) for name, t in tensors.items()}


def _strided(values: np.ndarray, tensor: _Tensor) -> np.ndarray:
    last = tensor.offset + sum((n - 1) * s for n, s in zip(tensor.shape, tensor.strides, strict=True))
    if tensor.offset < 0 or min(tensor.strides, default=0) < 0 or last >= values.size:
        raise ValueError("a tensor that reaches outside its storage")
    strides = [s * values.itemsize for s in tensor.strides]
    view = np.lib.stride_tricks.as_strided(values[tensor.offset :], tensor.shape, strides, writeable=False)
    return np.ascontiguousarray(view)
