"""What a training tells while it runs, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from segcore.evaluation.metrics import Evaluation


@dataclass(frozen=True)
class StepEvent:
    """A step was done."""

    step: int
    """Steps done in all, from 1."""
    epoch: int
    """The epoch it belongs to, from 1."""
    steps_per_epoch: int
    loss: float
    dice: float
    """Of this batch alone, mean over the classes in it, hard labels."""
    miou: float
    """Likewise."""
    rate: float
    """Learning rate."""
    seconds: float
    """What the step took, from asking for its batch to its last figure."""
    images_per_s: float
    input_share: float
    """Share of the step in which the network waited for its input."""
    progress: float
    eta_s: float | None


@dataclass(frozen=True)
class EpochEvent:
    """An epoch was done and validated."""

    epoch: int
    step: int
    loss: float
    """Mean over the epoch's steps."""
    val_loss: float
    evaluation: Evaluation
    seconds: float
    best: bool
    """Whether this is the best epoch so far."""
    pictures: list[np.ndarray]
    """Predicted labels (H, W) uint8 of the fixed validation frames, at their masks' own resolution."""


class Listener(Protocol):
    """Somebody who follows a training."""

    def on_step(self, event: StepEvent) -> None:
        """After every step."""
        ...

    def on_epoch(self, event: EpochEvent) -> None:
        """After every epoch."""
        ...
