"""How many pixels have each value; in bands, because NumPy's counting widens every pixel to eight bytes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

_BAND = 1 << 20


def counts_of(labels: np.ndarray) -> np.ndarray:
    """Pixels of each value of a (H, W) uint8 array: (256,) int64."""
    total = np.zeros(256, np.int64)
    for band in _bands(labels):
        total += np.bincount(band, minlength=256)
    return total


def values_of(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The values of an integer array, sorted, and how often each is there: as `numpy.unique` with counts."""
    values, counts = np.zeros(0, codes.dtype), np.zeros(0, np.int64)
    for band in _bands(codes):
        found, often = np.unique(band, return_counts=True)
        values, place = np.unique(np.concatenate([values, found]), return_inverse=True)
        counts = np.bincount(place, np.concatenate([counts, often]), minlength=len(values)).astype(np.int64)
    return values, counts


def _bands(array: np.ndarray) -> Iterator[np.ndarray]:
    flat = array.ravel()
    for begin in range(0, flat.size, _BAND):
        yield flat[begin : begin + _BAND]
