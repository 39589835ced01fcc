"""The exact borders of a class, along the edges of pixels. Pure functions."""

from __future__ import annotations

import numpy as np


def borders(labels: np.ndarray, class_id: int) -> tuple[np.ndarray, np.ndarray]:
    """Lines around every region of a class, holes included; nothing is smoothed.

    Args:
        labels: (H, W) uint8.
        class_id: the class.

    Returns:
        x, y: float32, (3 n): two ends of a line, then NaN. Pixel centres lie at whole numbers, as Plotly
        draws images, so a lone pixel (0, 0) is bordered by lines from -0.5 to 0.5.
    """
    inside = np.pad(labels == class_id, 1)
    level, from_, to = _runs(inside[1:, 1:-1] != inside[:-1, 1:-1])
    upright, above, below = _runs((inside[1:-1, 1:] != inside[1:-1, :-1]).T)
    x = np.concatenate([_lines(from_, to), _lines(upright, upright)])
    y = np.concatenate([_lines(level, level), _lines(above, below)])
    return x, y


def _runs(edges: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Runs of True in each row: (row, first, one past the last)."""
    steps = np.diff(np.pad(edges.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, first = np.nonzero(steps == 1)
    return row, first, np.nonzero(steps == -1)[1]


def _lines(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    gap = np.full(len(start), np.nan)
    return np.stack([start - 0.5, end - 0.5, gap], axis=1).astype(np.float32).ravel()
