"""Split by image. Frames of a video resemble their neighbours, so whole runs of neighbours stay on one side.

Augmentation never makes a split: an augmented copy of a training frame validates nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from math import ceil, comb

import numpy as np

from segcore.datasets.dataset import Split
from segcore.datasets.formats.layout import natural

_BLOCKS = 3
"""About how many runs of neighbours the validation side is made of."""
_TRIALS = 4000


def split_blocks(
    stems: Sequence[str],
    presence: np.ndarray,
    *,
    val_share: float = 0.2,
    seed: int = 0,
    block: int | None = None,
) -> Split:
    """Choose the validation frames as a few runs of neighbouring frames.

    Runs never reach over two videos (stems that differ in more than their last number). Among the choices of
    runs, the one wins that leaves every class on both sides, then the one that is spread over the whole time
    (so that every part of a video is scored) and whose share of pixels per class is closest to the whole dataset's.

    Args:
        stems: unique names of frames.
        presence: (N, C) pixels (or 0/1) of each class in each frame, in the order of `stems`.
        val_share: the wanted share of validation frames, in (0, 1).
        seed: where runs begin, and which of equally good choices wins; the same seed gives the same split.
        block: the length of a run; None: so that about three runs make the validation side.

    Returns:
        Both sides in natural order; for two frames and more neither is empty.
    """
    order = sorted(range(len(stems)), key=lambda i: natural(stems[i]))
    names = [stems[i] for i in order]
    if len(names) < 2:
        return Split(tuple(names), (), seed, block or 1)
    wanted = min(max(1, round(val_share * len(names))), len(names) - 1)
    length = block or max(2 if wanted > 2 else 1, ceil(wanted / _BLOCKS))
    rng = np.random.default_rng(seed)
    runs = _runs(names, min(length, len(names) // 2), rng)
    weights = np.asarray(presence, np.float64).reshape(len(stems), -1)[order]
    chosen = _best(runs, weights, wanted, rng)
    val = {i for run in chosen for i in runs[run]}
    return Split(
        train=tuple(n for i, n in enumerate(names) if i not in val),
        val=tuple(n for i, n in enumerate(names) if i in val),
        seed=seed,
        block=length,
    )


def _video_of(stem: str) -> str:
    """A stem without its last number: frames of one video share it."""
    return re.sub(r"[0-9]+(?=[^0-9]*$)", "", stem, count=1)


def _runs(names: Sequence[str], length: int, rng: np.random.Generator) -> list[list[int]]:
    """Positions cut into runs of `length` within each video; the first cut is shifted at random."""
    shift = int(rng.integers(length))
    runs: list[list[int]] = []
    at = 0
    for i, name in enumerate(names):
        begins_video = i == 0 or _video_of(name) != _video_of(names[i - 1])
        at = 0 if begins_video else at + 1
        if begins_video or (at - shift) % length == 0:
            runs.append([])
        runs[-1].append(i)
    return _without_crumbs(runs, names, length)


def _without_crumbs(runs: list[list[int]], names: Sequence[str], length: int) -> list[list[int]]:
    """Join runs of less than half the length to a neighbour of the same video."""
    joined: list[list[int]] = []
    for run in runs:
        before = joined[-1] if joined else []
        shorter = min(len(run), len(before))
        same_video = bool(before) and _video_of(names[before[0]]) == _video_of(names[run[0]])
        if same_video and shorter < length and (shorter == 1 or shorter * 2 < length):
            joined[-1] = before + run
        else:
            joined.append(run)
    return joined


def _best(runs: list[list[int]], weights: np.ndarray, wanted: int, rng: np.random.Generator) -> np.ndarray:
    """Indices of the runs to validate on."""
    choices = _choices(np.array([len(r) for r in runs]), wanted, rng)
    per_run = np.stack([weights[run].sum(0) for run in runs])
    frames = np.array([len(r) for r in runs])
    val = choices @ per_run
    whole = per_run.sum(0)
    missing = ((val == 0) & (whole > 0)).sum(1) + 2 * ((whole - val == 0) & (whole > 0)).sum(1)
    share = val / np.maximum(whole, 1)
    spread = np.abs(share[:, whole > 0] - wanted / frames.sum()).mean(1) if (whole > 0).any() else np.zeros(len(val))
    amount = np.abs(choices @ frames - wanted) / frames.sum()
    uneven = _unevenness(choices * frames, frames)
    score = 10 * missing + spread + 2 * uneven + amount + rng.uniform(0, 0.02, len(choices))
    return np.flatnonzero(choices[int(score.argmin())])


def _unevenness(chosen: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """(K,) in [0, 1]: mean distance between the distribution of the chosen frames over time and that of all frames.

    Args:
        chosen: (K, runs) chosen frames of each run.
        frames: (runs,) frames of each run, in the order of time.
    """
    ends = np.cumsum(chosen, 1) / np.maximum(chosen.sum(1, keepdims=True), 1)
    return np.abs(ends - chosen / np.maximum(chosen.sum(1, keepdims=True), 1) / 2 - _middles(frames)).mean(1)


def _middles(frames: np.ndarray) -> np.ndarray:
    """(runs,) in (0, 1): where the middle of each run lies in the whole time."""
    return (np.cumsum(frames) - frames / 2) / frames.sum()


def _choices(lengths: np.ndarray, wanted: int, rng: np.random.Generator) -> np.ndarray:
    """(K, runs) 0/1: choices of runs with about `wanted` frames; all of them where they are few."""
    count = len(lengths)
    fewest = max(1, min(count - 1, round(wanted / lengths.max())))
    sizes = [k for k in (fewest, fewest + 1) if k < count]
    if sum(comb(count, k) for k in sizes) <= _TRIALS:
        picks = [list(pick) for k in sizes for pick in combinations(range(count), k)]
        table = np.zeros((len(picks), count))
        for row, pick in zip(table, picks, strict=True):
            row[pick] = 1
        return table
    ranks = rng.random((_TRIALS, count)).argsort(1)
    filled = np.cumsum(lengths[ranks], 1) <= wanted
    filled[:, 0] = True
    table = np.zeros((_TRIALS, count))
    np.put_along_axis(table, ranks, filled.astype(float), 1)
    return table
