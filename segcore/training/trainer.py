"""Train a network on a dataset within its budget, so that nothing but the running epoch can be lost."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf

from segcore import __version__
from segcore.datasets.store import Dataset
from segcore.errors import Cancelled, DatasetError, TrainingDiverged
from segcore.evaluation.metrics import Evaluation, dice, iou, mean_present
from segcore.models.spec import BEST_WEIGHTS, MODEL_FILE
from segcore.models.weights import load_weights, model_arrays
from segcore.pipeline.batches import train_batches
from segcore.runs.store import RunStore
from segcore.runs.writer import RunWriter
from segcore.temporary import passing
from segcore.training.best import keep_best, recall_best
from segcore.training.checkpoint import TrainState, load_checkpoint, save_checkpoint
from segcore.training.config import TrainConfig, fitted
from segcore.training.events import EpochEvent, Listener, StepEvent
from segcore.training.folds import in_fold
from segcore.training.parts import make_parts
from segcore.training.recorder import Recorder
from segcore.training.resources import bytes_needed, check_room, explained
from segcore.training.schedule import Budget, learning_rate, steps_per_epoch
from segcore.training.validation import PICTURES, validate


@dataclass(frozen=True)
class TrainResult:
    """What came of a training."""

    epochs: int
    steps: int
    seconds: float
    best_epoch: int
    evaluation: Evaluation
    """Of the best weights on the validation part."""
    stopped_early: bool


def train(
    config: TrainConfig,
    dataset: Dataset,
    writer: RunWriter,
    store: RunStore,
    *,
    resume: bool = False,
    listeners: Sequence[Listener] = (),
) -> TrainResult:
    """Train until the budget is used up or somebody asks to stop; the run keeps best and last weights.

    Args:
        config: all settings.
        dataset: its training part is learned, its validation part scored.
        writer: of the run, entered.
        store: of the run.
        resume: go on from the run's last checkpoint.
        listeners: told of every step and epoch, after the run's own recorder.

    Raises:
        DatasetError: a side of the split is empty, or there is no such fold.
        TrainingDiverged: the loss became NaN or infinite; best weights are kept.
        OutOfMemory, DiskFull: what was kept before is whole.
        Cancelled: the user cancelled.
    """
    dataset = in_fold(dataset, config.fold)
    config = fitted(config, dataset)
    for part in ("train", "val"):
        if not dataset.part(part):
            raise DatasetError(f"Dataset {dataset.name!r} has no {part} frames.", fix="Make a new split.")
    kept = explained(config, store, writer.run_id)
    with kept, passing() as scratch:
        return _Training(config, dataset, writer, store, scratch, listeners, resume).run()


class _Training:
    """One training: what it holds open, and its loop."""

    def __init__(
        self,
        config: TrainConfig,
        dataset: Dataset,
        writer: RunWriter,
        store: RunStore,
        scratch: Path,
        listeners: Sequence[Listener],
        resume: bool,
    ) -> None:
        self.config, self.dataset, self.writer, self.store, self.scratch = (
            config,
            dataset,
            writer,
            store,
            scratch,
        )
        self.started = time.monotonic()
        self.parts = make_parts(config, dataset, store, writer.run_id)
        self.state, self.index = TrainState(), list[dict]()
        if resume:
            parts = self.parts
            self.state, self.index = load_checkpoint(
                store, writer.run_id, parts.model, parts.optimizer, parts.average.model
            )
            recall_best(store, writer.run_id, self.state)
        self.listeners: list[Listener] = [
            Recorder(writer, dataset.classes, self.parts.frames[:PICTURES]),
            *listeners,
        ]
        self.steps = steps_per_epoch(len(dataset.part("train")), config)
        self.budget = Budget(config, self.steps, self.state.seconds)
        self.used = self.state.seconds

    def run(self) -> TrainResult:
        """The whole training; see `train`."""
        check_room(self.store, self.writer.run_id, self.scratch, bytes_needed(self.parts.model, self.parts.optimizer))
        self._record_start()
        batches = iter(
            train_batches(
                self.dataset.part("train"),
                self.config,
                scratch=self.scratch,
                start=self.state.step * self.config.batch_size,
            )
        )
        stopped = False
        while not stopped and self._time_left():
            losses, stopped = self._epoch(batches)
            if losses:
                self._finish_epoch(losses)
        return self._finish(stopped)

    def _record_start(self) -> None:
        self.writer.put_file(MODEL_FILE, self.parts.spec.model_dump_json(indent=1).encode())
        self.writer.put_file("split.json", json.dumps(self._split(), indent=1).encode())
        self.writer.set_tags(
            {
                "segcore.version": __version__,
                "segcore.encoder_weights": self.parts.spec.encoder_weights,
                "segcore.dataset_hash": self.dataset.content_hash,
                "segcore.steps_per_epoch": str(self.steps),
            }
            | self.parts.device.tags()
            | self.parts.start_tags
        )

    def _split(self) -> dict[str, list[str]]:
        return {part: [p.stem for p in self.dataset.part(part)] for part in ("train", "val")}

    def _epoch(self, batches: Iterator[tuple[tf.Tensor, tf.Tensor]]) -> tuple[list[float], bool]:
        """Steps up to the end of the epoch or of the budget: their losses, and whether to stop."""
        losses: list[float] = []
        for _ in range(self.steps):
            asked = self.writer.asked()
            if asked == "cancel":
                raise Cancelled("Cancelled by the user.")
            if asked == "stop" or self._progress() >= 1:
                return losses, asked == "stop"
            losses.append(self._step(batches))
        return losses, False

    def _step(self, batches: Iterator[tuple[tf.Tensor, tf.Tensor]]) -> float:
        begin = time.monotonic()
        images, labels = next(batches)
        fed = time.monotonic()
        progress = self._progress()
        rate = learning_rate(progress, self.config.learning_rate, self.config.schedule, self.config.warm_up)
        self.parts.optimizer.learning_rate = rate
        self.parts.loss.at(progress)
        value, confusion = self.parts.train_step(images, labels)
        loss, matrix = float(value), confusion.numpy()
        step = self.state.step + 1
        if not math.isfinite(loss):
            raise TrainingDiverged(
                f"Diverged at step {step}: the loss is {loss}. The best weights so far are kept.",
                fix="Start again with a lower learning rate.",
            )
        self.parts.average.update(step)
        self.state.step = step
        seconds = time.monotonic() - begin
        event = StepEvent(
            step=step,
            epoch=self.state.epoch + 1,
            steps_per_epoch=self.steps,
            loss=loss,
            dice=mean_present(dice(matrix)),
            miou=mean_present(iou(matrix)),
            rate=rate,
            seconds=seconds,
            images_per_s=self.config.batch_size / seconds,
            input_share=(fed - begin) / seconds,
            progress=progress,
            eta_s=self.budget.remaining(step, self._elapsed()),
        )
        for listener in self.listeners:
            listener.on_step(event)
        return loss

    def _finish_epoch(self, losses: list[float]) -> None:
        """Validate, keep the best weights, tell the listeners, write the checkpoint – in this order.

        A resumed training goes on after the checkpoint, so all that was told before it must be in the run
        store first; what is told twice (a kill in between) counts once.
        """
        begin = time.monotonic()
        scores, val_loss, pictures = validate(self.parts.frames, self.dataset.classes, self.parts.score)
        self._check_finite(val_loss)
        state = self.state
        state.epoch += 1
        best = not scores.miou <= state.best_miou  # also where no class could be scored (NaN)
        if best:
            keep_best(self.store, self.writer.run_id, self.parts.average.model, self.scratch, state, scores.miou)
        previous, state.seconds = state.seconds, self.used + self._elapsed()
        event = EpochEvent(
            epoch=state.epoch,
            step=state.step,
            loss=float(np.mean(losses)),
            val_loss=val_loss,
            evaluation=scores,
            seconds=state.seconds - previous,
            best=best,
            pictures=pictures,
        )
        for listener in self.listeners:
            listener.on_epoch(event)
        self.writer.flush()
        self.index = save_checkpoint(
            self.writer.put_file, self.index, self.parts.model, self.parts.optimizer, self.parts.average.model, state
        )
        self.budget.reserve = time.monotonic() - begin

    def _check_finite(self, val_loss: float) -> None:
        """The last step of an epoch may spoil the weights though its own loss was finite: nothing of it is kept."""
        arrays = model_arrays(self.parts.model).values()
        if not math.isfinite(val_loss) or not all(np.isfinite(array).all() for array in arrays):
            raise TrainingDiverged(
                f"Diverged at step {self.state.step}: its weights are no numbers. The best weights so far are kept.",
                fix="Start again with a lower learning rate.",
            )

    def _finish(self, stopped: bool) -> TrainResult:
        """Score the best weights once more and keep the full evaluation."""
        if self.state.best_epoch == 0:
            raise Cancelled("Stopped before the first epoch was done: there are no weights to keep.")
        best = self.store.file(self.writer.run_id, BEST_WEIGHTS)
        load_weights(self.parts.average.model, best, self.state.best_sha256)
        scores, _, _ = validate(self.parts.frames, self.dataset.classes, self.parts.score)
        self.writer.put_file("evaluation.json", json.dumps(scores.as_json(every_image=True)).encode())
        if stopped:
            self.writer.set_reason("Stopped early by the user; the best weights are kept.")
        state = self.state
        return TrainResult(state.epoch, state.step, self.used + self._elapsed(), state.best_epoch, scores, stopped)

    def _elapsed(self) -> float:
        return time.monotonic() - self.started

    def _time_left(self) -> bool:
        """Whether the budget lasts; at its end the store is asked once more for minutes that were just added."""
        if self._progress() < 1:
            return True
        self.writer.listen()
        return self._progress() < 1

    def _progress(self) -> float:
        self.budget.extend(self.writer.extra_minutes() * 60)
        return self.budget.progress(self.state.step, self._elapsed())
