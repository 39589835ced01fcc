"""Contours lie within a pixel of the frame of where scikit-image finds them on the same planes, at every scale.

Compared wherever the plane changes by 2 of 255 levels a pixel of the frame or more: where it is flatter, such as on a
saddle, the place of ½ is lost in the 8 bits of a confidence. The frame's margin is left out: there our contours close.
"""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from scipy.spatial import cKDTree
from skimage import measure

from segcore.video.contours import find_contours

SHAPE = (45, 80)
LEAST_SLOPE = 2.0


def smooth_plane(seed: int) -> np.ndarray:
    """A probability (h, w) in [0, 1] with hills of a few pixels: regions, holes, and both at the border."""
    hills = np.random.default_rng(seed).normal(size=(5, 8)).astype(np.float32)
    return 1 / (1 + np.exp(-8 * cv2.resize(hills, SHAPE[::-1], interpolation=cv2.INTER_CUBIC)))


def ring() -> np.ndarray:
    """A disc with a hole."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    return 1 / (1 + np.exp(np.abs(np.hypot(x - 40, y - 22) - 12) - 5))


def half() -> np.ndarray:
    """All above a slanting line, out of the frame at three sides."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    return 1 / (1 + np.exp(0.8 * (y - 15 - x / 9)))


def dense(line: np.ndarray, closed: bool) -> np.ndarray:
    """Points along a line (n, 2), a tenth of a pixel apart."""
    ends = np.roll(line, -1, axis=0) if closed else np.concatenate([line[1:], line[-1:]])
    pieces = []
    for start, end in zip(line, ends, strict=True):
        steps = max(1, int(10 * np.hypot(*(end - start))))
        pieces.append(start + np.linspace(0, 1, steps, endpoint=False)[:, None] * (end - start))
    return np.concatenate(pieces)


def apart(plane: np.ndarray, scale: int, aside: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Distances from scikit-image's contours to ours, and from ours to theirs, in pixels of the frame.

    `aside`: by how many pixels of the labels ours are moved, to see that it shows.
    """
    sure = np.rint(np.maximum(plane, 1 - plane) * 255).astype(np.uint8)
    size = (SHAPE[0] * scale, SHAPE[1] * scale)
    labels = (plane > 0.5).astype(np.uint8)
    found = find_contours(np.roll(labels, aside, axis=1), [1], size, np.roll(sure, aside, axis=1))[1]
    large = cv2.resize(np.where(plane > 0.5, sure, 255.0 - sure).astype(np.float32), size[::-1])
    ours = np.concatenate([dense(line[:, 0], closed=True) for line in found])
    theirs = np.concatenate([dense(line[:, ::-1], closed=False) for line in measure.find_contours(large, 127.5)])
    slope = np.hypot(*np.gradient(large))
    return (
        cKDTree(ours).query(compared(theirs, slope, scale))[0],
        cKDTree(theirs).query(compared(ours, slope, scale))[0],
    )


def compared(points: np.ndarray, slope: np.ndarray, scale: int) -> np.ndarray:
    x, y = np.rint(points).astype(int).T.clip(0)
    height, width = slope.shape
    x, y = x.clip(max=width - 1), y.clip(max=height - 1)
    margin = 2 * scale
    inner = (x >= margin) & (y >= margin) & (x < width - margin) & (y < height - margin)
    return points[inner & (slope[y, x] >= LEAST_SLOPE)]


@pytest.mark.parametrize("scale", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("plane", [*(smooth_plane(seed) for seed in range(6)), ring(), half()])
def test_within_a_pixel_of_scikit_image(plane: np.ndarray, scale: int) -> None:
    theirs_to_ours, ours_to_theirs = apart(plane, scale)
    assert len(theirs_to_ours) > 300
    assert len(ours_to_theirs) > 300
    assert theirs_to_ours.max() < 1
    assert ours_to_theirs.max() < 1
    assert np.median(ours_to_theirs) < 0.3


def test_a_contour_a_pixel_of_the_labels_aside_would_be_noticed() -> None:
    theirs_to_ours, ours_to_theirs = apart(ring(), 4, aside=1)
    assert theirs_to_ours.max() > 3
    assert ours_to_theirs.max() > 3
