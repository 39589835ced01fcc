"""How long a training goes on, and the learning rate on the way: pure functions of its progress."""

from __future__ import annotations

import math
from typing import Literal

from segcore.training.config import TrainConfig

WARM_UP = 0.1
"""Share of the training in which the rate of `one_cycle` rises, where it is not set."""
FLOOR = 0.01
"""`one_cycle` ends at this share of the highest rate."""

EPOCH_PASSES = 4
"""An epoch shows every frame about this many times: crops differ, and validation should not eat the time."""
EPOCH_STEPS = (32, 240)


def learning_rate(
    progress: float, highest: float, schedule: Literal["one_cycle", "constant"], warm_up: float = WARM_UP
) -> float:
    """The rate at this progress.

    `one_cycle`: linear from 1/10 of `highest` up to it over the warm-up, then down by a half cosine
    (Smith & Topin, "Super-Convergence", 2018; Loshchilov & Hutter, "SGDR", 2017).

    Args:
        progress: 0 at the start, 1 at the end; beyond 1 counts as 1.
        highest: the highest rate.
        schedule: its shape.
        warm_up: share of the training in which the rate of `one_cycle` rises.
    """
    if schedule == "constant":
        return highest
    if progress < warm_up:
        return highest * (0.1 + 0.9 * progress / warm_up)
    fall = min(1.0, (progress - warm_up) / (1 - warm_up))
    return highest * (FLOOR + (1 - FLOOR) * (1 + math.cos(math.pi * fall)) / 2)


def steps_per_epoch(frames: int, config: TrainConfig) -> int:
    """Steps of an epoch: as set, else about four passes over the frames, within 32 to 240."""
    if config.steps_per_epoch:
        return config.steps_per_epoch
    low, high = EPOCH_STEPS
    return min(high, max(low, math.ceil(EPOCH_PASSES * frames / config.batch_size)))


class Budget:
    """What a training may use: seconds, or epochs, or whichever ends first.

    Args:
        config: `minutes` and `epochs`.
        steps: steps of an epoch.
        used: seconds that earlier parts of a resumed training took.
    """

    def __init__(self, config: TrainConfig, steps: int, used: float = 0.0) -> None:
        self._granted = config.minutes * 60 if config.minutes else None
        self.seconds = self._granted
        self.steps = config.epochs * steps if config.epochs else None
        self.used = used
        self.reserve = 0.0
        """Seconds kept free at the end for the last validation."""

    def extend(self, seconds: float) -> None:
        """Grant so many seconds beyond the settings, in all; a budget that counts epochs only stays as it is.

        Progress falls back to the share of the longer budget that is used, and the learning rate, which follows it,
        rises again: a warm restart (Loshchilov & Hutter, "SGDR", 2017) that is as gentle as the addition is small.
        """
        if self._granted is not None:
            self.seconds = self._granted + max(0.0, seconds)

    def progress(self, step: int, elapsed: float) -> float:
        """0 at the start, 1 when it is used up.

        Args:
            step: steps done.
            elapsed: seconds of this part.
        """
        by_time = (self.used + elapsed) / max(1e-9, self.seconds - self.reserve) if self.seconds else 0.0
        by_steps = step / self.steps if self.steps else 0.0
        return min(1.0, max(by_time, by_steps))

    def remaining(self, step: int, elapsed: float) -> float | None:
        """Seconds that are left, from the rate so far; None before the first step."""
        progress = self.progress(step, elapsed)
        if progress <= 0:
            return None
        if self.seconds and (not self.steps or (self.used + elapsed) / self.seconds >= step / self.steps):
            return max(0.0, self.seconds - self.used - elapsed)
        return (self.used + elapsed) * (1 - progress) / progress
