"""Outlines of the objects of one frame: how long each is, and how much of it is shared with another object."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import cv2
import numpy as np

_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


@dataclass(frozen=True)
class Outlines:
    """Pixels along the outlines of all objects of a frame.

    Attributes:
        padded: (h + 2, w + 2) uint8 or uint16, the object of each pixel, 0 where none.
        at: (m,) int64, places in the flattened `padded` of pixels of objects with one of their four neighbours
            outside of the object, or of the frame.
        objects: (m,) of the same type, whose they are.
    """

    padded: np.ndarray
    at: np.ndarray
    objects: np.ndarray


def outlines_of(numbers: np.ndarray) -> Outlines:
    """The outline pixels of all objects.

    Args:
        numbers: (h, w) uint8 or uint16, as of `component_map`; a gradient of uint8 takes an eighth of the time.
    """
    padded = cv2.copyMakeBorder(numbers, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    uneven = cv2.morphologyEx(padded, cv2.MORPH_GRADIENT, _CROSS)
    at = np.flatnonzero(uneven > 0)  # ten times quicker on booleans than on numbers
    objects = padded.reshape(-1)[at]
    return Outlines(padded, at[objects > 0], objects[objects > 0])


def perimeters(outlines: Outlines, count: int) -> np.ndarray:
    """Length of each object's outline, holes included, in pixels.

    The same estimate as scikit-image's `perimeter` with 4 neighbours: outline pixels weigh 1, √2 or the mean of both,
    by how the outline goes on from them (K. Benkrid, D. Crookes: Design and FPGA Implementation of a Perimeter
    Estimator).

    Args:
        outlines: of the frame.
        count: how many objects there are.

    Returns:
        (count,) float64.
    """
    width = outlines.padded.shape[1]
    only = np.zeros(outlines.padded.size, outlines.objects.dtype)
    only[outlines.at] = outlines.objects
    near = np.zeros(len(outlines.at), np.uint8)
    for offset, weight in _neighbours(width):
        near += (only[outlines.at + offset] == outlines.objects) * np.uint8(weight)
    return np.bincount(outlines.objects, _WEIGHTS[near + 1], count + 1)[1:]


def _neighbours(width: int) -> list[tuple[int, int]]:
    straight, diagonal = (-width, -1, 1, width), (-width - 1, -width + 1, width - 1, width + 1)
    return [(offset, 2) for offset in straight] + [(offset, 10) for offset in diagonal]


def _weights() -> np.ndarray:
    weights = np.zeros(64)
    weights[[5, 7, 15, 17, 25, 27]] = 1
    weights[[21, 33]] = sqrt(2)
    weights[[13, 23]] = (1 + sqrt(2)) / 2
    return weights


_WEIGHTS = _weights()


def shared(outlines: Outlines, scale: tuple[float, float] = (1.0, 1.0)) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which objects touch: two do where a pixel of one is the left, right, upper or lower neighbour of the other's.

    Args:
        outlines: of the frame.
        scale: (height, width) of a pixel in the unit of the lengths.

    Returns:
        first, second: (k,) int64 objects, first < second. length: (k,) float64, of the pixel edges between them.
    """
    flat, width = outlines.padded.reshape(-1), outlines.padded.shape[1]
    keys, lengths = [], []
    for offset, length in ((1, scale[0]), (width, scale[1])):
        other = flat[outlines.at + offset].astype(np.int64)
        mine = outlines.objects.astype(np.int64)
        touching = (other > 0) & (other != mine)
        low, high = np.minimum(mine, other)[touching], np.maximum(mine, other)[touching]
        keys.append(low << 16 | high)
        lengths.append(np.full(len(low), length))
    pairs, place = np.unique(np.concatenate(keys), return_inverse=True)
    return pairs >> 16, pairs & 0xFFFF, np.bincount(place, np.concatenate(lengths), len(pairs))
