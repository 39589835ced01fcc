"""A training from start to end: it learns, it stops when asked, it loses nothing."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
import tensorflow as tf
from tiny_training import new_run, tiny, tiny_network

from segcore.datasets.store import Dataset, Split
from segcore.errors import Cancelled, DatasetError, TrainingDiverged
from segcore.evaluation.metrics import Evaluation
from segcore.models.spec import BEST_WEIGHTS, MODEL_FILE, SHA256_TAG, ModelSpec
from segcore.models.weights import load_arrays, sha256_of
from segcore.runs.records import RunState
from segcore.runs.store import RunStore
from segcore.runs.writer import RunWriter
from segcore.training import parts, pictures
from segcore.training import trainer as trainer_module
from segcore.training.events import EpochEvent, StepEvent
from segcore.training.trainer import train


class Listening:
    """Collects what a training tells, and may act on a step."""

    def __init__(self, on_step: Callable[[StepEvent], None] | None = None) -> None:
        self.steps: list[StepEvent] = []
        self.epochs: list[EpochEvent] = []
        self._act = on_step

    def on_step(self, event: StepEvent) -> None:
        self.steps.append(event)
        if self._act:
            self._act(event)

    def on_epoch(self, event: EpochEvent) -> None:
        self.epochs.append(event)


@pytest.fixture
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that is compiled in a second, where the test is about the training."""
    monkeypatch.setattr(parts, "build", tiny_network)


def test_learns_and_leaves_a_complete_record(shapes: Dataset, runs: RunStore) -> None:
    config = tiny(steps_per_epoch=25, batch_size=4, epochs=2, learning_rate=5e-3)
    run, told = new_run(runs, config), Listening()
    with runs.writer(run.id) as writer:
        result = train(config, shapes, writer, runs, listeners=[told])
    assert result.evaluation.miou > 0.6
    assert told.steps[-1].loss < told.steps[0].loss / 2
    assert [e.step for e in told.steps] == list(range(1, 51))
    done = runs.get(run.id)
    assert done.state is RunState.FINISHED
    assert done.tags[SHA256_TAG] == sha256_of(runs.file(run.id, BEST_WEIGHTS))
    assert float(done.tags["segcore.best_miou"]) == pytest.approx(max(e.evaluation.miou for e in told.epochs), abs=1e-5)
    assert done.tags["segcore.dataset_hash"] == shapes.content_hash
    assert done.tags["segcore.device"]
    assert ModelSpec.model_validate_json(runs.file(run.id, MODEL_FILE).read_text()).classes == shapes.classes
    kept = Evaluation.from_json(json.loads(runs.file(run.id, "evaluation.json").read_text()))
    np.testing.assert_array_equal(sum(kept.confusions), kept.confusion)
    np.testing.assert_array_equal(kept.confusion, result.evaluation.confusion)
    assert [p.step for p in runs.history(run.id, "step/loss")] == list(range(1, 51))
    assert [p.step for p in runs.history(run.id, "epoch/val_miou")] == [1, 2]
    assert {"val_iou/0", "val_iou/1", "val_iou/2", "step/lr", "epoch/val_dice"} <= set(runs.metric_keys(run.id))
    assert pictures.epochs(runs, run.id) == [1, 2]
    assert [frame.stem for frame in pictures.fixed_frames(runs, run.id)] == [p.stem for p in shapes.part("val")][:3]


@pytest.mark.usefixtures("_light")
def test_resume_goes_on_where_it_was_and_counts_no_step_twice(shapes: Dataset, runs: RunStore) -> None:
    first = tiny(epochs=2)
    run = new_run(runs, first)

    def fail_in_second_epoch(event: StepEvent) -> None:
        if event.step == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), runs.writer(run.id) as writer:
        train(first, shapes, writer, runs, listeners=[Listening(fail_in_second_epoch)])
    weights_before = load_arrays(runs.file(run.id, "weights/last-1.npz"))
    runs.set_state(run.id, RunState.QUEUED)
    told = Listening()
    with runs.writer(run.id) as writer:
        result = train(first, shapes, writer, runs, resume=True, listeners=[told])
    assert [e.step for e in told.steps] == [4, 5, 6]
    assert [e.epoch for e in told.epochs] == [2]
    assert result.epochs == 2
    assert result.steps == 6
    assert [p.step for p in runs.history(run.id, "step/loss")] == [1, 2, 3, 4, 5, 6]
    moments = [k for k in weights_before if k.startswith("optimizer:")]
    assert any(np.any(weights_before[k]) for k in moments)


