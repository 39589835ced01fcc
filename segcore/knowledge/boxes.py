"""Boxes and how alike they are. (n, 4) float64: left, top, right, bottom."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Likeness(NamedTuple):
    """Of each of n boxes with each of m, (n, m) float64.

    Attributes:
        diou: distance-IoU in (-1, 1] (Zheng et al. 2020, https://arxiv.org/abs/1911.08287).
        distance: of their middles.
        within: share of the smaller one that is inside the other.
    """

    diou: np.ndarray
    distance: np.ndarray
    within: np.ndarray


def likeness(first: np.ndarray, second: np.ndarray) -> Likeness:
    """How alike each two of them are."""
    both, areas, others = overlap(first, second), area(first)[:, None], area(second)
    around = np.maximum(first[:, None, 2:], second[:, 2:]) - np.minimum(first[:, None, :2], second[:, :2])
    apart = (first[:, None, :2] + first[:, None, 2:] - second[:, :2] - second[:, 2:]) / 2
    distance = np.hypot(apart[..., 0], apart[..., 1])
    iou = both / np.maximum(areas + others - both, 1e-9)
    diou = iou - distance**2 / np.maximum((around**2).sum(-1), 1e-9)
    return Likeness(diou, distance, both / np.maximum(np.minimum(areas, others), 1e-9))


def overlap(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Area that each two have in common: (n, m) float64."""
    sides = np.minimum(first[:, None, 2:], second[:, 2:]) - np.maximum(first[:, None, :2], second[:, :2])
    return np.maximum(sides, 0).prod(-1)


def area(boxes: np.ndarray) -> np.ndarray:
    """(n,) float64."""
    return (boxes[:, 2:] - boxes[:, :2]).prod(-1)
