"""Row 31: a torn checkpoint – the old or the new one is used, never half of one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from segcore.errors import WeightsError
from segcore.runs import artifacts
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.training.checkpoint import INDEX, TrainState, load_checkpoint, save_checkpoint

NEWEST, BEFORE = "weights/last-0.npz", "weights/last-1.npz"


class _Kept:
    """A run with the checkpoints of epochs 1 and 2; every weight is the number of its epoch."""

    def __init__(self, store: RunStore) -> None:
        self.store, self.run = store, store.create("train", config={}, name="torn").id
        self.model, self.average = _network(), _network()
        self.optimizer = keras.optimizers.SGD(0.1, momentum=0.9)
        self.optimizer.build(self.model.trainable_variables)
        self.index: list[dict] = []
        for epoch in (1, 2):
            self.save(epoch)

    def save(self, epoch: int) -> None:
        for model in (self.model, self.average):
            model.set_weights([np.full(w.shape, epoch, np.float32) for w in model.weights])

        def put(name: str, data: bytes | Path) -> None:
            self.store.put_file(self.run, name, data)

        state = TrainState(epoch=epoch, step=10 * epoch)
        self.index = save_checkpoint(put, self.index, self.model, self.optimizer, self.average, state)

    def resumed(self) -> int:
        """The epoch from which a resume goes on; all weights are of that epoch."""
        for model in (self.model, self.average):
            model.set_weights([np.full(w.shape, -1, np.float32) for w in model.weights])
        state, _ = load_checkpoint(self.store, self.run, self.model, self.optimizer, self.average)
        for model in (self.model, self.average):
            assert all(np.all(w == state.epoch) for w in model.get_weights())
        return state.epoch


def _network() -> keras.Model:
    image = keras.Input((1,))
    return keras.Model(image, keras.layers.Dense(2, name="dense")(image))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    return RunStore(Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("torn"))}))


@pytest.fixture
def kept(store: RunStore) -> _Kept:
    return _Kept(store)


def _flip(data: bytes) -> bytes:
    return data[:-200] + bytes([data[-200] ^ 1]) + data[-199:]


DAMAGES: list[Callable[[bytes], bytes]] = [lambda d: d[: len(d) // 2], lambda _: b"", _flip, lambda d: d + b"more"]


def test_h31_an_undamaged_one_is_the_newest(kept: _Kept) -> None:
    assert kept.resumed() == 2


@pytest.mark.parametrize("damage", DAMAGES, ids=["half", "empty", "flipped", "longer"])
def test_h31_a_damaged_one_falls_back_to_the_one_before(kept: _Kept, damage: Callable[[bytes], bytes]) -> None:
    path = kept.store.file(kept.run, NEWEST)
    path.write_bytes(damage(path.read_bytes()))
    assert kept.resumed() == 1


def test_h31_a_missing_one_falls_back_to_the_one_before(kept: _Kept) -> None:
    kept.store.file(kept.run, NEWEST).unlink()
    assert kept.resumed() == 1


@pytest.mark.parametrize("write", [1, 2], ids=["at the weights", "at the index"])
def test_h31_a_write_that_breaks_off_leaves_the_old_ones(
    kept: _Kept, write: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = artifacts.os.fsync, iter(range(1, 10))

    def broken(handle: int) -> None:
        # each checkpoint is synced in the scratch folder, in its place, and in the index
        if next(calls) == (2 if write == 1 else 3):
            raise OSError("the machine went away")
        real(handle)

    monkeypatch.setattr(artifacts.os, "fsync", broken)
    with pytest.raises(OSError, match="went away"):
        kept.save(3)
    monkeypatch.undo()
    assert kept.resumed() == 2
    assert [name for name in kept.store.files(kept.run) if "last-" in name] == [NEWEST, BEFORE]


def test_h31_when_none_is_whole_it_says_so(kept: _Kept) -> None:
    for name in (NEWEST, BEFORE):
        kept.store.file(kept.run, name).write_bytes(b"")
    with pytest.raises(WeightsError, match="No checkpoint of this run is whole"):
        kept.resumed()
    kept.store.put_file(kept.run, INDEX, b'[{"file": ')
    with pytest.raises(WeightsError, match="damaged"):
        kept.resumed()