@pytest.mark.usefixtures("_light")
def test_what_a_checkpoint_covers_is_in_the_store_before_it(
    shapes: Dataset, runs: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tiny(epochs=1)
    run = new_run(runs, config)
    real, seen = trainer_module.save_checkpoint, []

    def saved(*args: object) -> list[dict]:
        keys = ("step/loss", "epoch/val_miou")
        seen.append([[p.step for p in runs.history(run.id, key)] for key in keys])
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(trainer_module, "save_checkpoint", saved)
    with runs.writer(run.id) as writer:
        train(config, shapes, writer, runs)
    assert seen == [[[1, 2, 3], [1]]]


@pytest.mark.usefixtures("_light")
def test_resume_remembers_the_best_epoch(shapes: Dataset, runs: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = iter([0.9, 0.2, 0.9])
    real = trainer_module.validate

    def scored(*args: object) -> tuple:
        evaluation, loss, pictures = real(*args)  # type: ignore[arg-type]
        return _Fixed(evaluation.names, evaluation.confusion, value=next(scores)), loss, pictures

    monkeypatch.setattr(trainer_module, "validate", scored)
    config = tiny(epochs=2, steps_per_epoch=1)
    run = new_run(runs, config)

    def fail(event: StepEvent) -> None:
        if event.step == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), runs.writer(run.id) as writer:
        train(config, shapes, writer, runs, listeners=[Listening(fail)])
    best = sha256_of(runs.file(run.id, BEST_WEIGHTS))
    runs.set_state(run.id, RunState.QUEUED)
    with runs.writer(run.id) as writer:
        result = train(config, shapes, writer, runs, resume=True)
    assert result.best_epoch == 1
    assert sha256_of(runs.file(run.id, BEST_WEIGHTS)) == best


class _Fixed(Evaluation):
    """An evaluation whose mIoU is given."""

    def __init__(self, names: tuple[str, ...], confusion: np.ndarray, value: float) -> None:
        super().__init__(names, confusion)
        object.__setattr__(self, "_value", value)

    @property
    def miou(self) -> float:
        return self._value  # type: ignore[attr-defined,no-any-return]


@pytest.mark.usefixtures("_light")
def test_torn_checkpoint_falls_back_to_the_one_before(shapes: Dataset, runs: RunStore) -> None:
    config = tiny(epochs=2)
    run = new_run(runs, config)
    with runs.writer(run.id) as writer:
        train(config, shapes, writer, runs)
    newest = runs.file(run.id, "weights/last-0.npz")
    newest.write_bytes(newest.read_bytes()[:1000])
    runs.set_state(run.id, RunState.QUEUED)
    told = Listening()
    with runs.writer(run.id) as writer:
        train(config, shapes, writer, runs, resume=True, listeners=[told])
    assert [e.step for e in told.steps] == [4, 5, 6]


@pytest.mark.usefixtures("_light")
def test_nan_stops_the_run_and_says_when(shapes: Dataset, runs: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    real = parts.make_step
    calls = iter(range(1, 100))

    def poisoned(*args: object, **kwargs: object) -> Callable:
        step = real(*args, **kwargs)  # type: ignore[arg-type]

        def call(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            loss, confusion = step(images, labels)
            return (loss * float("nan") if next(calls) == 5 else loss), confusion

        return call

    monkeypatch.setattr(parts, "make_step", poisoned)
    config = tiny(epochs=4)
    run = new_run(runs, config)
    with pytest.raises(TrainingDiverged, match="step 5"), runs.writer(run.id) as writer:
        train(config, shapes, writer, runs)
    failed = runs.get(run.id)
    assert failed.state is RunState.FAILED
    assert "step 5" in failed.reason
    arrays = load_arrays(runs.file(run.id, BEST_WEIGHTS), failed.tags[SHA256_TAG])
    assert all(np.isfinite(a).all() for a in arrays.values())


@pytest.mark.usefixtures("_light")
def test_stop_keeps_the_best_weights(shapes: Dataset, runs: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tiny(epochs=1000)
    run = new_run(runs, config)

    def ask(event: StepEvent) -> None:
        if event.step == 4:
            monkeypatch.setattr(RunWriter, "asked", lambda _: "stop")

    with runs.writer(run.id) as writer:
        result = train(config, shapes, writer, runs, listeners=[Listening(ask)])
    assert result.stopped_early
    assert result.steps == 4
    done = runs.get(run.id)
    assert done.state is RunState.FINISHED
    assert "Stopped early" in done.reason
    assert runs.has_file(run.id, "evaluation.json")


@pytest.mark.usefixtures("_light")
def test_cancel_ends_as_cancelled(shapes: Dataset, runs: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tiny(epochs=1000)
    run = new_run(runs, config)
    monkeypatch.setattr(RunWriter, "asked", lambda _: "cancel")
    with pytest.raises(Cancelled), runs.writer(run.id) as writer:
        train(config, shapes, writer, runs)
    assert runs.get(run.id).state is RunState.CANCELLED


class _Clock:
    """A clock on which every look takes a tenth of a second."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        self.now += 0.1
        return self.now


@pytest.mark.usefixtures("_light")
def test_minutes_are_kept(shapes: Dataset, runs: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer_module, "time", _Clock())
    config = tiny(epochs=None, minutes=0.5, steps_per_epoch=10)
    run, told = new_run(runs, config), Listening()
    with runs.writer(run.id) as writer:
        result = train(config, shapes, writer, runs, listeners=[told])
    assert 29 <= result.seconds <= 31
    rates = [e.rate for e in told.steps]
    assert rates[-1] < max(rates) / 20
    left = [e.eta_s for e in told.steps if e.eta_s is not None]
    assert left == sorted(left, reverse=True)
    assert left[0] == pytest.approx(30, abs=2)


@pytest.mark.usefixtures("_light")
def test_added_minutes_lengthen_the_training_and_raise_the_rate_again(
    shapes: Dataset, runs: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer_module, "time", _Clock())
    run = new_run(runs, config := tiny(epochs=None, minutes=0.5, steps_per_epoch=10))
    told = Listening()
    told._act = lambda event: runs.extend(run.id, 0.25) if event.step == len(told.steps) == 20 else None
    with runs.writer(run.id) as writer:
        monkeypatch.setattr(writer, "extra_minutes", lambda: runs.get(run.id).extra_minutes)
        result = train(config, shapes, writer, runs, listeners=[told])
    assert 44 <= result.seconds <= 46
    assert told.steps[20].progress < told.steps[19].progress
    assert told.steps[20].rate > told.steps[19].rate
    assert told.steps[-1].rate < told.steps[20].rate / 5


@pytest.mark.usefixtures("_light")
def test_a_split_without_validation_is_refused(shapes: Dataset, runs: RunStore) -> None:
    config = tiny()
    one_sided = Dataset(**{**shapes.__dict__, "split": Split(tuple(p.stem for p in shapes.pairs), ())})
    run = new_run(runs, config)
    with pytest.raises(DatasetError, match="no val frames"), runs.writer(run.id) as writer:
        train(config, one_sided, writer, runs)


def test_notebook_preset_trains(shapes: Dataset, runs: RunStore) -> None:
    notebook = {"preset": "notebook", "architecture": "unet_notebook", "loss": "dice_bce", "optimizer": "adam"}
    window = {"window": "fraction", "rotation": 0, "brightness": 0, "contrast": 0, "saturation": 0, "seek": 0}
    config = tiny(**notebook, geometry={"squeeze": (128, 128)}, crop=(128, 128), augment=window, epochs=1)
    run = new_run(runs, config)
    with runs.writer(run.id) as writer:
        result = train(config, shapes, writer, runs)
    assert result.steps == 3
    assert ModelSpec.model_validate_json(runs.file(run.id, MODEL_FILE).read_text()).output == "sigmoid"
