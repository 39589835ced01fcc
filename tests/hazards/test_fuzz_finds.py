"""What fuzzing has found, each as a small case: tests/benchmarks/fuzz.py."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from segcore.errors import WeightsError
from segcore.models.weights import load_arrays, save_arrays


@pytest.mark.parametrize("method", [9, 12, 99])
def test_weights_packed_in_another_way_are_refused(tmp_path: Path, method: int) -> None:
    """zipfile raised NotImplementedError."""
    path = tmp_path / "best.npz"
    save_arrays({"kernel": np.ones(4, np.float32)}, path)
    data = bytearray(path.read_bytes())
    struct.pack_into("<H", data, data.index(b"PK\x03\x04") + 8, method)
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 10, method)
    path.write_bytes(data)
    with pytest.raises(WeightsError, match=r"expected weights written by segcore"):
        load_arrays(path)
