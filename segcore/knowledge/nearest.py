"""Labels at another size by nearest neighbour, to the pixel as the ledger counts them.

(OpenCV's INTER_NEAREST_EXACT rounds in fixed point: where a frame's pixel lies on the border between two of the
network's, it may take the other one.)
"""

from __future__ import annotations

import cv2
import numpy as np


def sources(small: int, large: int) -> np.ndarray:
    """Which of the small lines stands at each of the large ones: (large,) int64, ascending."""
    return (np.arange(large) * 2 + 1) * small // (2 * large)


def scaled(labels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Labels at another size.

    Args:
        labels: (h, w) uint8.
        size: (height, width).
    """
    if labels.shape == size:
        return labels
    wide = labels.take(sources(labels.shape[1], size[1]), axis=1)
    return wide.take(sources(labels.shape[0], size[0]), axis=0)


def every_nth(picture: np.ndarray, n: int) -> np.ndarray:
    """About every n-th pixel of every n-th row; exactly these where n divides both sides.

    By OpenCV, which takes a third of the time of numpy's steps where pixels have three colours.

    Args:
        picture: (h, w) or (h, w, 3) uint8.
        n: at least 1.
    """
    size = (max(1, picture.shape[1] // n), max(1, picture.shape[0] // n))
    return cv2.resize(picture, size, interpolation=cv2.INTER_NEAREST)
