"""k folds for small sets: every frame is scored in exactly one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from segcore.datasets.dataset import Split
from segcore.datasets.splits.choice import FEWEST_GROUPS, in_order, usual_block, usual_gap
from segcore.datasets.splits.groups import group_numbers
from segcore.datasets.splits.score import Goal
from segcore.datasets.splits.timeline import Timeline
from segcore.errors import DatasetError

_TRIALS = 300
_CELLS = 20_000_000
_MOST_RUNS = 3


def k_folds(
    stems: Sequence[str],
    presence: np.ndarray,
    k: int,
    *,
    groups: Mapping[str, str] | None = None,
    seed: int = 0,
    block: int | None = None,
    gap: int | None = None,
    looks: Mapping[str, str] | None = None,
) -> tuple[Split, ...]:
    """Cut a dataset into k folds; in each split one fold is scored and the others are learned from.

    Groups stay whole, where there are enough for k folds. Else frames of a video are cut into runs, one to three
    a fold, and the frames within `gap` steps of the scored ones are left out of that split. Among many ways to
    cut, the one is taken whose folds are most like the whole dataset.

    Args:
        stems: unique names of frames.
        presence: (N, C) pixels (or 0/1) of each class in each frame, in the order of `stems`.
        k: how many folds, 2 or more.
        groups: stem → video, episode, folder …, where known.
        seed: which of equally good ways it is.
        block: the least length of a run; None: see `usual_block`.
        gap: None: as `propose_split`.
        looks: stem → perceptual hash, where known.

    Returns:
        k splits, `fold` = (1, k) … (k, k).

    Raises:
        DatasetError: fewer frames than folds, or a gap that leaves a fold nothing to learn from.
    """
    if not 2 <= k <= len(stems):
        raise DatasetError(f"Expected 2 to {len(stems)} folds for {len(stems)} frames. Received: {k}.")
    line = Timeline.of(stems, groups)
    weights = np.asarray(presence, np.float64).reshape(len(stems), -1)[line.order]
    rng = np.random.default_rng(seed)
    member = _whole(line, groups, k)
    length = 0 if member is not None else min(block or usual_block(len(line)), len(line) // k)
    wide = 0 if member is not None else (gap if gap is not None else usual_gap(line, length, looks or {}))
    folds = _best(line, Goal(weights, max(1, round(len(line) / k))), k, member, length, wide, rng)
    if folds is None:
        raise DatasetError(
            f"{k} folds with a gap of {wide} leave no frame to learn from.", fix="Choose fewer folds or a smaller gap."
        )
    return tuple(_split(line, folds, i, k, seed, length, wide) for i in range(k))


def _whole(line: Timeline, groups: Mapping[str, str] | None, k: int) -> np.ndarray | None:
    """(N,) int: the group of each frame where whole groups make the folds; None where runs do."""
    fewest = max(k, FEWEST_GROUPS)
    if groups and len({groups.get(s, s) for s in line.stems}) >= fewest:
        return group_numbers([groups.get(s, s) for s in line.stems])
    videos = np.bincount(line.video)
    return line.video if len(videos) >= fewest and videos.max() * k <= 2 * len(line) else None


def _best(
    line: Timeline,
    goal: Goal,
    k: int,
    member: np.ndarray | None,
    length: int,
    gap: int,
    rng: np.random.Generator,
) -> np.ndarray | None:
    """(N,) int, the fold of each frame, of the best way to cut; None where every way leaves a fold empty."""
    best, least = None, np.inf
    for _ in range(int(np.clip(_CELLS // (len(line) * k), 20, _TRIALS))):
        folds = _cut_runs(line, k, length, rng) if member is None else _deal_groups(member, k, rng)
        val = folds[None] == np.arange(k)[:, None]
        train = np.stack([~_near(line, row, gap) for row in val])
        score = goal.score(val, train)
        if (total := float(score.mean() + score.max())) < least:
            best, least = folds, total
    return best


def _deal_groups(member: np.ndarray, k: int, rng: np.random.Generator) -> np.ndarray:
    """Deal groups in random order, the large ones first, each to the fold with the fewest frames."""
    sizes = np.bincount(member)
    order = np.argsort(-sizes * rng.uniform(0.5, 1, len(sizes)))
    fold_of, filled = np.zeros(len(sizes), int), np.zeros(k)
    for group in order:
        fold = int(filled.argmin())
        fold_of[group] = fold
        filled[fold] += sizes[group]
    return fold_of[member]


def _cut_runs(line: Timeline, k: int, length: int, rng: np.random.Generator) -> np.ndarray:
    """Cut the whole time into equal runs, one to three a fold, dealt at random."""
    most = max(1, min(_MOST_RUNS, len(line) // (k * max(1, length))))
    runs = int(rng.integers(1, most + 1))
    fold_of = np.concatenate([rng.permutation(k) for _ in range(runs)])
    return fold_of[np.arange(len(line)) * len(fold_of) // len(line)]


def _near(line: Timeline, val: np.ndarray, gap: int) -> np.ndarray:
    """(N,) bool: scored frames and those within the gap of one."""
    if not gap:
        return val
    first, last = line.reach(gap)
    change = np.zeros(len(line) + 1, int)
    np.add.at(change, first[val], 1)
    np.add.at(change, last[val] + 1, -1)
    return np.cumsum(change[:-1]) > 0


def _split(line: Timeline, folds: np.ndarray, fold: int, k: int, seed: int, block: int, gap: int) -> Split:
    val = folds == fold
    near = _near(line, val, gap)
    named = [in_order(line.stems[i] for i in np.flatnonzero(side)) for side in (~near, val, near & ~val)]
    return Split(named[0], named[1], seed, block, named[2], "folds", (fold + 1, k), gap)
