"""Row 32: a loss that is no number stops the training, and the best weights stay finite."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf
from tiny_training import new_run, tiny

from segcore.datasets.store import Dataset
from segcore.errors import TrainingDiverged
from segcore.models.spec import BEST_WEIGHTS, SHA256_TAG
from segcore.models.weights import load_arrays
from segcore.runs.records import RunState
from segcore.runs.store import RunStore
from segcore.training import parts, trainer

STEPS = 3


def _train_with(
    spoil: Callable[..., None], at: int, shapes: Dataset, runs: RunStore, monkeypatch: pytest.MonkeyPatch
) -> str:
    """A training of four epochs; `spoil(model, answer)` changes what step `at` answers or leaves. Gives the run."""
    real, calls = parts.make_step, iter(range(1, 1000))

    def spoilt(strategy: object, model: object, *args: object, **kwargs: object) -> Callable:
        step = real(strategy, model, *args, **kwargs)  # type: ignore[arg-type]

        def call(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            value, confusion = step(images, labels)
            return (spoil(model, value) if next(calls) == at else value), confusion

        return call

    monkeypatch.setattr(parts, "make_step", spoilt)
    config = tiny(epochs=4, steps_per_epoch=STEPS)
    run = new_run(runs, config)
    with pytest.raises(TrainingDiverged, match=f"Diverged at step {at}"), runs.writer(run.id) as writer:
        trainer.train(config, shapes, writer, runs)
    ended = runs.get(run.id)
    assert ended.state is RunState.FAILED
    assert f"step {at}" in ended.reason
    assert "learning rate" in ended.reason
    return run.id


def _best_is_finite(runs: RunStore, run: str) -> None:
    tags = runs.get(run).tags
    arrays = load_arrays(runs.file(run, BEST_WEIGHTS), tags[SHA256_TAG])
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert int(tags["segcore.best_epoch"]) <= 3


def _no_number(_: object, value: tf.Tensor) -> tf.Tensor:
    return value * float("nan")


def _spoilt_weights(model: object, value: tf.Tensor) -> tf.Tensor:
    variable = model.trainable_variables[0]  # type: ignore[attr-defined]
    variable.assign(variable * float("nan"))
    return value


@pytest.mark.usefixtures("light")
def test_h32_nan_in_epoch_4(shapes: Dataset, runs: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    run = _train_with(_no_number, 3 * STEPS + 1, shapes, runs, monkeypatch)
    _best_is_finite(runs, run)
    assert [p.step for p in runs.history(run, "epoch/val_miou")] == [1, 2, 3]


@pytest.mark.usefixtures("light")
def test_h32_weights_spoilt_by_the_last_step_of_an_epoch_are_not_kept(
    shapes: Dataset, runs: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _train_with(_spoilt_weights, 2 * STEPS, shapes, runs, monkeypatch)
    _best_is_finite(runs, run)
    for name in ("weights/last-0.npz", "weights/last-1.npz"):
        if runs.has_file(run, name):
            assert all(np.isfinite(a).all() for a in load_arrays(runs.file(run, name)).values())
