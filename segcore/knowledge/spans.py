"""From series with flicker to stretches of time. Pure functions over the frames of a video."""

from __future__ import annotations

import numpy as np

from segcore.knowledge.frame_times import FrameTimes

Span = tuple[int, int]
"""First and last frame of a stretch, as places among all frames."""


def hysteresis(values: np.ndarray, on: float, off: float) -> np.ndarray:
    """On from where a value reaches `on` until one falls below `off`.

    Args:
        values: (n,) float.
        on, off: on ≥ off; in between it stays as it was, and is off in the beginning.

    Returns:
        (n,) bool.
    """
    decided = (values >= on) | (values < off)
    last = np.maximum.accumulate(np.where(decided, np.arange(len(values)), -1))
    return np.where(last >= 0, values[last] >= on, False)


def stays(there: np.ndarray, times: FrameTimes, *, bridge_s: float, min_s: float) -> list[Span]:
    """The stretches of True.

    Args:
        there: (n,) bool, one a frame.
        times: of the same n frames.
        bridge_s: gaps that are shorter are none.
        min_s: then stretches that are shorter are none.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], there.astype(np.int8), [0]])))
    if not len(edges):
        return []
    starts, stops = edges[::2], edges[1::2] - 1
    apart = times.starts[starts[1:]] - times.ends[stops[:-1]] >= bridge_s - _ROUNDING_S
    first, last = starts[np.append(True, apart)], stops[np.append(apart, True)]
    long = times.ends[last] - times.starts[first] >= min_s - _ROUNDING_S
    return list(zip(first[long].tolist(), last[long].tolist(), strict=True))


_ROUNDING_S = 1e-6
"""Differences of times are not exact."""
