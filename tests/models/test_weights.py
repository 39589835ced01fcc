"""Weights on disk: whole or absent, ours or refused."""

from __future__ import annotations

import pickle
import sys
import types
from pathlib import Path

import keras
import numpy as np
import pytest

from segcore.errors import WeightsError
from segcore.models.torch_file import MAGIC, read_state_dict
from segcore.models.weights import (
    fill_model,
    load_arrays,
    load_weights,
    model_arrays,
    save_arrays,
    save_weights,
)


def small_model(width: int = 3) -> keras.Model:
    image = keras.Input((8, 8, 3))
    return keras.Model(image, keras.layers.Conv2D(width, 3, name="conv")(image))


def test_round_trip(tmp_path: Path) -> None:
    one, other = small_model(), small_model()
    digest = save_weights(one, tmp_path / "w.npz")
    load_weights(other, tmp_path / "w.npz", digest)
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert [p.name for p in tmp_path.iterdir()] == ["w.npz"]


def test_flipped_byte_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    digest = save_weights(small_model(), path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(WeightsError, match=r"w\.npz.*SHA-256"):
        load_arrays(path, digest)


def test_pickled_object_is_not_executed(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    np.savez(path, evil=np.array([{"a": 1}], dtype=object))
    with pytest.raises(WeightsError, match="npz"):
        load_arrays(path)


@pytest.mark.parametrize("content", [b"", b"\x89HDF\r\n\x1a\n" + b"0" * 64, b"PK\x03\x04 half a zip"])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "w.npz"
    path.write_bytes(content)
    with pytest.raises(WeightsError):
        load_arrays(path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"gone\.npz"):
        load_arrays(tmp_path / "gone.npz")


def test_weights_of_another_network_are_named(tmp_path: Path) -> None:
    save_weights(small_model(3), tmp_path / "w.npz")
    with pytest.raises(WeightsError, match="another number of classes"):
        load_weights(small_model(4), tmp_path / "w.npz")


def test_nan_is_refused() -> None:
    model = small_model()
    arrays = {k: np.full_like(v, np.nan) for k, v in model_arrays(model).items()}
    with pytest.raises(WeightsError, match="finite"):
        fill_model(model, arrays)


def test_names_with_slashes_survive(tmp_path: Path) -> None:
    save_arrays({"a/b/kernel": np.arange(3)}, tmp_path / "a.npz")
    assert list(load_arrays(tmp_path / "a.npz")) == ["a/b/kernel"]


class _Evil:
    def __reduce__(self) -> tuple:
        return (print, ("executed",))


@pytest.mark.parametrize("payload", [_Evil(), {"a": _Evil()}, "text"])
def test_state_dict_reader_runs_no_code(tmp_path: Path, payload: object, capsys: pytest.CaptureFixture) -> None:
    path = tmp_path / "evil.pth"
    path.write_bytes(b"".join(pickle.dumps(o) for o in (MAGIC, 1001, {}, payload, [])))
    with pytest.raises(WeightsError, match=r"evil\.pth"):
        read_state_dict(path)
    assert "executed" not in capsys.readouterr().out


def test_state_dict_reader_follows_strides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transposed view of 2×3 values: shape (3, 2), strides (1, 3), as PyTorch stores it."""
    storage_type, rebuild = _torch_names(monkeypatch)
    storage = object()

    class Tensor:
        def __reduce__(self) -> tuple:
            return rebuild, (storage, 0, (3, 2), (1, 3))

    class Pickler(pickle.Pickler):
        def persistent_id(self, obj: object) -> tuple | None:
            return ("storage", storage_type, "7", "cpu", 6, None) if obj is storage else None

    path = tmp_path / "t.pth"
    with path.open("wb") as file:
        for head in (MAGIC, 1001, {}):
            pickle.dump(head, file, protocol=2)
        Pickler(file, protocol=2).dump({"w": Tensor()})
        pickle.dump(["7"], file, protocol=2)
        file.write(np.int64(6).tobytes() + np.arange(6, dtype="<f4").tobytes())
    np.testing.assert_array_equal(read_state_dict(path)["w"], np.arange(6).reshape(2, 3).T)


def _torch_names(monkeypatch: pytest.MonkeyPatch) -> tuple[type, type]:
    """`torch.FloatStorage` and `torch._utils._rebuild_tensor_v2`, as names that pickle can write."""
    made = []
    for module, name in (("torch", "FloatStorage"), ("torch._utils", "_rebuild_tensor_v2")):
        holder = types.ModuleType(module)
        cls = type(name, (), {"__module__": module, "__qualname__": name})
        setattr(holder, name, cls)
        monkeypatch.setitem(sys.modules, module, holder)
        made.append(cls)
    return made[0], made[1]
