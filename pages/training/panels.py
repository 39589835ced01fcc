"""What the monitor's panels hold, as plain data for `plots.draw`: smoothed, thinned, rounded. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pages.common.charts import ACCENT, SECOND, thinned
from pages.common.curves import CurveBook
from segcore.classes import ClassTable

DOTS, LINE = 1200, 600
"""About how many points of a curve are sent: more than a panel has pixels."""
WAITING = "#d98c21"

STEP_KEYS = ("step/loss", "step/miou", "step/dice", "step/lr", "step/seconds", "step/input_share", "step/images_per_s")
EPOCH_KEYS = ("epoch/step", "epoch/val_loss", "epoch/val_miou", "epoch/val_dice")
SCORES = {"mIoU": "miou", "Dice": "dice"}

Line = dict[str, Any]
Panel = dict[str, Any]


@dataclass(frozen=True)
class Look:
    """How the user wants the curves."""

    smoothing: float = 0.9
    """How much of its past the running mean keeps, in [0, 1); 0: the steps as they are."""
    log: bool = False
    """The loss on a logarithmic axis."""
    clip: bool = True
    """Axes that leave the wildest 2 % of the steps out."""
    score: str = "mIoU"
    """A key of `SCORES`."""


def smooth(values: np.ndarray, weight: float) -> np.ndarray:
    """Exponential moving average, corrected for its start: the first value is the first one given.

    Args:
        values: (n,) float.
        weight: how much of its past the mean keeps, in [0, 1).

    Returns:
        (n,) float64.
    """
    if weight <= 0 or not len(values):
        return np.asarray(values, float)
    return pd.Series(values).ewm(alpha=1 - weight, adjust=True).mean().to_numpy()


def rounded(values: np.ndarray, digits: int = 4) -> list[float]:
    """To so many significant digits: what travels to the browser stays short.

    Args:
        values: (n,) float, finite.
    """
    values = np.asarray(values, float)
    size = np.floor(np.log10(np.abs(values), out=np.zeros_like(values), where=values != 0))
    scale = 10.0 ** (digits - 1 - size)
    return [float(f"{v:.{digits}g}") for v in np.round(values * scale) / scale]


def line(name: str, color: str, points: np.ndarray, most: int = LINE, **more: Any) -> Line:
    """One curve of a panel.

    Args:
        name: as the legend says.
        color: "#rrggbb", or "" for the muted grey of single steps.
        points: (2, n) float, x ascending; values that are not finite are left out.
        most: about how many points are sent.
        **more: `dots`, `fill`, `halo`, `width` as plots.js knows them.
    """
    points = points[:, np.isfinite(points[1])]
    x, y = points[:, thinned(points[1], most)]
    return {"name": name, "color": color, "x": x.tolist(), "y": rounded(y)} | more


def panels(book: CurveBook, classes: ClassTable | None, look: Look) -> list[Panel]:
    """All panels of a training.

    Args:
        book: its points, with STEP_KEYS, EPOCH_KEYS and `class_keys` fetched.
        classes: None before the run has written them.
        look: as the user wants it.
    """
    score = SCORES[look.score]
    found: list[Panel] = [
        _learning(book, look, "Loss", "loss") | {"log": look.log, "zero": not look.log, "clip": look.clip},
        _learning(book, look, f"{look.score} – overlap with the truth", score) | {"range": [0, 1]},
    ]
    if classes is not None:
        found.append(_by_class(book, classes))
    rate = [line("rate", "#7d6fd6", book.arrays("step/lr"))]
    per_second = book.arrays("step/images_per_s")
    pace = [
        line("each step", "", per_second, DOTS, dots=True),
        line("mean", SECOND, np.stack([per_second[0], smooth(per_second[1], look.smoothing)])),
    ]
    return [
        *found,
        _panel("rate", "Learning rate", rate) | {"zero": True},
        _speed(book, look),
        _panel("pace", "Images a second", pace) | {"zero": True, "clip": True},
    ]


def class_keys(classes: ClassTable | None) -> list[str]:
    """The metrics of the panel of classes."""
    return [f"val_iou/{c.id}" for c in classes or ()]


def best_and_ends(book: CurveBook, best_epoch: int | None) -> tuple[float | None, list[float]]:
    """The global step at which the best epoch ended, if it has; and those of all epochs."""
    epochs, ends = book.arrays("epoch/step")
    found: Sequence[int] = np.flatnonzero(epochs == best_epoch).tolist() if best_epoch else []
    return (float(ends[found[0]]) if len(found) else None), ends.tolist()


def plateau(epochs: Sequence[float], best_epoch: int | None) -> int | None:
    """How many epochs have passed since the best one; None before the first.

    Args:
        epochs: numbers of the epochs that are done.
        best_epoch: from 1.
    """
    return int(max(epochs) - best_epoch) if len(epochs) and best_epoch else None


def _panel(name: str, title: str, lines: list[Line]) -> Panel:
    return {"id": name, "title": title, "lines": [each for each in lines if each["x"]]}


def _learning(book: CurveBook, look: Look, title: str, metric: str) -> Panel:
    steps = book.arrays(f"step/{metric}")
    mean = np.stack([steps[0], smooth(steps[1], look.smoothing)])
    return _panel(
        metric,
        title,
        [
            line("each step", "", steps, DOTS, dots=True),
            line("training", SECOND, mean, width=1.5),
            line("validation", ACCENT, book.epoch_arrays(f"epoch/val_{metric}"), width=2.5, marks=True),
        ],
    )


def _by_class(book: CurveBook, classes: ClassTable) -> Panel:
    lines = [line(c.name, c.color, book.epoch_arrays(f"val_iou/{c.id}"), halo=True, width=2) for c in classes]
    return _panel("classes", "Overlap by class", lines) | {"range": [0, 1]}


def _speed(book: CurveBook, look: Look) -> Panel:
    """What a step takes, split: the area below is waiting for images, the one above the network."""
    seconds, share = book.arrays("step/seconds"), book.arrays("step/input_share")
    _, at, of = np.intersect1d(seconds[0], share[0], return_indices=True)
    steps, total, waited = seconds[0, at], seconds[1, at] * 1000, share[1, of]
    whole = np.stack([steps, smooth(total, look.smoothing)])
    waiting = np.stack([steps, smooth(total * waited, look.smoothing)])
    lines = [
        line("whole step", ACCENT, whole, fill=True),
        line("waiting for images", WAITING, waiting, fill=True),
    ]
    return _panel("speed", "Time of a step, in ms", lines) | {"zero": True, "clip": True}
