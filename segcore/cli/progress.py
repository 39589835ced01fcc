"""Progress bars of the command line."""

from __future__ import annotations

from types import TracebackType

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from segcore.cli.report import console
from segcore.training.config import TrainConfig
from segcore.training.events import EpochEvent, StepEvent


class TrainingBar:
    """A listener that shows a bar with the ETA, and a line for every epoch.

    Args:
        config: of the training.
        quiet: show epochs only, for a log file.
    """

    def __init__(self, config: TrainConfig, *, quiet: bool) -> None:
        self._quiet = quiet
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            console=console,
            disable=quiet,
        )
        self._task = self._bar.add_task(f"Training on {config.dataset}", total=1.0, left="")

    def __enter__(self) -> TrainingBar:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def on_step(self, event: StepEvent) -> None:
        """Move the bar."""
        left = "" if event.eta_s is None else f"{int(event.eta_s) // 60}:{int(event.eta_s) % 60:02d} left"
        text = f"epoch {event.epoch}  loss {event.loss:.3f}  {event.images_per_s:.1f} images/s"
        self._bar.update(self._task, completed=event.progress, description=text, left=left)

    def on_epoch(self, event: EpochEvent) -> None:
        """Print the epoch's scores."""
        line = (
            f"epoch {event.epoch:>3}  loss {event.loss:.3f}  val loss {event.val_loss:.3f}  "
            f"val mIoU {event.evaluation.miou:.3f}{'  best' if event.best else ''}"
        )
        (console.print if self._quiet else self._bar.console.print)(line, highlight=False)
