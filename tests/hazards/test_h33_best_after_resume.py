"""Row 33: a resumed training remembers the best score, wherever it was killed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest

from segcore.models.spec import BEST_WEIGHTS, SHA256_TAG
from segcore.models.weights import sha256_of
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.training.best import keep_best, recall_best
from segcore.training.checkpoint import TrainState


class _Killed(BaseException):
    pass


class _Until:
    """A run store that is killed before its write number `last`."""

    def __init__(self, store: RunStore, last: int) -> None:
        self._store, self._left = store, last

    def __getattr__(self, name: str) -> Any:
        if name in ("set_tags", "put_file"):
            self._left -= 1
            if self._left < 0:
                raise _Killed
        return getattr(self._store, name)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    return RunStore(Settings.from_env({"SEGCORE_HOME": str(tmp_path_factory.mktemp("best"))}))


@pytest.fixture
def model() -> keras.Model:
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])


@pytest.mark.parametrize("writes", range(4))
def test_h33_score_and_weights_belong_together_wherever_it_was_killed(
    store: RunStore, tmp_path: Path, model: keras.Model, writes: int
) -> None:
    run = store.create("train", config={}, name="best").id
    state = TrainState(epoch=3)
    keep_best(store, run, model, tmp_path, state, 0.5)
    checkpoint = state.model_copy()
    scores = {sha256_of(store.file(run, BEST_WEIGHTS)): (0.5, 3)}

    model.set_weights([w + 1 for w in model.get_weights()])
    state.epoch = 4
    try:
        keep_best(_Until(store, writes), run, model, tmp_path, state, 0.9)  # type: ignore[arg-type]
    except _Killed:
        assert writes < 3
    scores.setdefault(sha256_of(tmp_path / "best.npz"), (0.9, 4))

    recall_best(store, run, checkpoint)
    there = sha256_of(store.file(run, BEST_WEIGHTS))
    assert (checkpoint.best_miou, checkpoint.best_epoch) == scores[there]
    tags = store.get(run).tags
    assert tags[SHA256_TAG] == there == checkpoint.best_sha256
    assert float(tags["segcore.best_miou"]) == scores[there][0]
    assert scores[there][0] == (0.9 if writes >= 2 else 0.5)


def test_h33_a_run_of_an_older_version_keeps_the_score_of_its_checkpoint(
    store: RunStore, tmp_path: Path, model: keras.Model
) -> None:
    run = store.create("train", config={}, name="old").id
    state = TrainState(epoch=2)
    keep_best(store, run, model, tmp_path, state, 0.7)
    store.set_tags(run, {"segcore.best_marks": ""})
    recall_best(store, run, state)
    assert (state.best_miou, state.best_epoch) == (0.7, 2)


@pytest.mark.usefixtures("light")
@pytest.mark.parametrize(
    ("killed_in", "told", "best_epoch"),
    [("validate", [0.9, 0.2], 1), ("save_checkpoint", [0.5, 0.9, 0.7], 2)],
    ids=["after the checkpoint of the best epoch", "before the checkpoint of the best epoch"],
)
def test_h33_a_worse_epoch_after_the_resume_changes_nothing(
    shapes: Any, runs: RunStore, monkeypatch: pytest.MonkeyPatch, killed_in: str, told: list[float], best_epoch: int
) -> None:
    from tiny_training import new_run, tiny

    from segcore.evaluation.metrics import Evaluation
    from segcore.runs.records import RunState
    from segcore.training import trainer

    scores = iter([*told, 0.9])  # the last one is of the best weights, at the end
    real = trainer.validate

    class Fixed(Evaluation):
        miou = property(lambda self: self.value)  # type: ignore[assignment]

    def scored(*args: Any) -> tuple:
        evaluation, loss, shown = real(*args)
        fixed = Fixed(evaluation.names, evaluation.confusion, evaluation.images, evaluation.confusions)
        object.__setattr__(fixed, "value", next(scores))
        return fixed, loss, shown

    monkeypatch.setattr(trainer, "validate", scored)
    monkeypatch.setattr(trainer, killed_in, _killed_the_second_time(getattr(trainer, killed_in)))
    config = tiny(epochs=2, steps_per_epoch=1)
    run = new_run(runs, config)
    with pytest.raises(KeyboardInterrupt), runs.writer(run.id) as writer:
        trainer.train(config, shapes, writer, runs)
    best = sha256_of(runs.file(run.id, BEST_WEIGHTS))
    runs.set_state(run.id, RunState.QUEUED)
    with runs.writer(run.id) as writer:
        result = trainer.train(config, shapes, writer, runs, resume=True)
    assert result.best_epoch == best_epoch
    assert sha256_of(runs.file(run.id, BEST_WEIGHTS)) == best
    assert float(runs.get(run.id).tags["segcore.best_miou"]) == pytest.approx(0.9)


def _killed_the_second_time(real: Callable[..., Any]) -> Callable[..., Any]:
    calls = iter(range(1, 100))

    def call(*args: Any) -> Any:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return real(*args)

    return call
