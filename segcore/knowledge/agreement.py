"""How far two labellings of one frame agree, pixel by pixel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segcore.knowledge.stability import flicker


@dataclass(frozen=True)
class Agreement:
    """Of one frame.

    Attributes:
        pixels: share of the pixels with the same class in both; NaN where no pixel has a class in both.
        miou: mean over the classes that are in either, of their overlap (intersection over union).
    """

    pixels: float
    miou: float


def agreement(one: np.ndarray, other: np.ndarray, classes: int) -> Agreement:
    """Compare two labellings of a frame.

    Args:
        one, other: (H, W) uint8 labels; those that are no class (255) do not count.
        classes: how many.
    """
    apart = flicker(one, other, None, classes)  # the same count, of two frames that are one
    there = apart.classes[~np.isnan(apart.classes)].astype(np.float64)
    return Agreement(1 - apart.share, float(1 - there.mean()) if there.size else float("nan"))


def translated(names: Sequence[str], other: Sequence[str]) -> tuple[np.ndarray, int]:
    """A table that makes the ids of `other` those of `names`, where a class has the same name.

    Returns:
        (256,) uint8, label of the second → label of the first, 255 stays; and how many classes both have together
        (those that only the second has come after those of the first).
    """
    together = list(dict.fromkeys([*names, *other]))
    table = np.full(256, 255, np.uint8)
    for label, name in enumerate(other):
        table[label] = together.index(name)
    return table, len(together)
