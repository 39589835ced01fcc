"""Two ways to mend the areas that a network answers, each with what it takes for stable.

`unmixed`: P(predicted | true), how a class's pixels are answered, wherever they lie. `moved_borders`: how far the
outlines of a class lie off, on average; a pixel of the background is taken for an object beside it and nowhere else,
so the error grows with the outline, that is with the root of the area, and not with the area of the background.
"""

from __future__ import annotations

import numpy as np

_ROUNDS, _DONE = 100, 1e-7


def unmixed(predicted: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """The shares that are likeliest to be answered as the predicted ones.

    Args:
        predicted: (F, C) float64, not negative.
        matrix: (C, C) float64, P(predicted | true), rows sum to 1.

    Returns:
        (F, C) float64, not negative, of the same sums.
    """
    found = predicted.astype(float)
    for _ in range(_ROUNDS):
        answered = found @ matrix
        ratio = np.divide(predicted, answered, out=np.zeros_like(found), where=answered > 0)
        before, found = found, found * (ratio @ matrix.T)
        if np.abs(found - before).max(initial=0.0) < _DONE:
            break
    return found


def moved_borders(predicted: np.ndarray, errors: np.ndarray, floor: np.ndarray) -> np.ndarray:
    """Shares plus each class's mean error at its outlines.

    Args:
        predicted: (F, C) float64, not negative.
        errors: (C,) float64, mean of true - predicted over the root of the predicted share.
        floor: (C,) float64, the least share by which errors are scaled.

    Returns:
        (F, C) float64, not negative, of the same sums; what was not predicted stays absent.
    """
    moved = predicted + errors * np.sqrt(np.maximum(predicted, floor))
    moved = np.where(predicted > 0, np.maximum(moved, 0.0), 0.0)
    sums = moved.sum(1, keepdims=True)
    return np.where(sums > 0, moved * predicted.sum(1, keepdims=True) / np.where(sums > 0, sums, 1.0), predicted)


def rows_of(counts: np.ndarray) -> np.ndarray:
    """(C, C) counts with rows that sum to 1; a class that never was true is answered as itself."""
    totals = counts.sum(1, keepdims=True)
    return np.where(totals > 0, counts / np.where(totals > 0, totals, 1.0), np.eye(len(counts)))
