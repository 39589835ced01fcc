"""From a network's scores to labels of any size: the way back from its resolution to the frame's."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

MANY = 0.12
"""Share of pixels between unlike neighbours beyond which whole planes are scaled: it is quicker then (8 classes from
640×352 to 1080p: 42 instead of 81 ms with a share of 0.08, 73 instead of 63 with 0.155)."""


def labels_at(scores: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The best class of each pixel at any size: scores are scaled bilinearly, then compared.

    Labels scaled by nearest neighbour have stair-steps as wide as the scale; borders of scores lie between pixels.
    A class that is the best at four neighbouring pixels is so everywhere between them: only where they differ are
    scores scaled. One class is scaled at a time, so that memory does not grow with their number.

    Args:
        scores: (h, w, C) float32, the larger the likelier (logits or probabilities).
        size: (height, width) wanted.

    Returns:
        (height, width) uint8, the lowest class where several are equal.
    """
    if scores.shape[:2] == size:
        return scores.argmax(axis=-1).astype(np.uint8)
    planes = [np.ascontiguousarray(scores[..., number]) for number in range(scores.shape[-1])]
    coarse = _best(planes)
    down, across = _Side(scores.shape[0], size[0]), _Side(scores.shape[1], size[1])
    mixed = down.spread(across.spread(_mixed(coarse), 1), 0)
    places = np.flatnonzero(mixed)
    if places.size > MANY * mixed.size:
        return _best(cv2.resize(plane, size[::-1], interpolation=cv2.INTER_LINEAR) for plane in planes)
    labels = down.spread(across.spread(coarse, 1), 0)
    between = _Between(down, across, *np.divmod(places, size[1]))
    labels.reshape(-1)[places] = _best(between.of(plane) for plane in planes)
    return labels


class _Side:
    """Where the pixels of a scaled side lie between those it had, as in OpenCV's linear interpolation."""

    def __init__(self, pixels: int, wanted: int) -> None:
        self.pixels = pixels
        at = ((np.arange(wanted) + 0.5) * (pixels / wanted) - 0.5).clip(0, pixels - 1)
        self.before = at.astype(np.intp)
        self.after = np.minimum(self.before + 1, pixels - 1)
        self.share = (at - self.before).astype(np.float32)
        """Of the pixel after."""

    def spread(self, array: np.ndarray, axis: int) -> np.ndarray:
        """To each place what the pixel before it holds."""
        return array.take(self.before, axis=axis)


def _mixed(labels: np.ndarray) -> np.ndarray:
    """(h, w) bool: a pixel, its right, its lower and its lower right neighbour are not all alike."""
    beside, below = labels[:, 1:] != labels[:, :-1], labels[1:] != labels[:-1]
    mixed = np.zeros(labels.shape, bool)
    mixed[:, :-1] = beside
    mixed[:-1, :-1] |= beside[1:]
    mixed[:-1] |= below
    return mixed


class _Between:
    """Values of planes (h, w) at some places of the scaled ones, bilinear."""

    def __init__(self, down: _Side, across: _Side, y: np.ndarray, x: np.ndarray) -> None:
        """`y`, `x` (N,): the places."""
        upper, lower = down.before[y] * across.pixels, down.after[y] * across.pixels
        left, right = across.before[x], across.after[x]
        self._corners = upper + left, upper + right, lower + left, lower + right
        self._down, self._across = down.share[y], across.share[x]

    def of(self, plane: np.ndarray) -> np.ndarray:
        """(N,) float32 values of a plane (h, w)."""
        flat = plane.reshape(-1)
        upper_left, upper_right, lower_left, lower_right = (flat.take(corner) for corner in self._corners)
        upper = upper_left + (upper_right - upper_left) * self._across
        lower = lower_left + (lower_right - lower_left) * self._across
        return upper + (lower - upper) * self._down


def _best(planes: Iterable[np.ndarray]) -> np.ndarray:
    """Which plane is the largest at each place, uint8; the first where several are equal."""
    each = iter(planes)
    best = next(each).copy()
    labels = np.zeros(best.shape, np.uint8)
    for number, plane in enumerate(each, start=1):
        np.putmask(labels, plane > best, number)
        np.maximum(best, plane, out=best)
    return labels
