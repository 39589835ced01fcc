"""Writes what a training tells into its run: metrics, progress, predictions on the fixed frames."""

from __future__ import annotations

import math

from segcore.classes import ClassTable
from segcore.evaluation.metrics import dice, iou
from segcore.runs.records import Progress
from segcore.runs.writer import RunWriter
from segcore.training.events import EpochEvent, StepEvent
from segcore.training.pictures import epoch_files, fixed_frame, frame_files
from segcore.training.validation import Frame


class Recorder:
    """A listener that logs to a run.

    Args:
        writer: of the run.
        classes: of the dataset.
        frames: the fixed validation frames, whose predictions are kept epoch by epoch.
    """

    def __init__(self, writer: RunWriter, classes: ClassTable, frames: list[Frame]) -> None:
        self._writer = writer
        self._classes = classes
        self._frames = [fixed_frame(k, frame.stem, frame.image, frame.truth) for k, frame in enumerate(frames)]
        self._frames_kept = False

    def on_step(self, event: StepEvent) -> None:
        """Per-step metrics and the progress bar."""
        values = {
            "step/loss": event.loss,
            "step/dice": event.dice,
            "step/miou": event.miou,
            "step/lr": event.rate,
            "step/images_per_s": event.images_per_s,
            "step/input_share": event.input_share,
            "step/seconds": event.seconds,
        }
        self._log(values, event.step)
        self._writer.progress(
            Progress(
                stage=f"epoch {event.epoch}",
                done=event.progress,
                total=1.0,
                unit="",
                rate=event.images_per_s,
                eta_s=event.eta_s,
                note=f"step {event.step}",
            )
        )

    def on_epoch(self, event: EpochEvent) -> None:
        """Per-epoch metrics, per-class scores, predictions on the fixed frames."""
        scores = event.evaluation
        values = {
            "epoch/loss": event.loss,
            "epoch/val_loss": event.val_loss,
            "epoch/val_miou": scores.miou,
            "epoch/val_miou_foreground": scores.miou_foreground,
            "epoch/val_dice": scores.dice,
            "epoch/seconds": event.seconds,
            "epoch/step": float(event.step),
        }
        ious, dices = iou(scores.confusion), dice(scores.confusion)
        values |= {f"val_iou/{c.id}": float(ious[c.id]) for c in self._classes}
        values |= {f"val_dice/{c.id}": float(dices[c.id]) for c in self._classes}
        self._log(values, event.epoch)
        self._keep_pictures(event)
        if event.best:
            self._writer.set_tags({"segcore.best_epoch": str(event.epoch), "segcore.best_miou": f"{scores.miou:.6f}"})

    def _keep_pictures(self, event: EpochEvent) -> None:
        files = epoch_files(event.epoch, self._frames, event.pictures)
        if not self._frames_kept:
            files = frame_files(self._frames) | files
        for name, data in files.items():
            self._writer.put_file(name, data)
        self._frames_kept = True

    def _log(self, values: dict[str, float], step: int) -> None:
        self._writer.log({k: v for k, v in values.items() if math.isfinite(v)}, step)
