"""How long frames of a video go on looking alike, by their perceptual hashes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from segcore.datasets.splits.timeline import Timeline

_FARTHEST = 16
_FEWEST = 4
_ALIKE = 0.75
"""Frames look alike while a quarter of the pairs differ in less than this share of the bits of any two frames."""


def hash_bits(text: str) -> int:
    """16 hexadecimal digits → 64 bits."""
    return int(text, 16)


def alike_for(line: Timeline, looks: Mapping[str, str]) -> int:
    """Up to how many steps apart frames of a video still look more alike than frames do anyhow.

    Args:
        line: the frames.
        looks: stem → perceptual hash, 16 hexadecimal digits; frames without one are passed over.

    Returns:
        0..16; 0 where hashes are missing or neighbours are no more alike than others.
    """
    known = [i for i, stem in enumerate(line.stems) if looks.get(stem)]
    if len(known) < _FEWEST:
        return 0
    hashes = np.array([hash_bits(looks[line.stems[i]]) for i in known], np.uint64)
    video, time = line.video[known], line.time[known]
    usual = usual_distance(hashes)
    for steps in range(1, _FARTHEST + 1):
        differ = _apart(hashes, video, time, steps)
        if len(differ) < _FEWEST or np.percentile(differ, 25) >= _ALIKE * usual:
            return steps - 1
    return _FARTHEST


def usual_distance(hashes: np.ndarray) -> float:
    """Median number of bits in which any two frames differ; (N,) uint64, two or more."""
    few = hashes[:: max(1, len(hashes) // 400)]
    differ = np.bitwise_count(few[:, None] ^ few[None])
    return float(np.median(differ[np.triu_indices(len(few), 1)]))


def _apart(hashes: np.ndarray, video: np.ndarray, time: np.ndarray, steps: int) -> np.ndarray:
    """Bits in which frames differ that are so many steps apart: one number a pair."""
    far = float(time.max(initial=0)) + _FARTHEST + 2
    place = video * far + time
    other = np.searchsorted(place, place + steps - 0.5)
    there = other < len(place)
    there[there] &= place[other[there]] < place[there] + steps + 0.5
    return np.bitwise_count(hashes[there] ^ hashes[other[there]])
