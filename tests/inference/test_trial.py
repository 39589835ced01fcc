"""A trial: the quickest way that agrees, faults named, remembered; on predictors whose speed and labels are known."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from segcore.classes import ClassTable
from segcore.errors import BackendError, ConfigError
from segcore.inference import load
from segcore.inference.compute import Compute
from segcore.inference.network import TrainedNetwork
from segcore.inference.trial import ROUNDS, Trial, _processor, run_trial, share_of_others, ways

EXACT, QUICK, WRONG = (Compute(backend="openvino", at_once=n) for n in (2, 1, 3))
FRAMES = np.zeros((4, 32, 32, 3), np.uint8)


class Timed:
    """Takes so long a frame; labels so many pixels of each frame 1."""

    classes = ClassTable.of(["background", "thing"])
    backend = "timed"
    parallel = 2

    def __init__(self, ms: float, pixels: int = 0) -> None:
        self._ms, self._pixels, self.calls = ms, pixels, 0

    def prepare(self, size: tuple[int, int]) -> None:
        pass

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        return height, width

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.calls += 1
        time.sleep(self._ms * len(frames) / 1000)
        labels = np.zeros(frames.shape[:3], np.uint8)
        labels.reshape(len(frames), -1)[:, : self._pixels] = 1
        return labels, labels


def test_the_quickest_that_agrees_is_chosen() -> None:
    made = {EXACT: Timed(8), QUICK: Timed(2, pixels=1), WRONG: Timed(0, pixels=2)}
    trial = run_trial(list(made), made.__getitem__, FRAMES)  # 1 and 2 of 1024 pixels differ
    assert trial.chosen == QUICK
    assert [t.agreement for t in trial.tried] == pytest.approx([1, 1 - 1 / 1024, 1 - 2 / 1024], abs=1e-6)
    slow, quick, wrong = (t.ms or 0 for t in trial.tried)
    assert slow >= 8
    assert 2 <= quick < slow
    assert wrong < quick
    assert trial.words.index("3 frames") < trial.words.index("one frame") < trial.words.index("2 frames")


@pytest.mark.parametrize(("pixels", "chosen"), [(20, True), (21, False)])
def test_integers_may_differ_in_a_fiftieth_of_the_pixels(pixels: int, chosen: bool) -> None:
    rounded = Compute(backend="openvino", precision="int8")
    made = {EXACT: Timed(4), rounded: Timed(1, pixels=pixels)}
    trial = run_trial(list(made), made.__getitem__, FRAMES)
    assert (trial.chosen == rounded) is chosen


def test_a_way_that_does_not_run_here_is_named_and_the_others_go_on() -> None:
    def make(way: Compute) -> Timed:
        if way == EXACT:
            raise BackendError("No such device.")
        return Timed(1)

    trial = run_trial([EXACT, QUICK], make, FRAMES)
    assert trial.chosen == QUICK
    assert trial.tried[0].fault == "No such device."
    assert trial.tried[0].ms is None
    with pytest.raises(BackendError, match="No such device"):
        run_trial([EXACT], make, FRAMES)


def test_a_trial_ends_in_time() -> None:
    exact, quick = Timed(50), Timed(50)
    run_trial([EXACT, QUICK], {EXACT: exact, QUICK: quick}.__getitem__, FRAMES, seconds=0.1)
    assert max(exact.calls, quick.calls) < ROUNDS  # one to warm up, one in each round


def test_ways_follow_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segcore.inference.trial.has_gpu_node", lambda: False)
    monkeypatch.setattr("segcore.inference.trial.cores", lambda: 2)
    monkeypatch.delitem(__import__("sys").modules, "tensorflow", raising=False)
    assert [(w.precision, w.at_once) for w in ways()] == [("float32", 2), ("float32", 1)]
    assert {w.precision for w in ways(bfloat16=True)} == {"float32", "bfloat16"}
    assert {w.precision for w in ways(precision="bfloat16")} == {"bfloat16"}
    assert [w.precision for w in ways(int8=True)] == ["float32"] * 2 + ["int8"] * 2
    assert {w.precision for w in ways(precision="int8")} == {"int8"}
    assert {w.backend for w in ways("tensorflow")} == {"tensorflow"}
    monkeypatch.setattr("segcore.inference.trial.has_gpu_node", lambda: True)
    assert {w.backend for w in ways()} == {"openvino", "tensorflow"}


def test_a_trial_is_remembered_by_network_size_and_question(
    light_network: TrainedNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (2, 64, 128, 3), np.uint8)
    monkeypatch.setattr("segcore.inference.trial.BUSY", 1.0)
    first, trial = load.tried_predictor(light_network, tmp_path, frames, backend="openvino")
    assert trial.chosen in {t.compute for t in trial.tried}

    def fail(*_: object, **__: object) -> Trial:
        raise AssertionError("tried again")

    monkeypatch.setattr(load, "run_trial", fail)
    second, again = load.tried_predictor(light_network, tmp_path, frames, backend="openvino")
    assert again == trial
    assert second.backend == first.backend
    np.testing.assert_array_equal(second.predict(frames)[0], first.predict(frames)[0])
    with pytest.raises(AssertionError, match="tried again"):
        load.tried_predictor(light_network, tmp_path, frames, backend="openvino", precision="float32")
    with pytest.raises(AssertionError, match="tried again"):
        load.tried_predictor(light_network, tmp_path, frames[:, :32, :64], backend="openvino")
    (kept,) = (tmp_path / "cache" / "trials").iterdir()
    kept.write_text("{")
    with pytest.raises(AssertionError, match="tried again"):
        load.tried_predictor(light_network, tmp_path, frames, backend="openvino")
    with pytest.raises(ConfigError, match="Unknown backend"):
        load.tried_predictor(light_network, tmp_path, frames, backend="abacus")  # type: ignore[arg-type]


def test_what_was_tried_on_a_busy_machine_is_not_remembered(
    light_network: TrainedNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("segcore.inference.trial.share_of_others", lambda *_: 0.5)
    frames = np.zeros((2, 64, 128, 3), np.uint8)
    _, trial = load.tried_predictor(light_network, tmp_path, frames, backend="openvino", precision="float32")
    assert trial.others == 0.5
    assert not (tmp_path / "cache" / "trials").exists()


def test_the_load_of_others_does_not_count_our_own_work() -> None:
    assert share_of_others((100, 50, 10), (108, 52, 15)) == pytest.approx(0.3)  # 3 of 10 seconds
    assert share_of_others((100, 50, 10), (104, 50, 14.1)) == 0
    assert share_of_others((1, 1, 1), (1, 1, 1)) == 0
    busy, idle, own = _processor()
    assert min(busy, idle, own) > 0


def test_bfloat16_labels_nearly_alike(light_network: TrainedNetwork, tmp_path: Path) -> None:
    from segcore.inference.openvino_backend import has_bfloat16

    if not has_bfloat16():
        pytest.skip("this processor does not multiply bfloat16 itself")
    frames = np.random.default_rng(0).integers(0, 256, (2, 64, 128, 3), np.uint8)
    exact = load.predictor_for(light_network, tmp_path, backend="openvino")
    rounded = load.predictor_for(light_network, tmp_path, backend="openvino", precision="bfloat16")
    assert "bfloat16" in rounded.backend
    difference = np.abs(rounded.scores(frames) - exact.scores(frames)).max()
    assert 0 < difference < 0.1 * np.ptp(exact.scores(frames))
