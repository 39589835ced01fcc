"""The exact borders of a class, along the edges of pixels. Pure functions."""

from __future__ import annotations

import numpy as np

Lines = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Lines along one axis, each (n,) int: where across, from, to, in edges of pixels (0: the first one's outer edge)."""


def borders(labels: np.ndarray, class_id: int) -> tuple[Lines, Lines]:
    """Lines around every region of a class, holes included; nothing is smoothed.

    Args:
        labels: (H, W) uint8.
        class_id: the class.

    Returns:
        The level lines (y, from x, to x) and the upright ones (x, from y, to y). The pixel in row 0 and column 0
        alone has the level lines (0, 0, 1) and (1, 0, 1).
    """
    inside = np.pad(labels == class_id, 1)
    return _runs(inside[1:, 1:-1] != inside[:-1, 1:-1]), _runs((inside[1:-1, 1:] != inside[1:-1, :-1]).T)


def _runs(edges: np.ndarray) -> Lines:
    """Runs of True in each row: row, first, one past the last."""
    steps = np.diff(np.pad(edges.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, first = np.nonzero(steps == 1)
    return row, first, np.nonzero(steps == -1)[1]


def svg_path(labels: np.ndarray, class_id: int) -> str:
    """The borders as the path of a drawing whose unit is a pixel: "M0 0H1M0 1H1M0 0V1M1 0V1"."""
    level, upright = (np.stack(lines, axis=1).tolist() for lines in borders(labels, class_id))
    return "".join([*(f"M{a} {y}H{b}" for y, a, b in level), *(f"M{x} {a}V{b}" for x, a, b in upright)])
