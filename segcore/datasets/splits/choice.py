"""Choose which frames are trained on and which are only scored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from segcore.datasets.dataset import Split, SplitMethod
from segcore.datasets.formats.folders.layout import natural
from segcore.datasets.splits.groups import choose_groups, group_numbers
from segcore.datasets.splits.likeness import alike_for
from segcore.datasets.splits.runs import Sides, choose_runs
from segcore.datasets.splits.score import Goal
from segcore.datasets.splits.timeline import Timeline
from segcore.errors import DatasetError

FEWEST_GROUPS = 4
"""With fewer groups than this, a whole group on one side would be too much or too little to score."""
_FEWEST_FRAMES = 8
"""With fewer frames than this, none is left out for a gap."""
_LONGEST_BLOCK = 16


def usual_block(frames: int) -> int:
    """How many neighbours stay together where nothing else is asked for: 2 for 36 frames, 3 for 100, 16 at most."""
    return int(np.clip(round(frames**0.5 / 3), 1, _LONGEST_BLOCK))


def propose_split(
    stems: Sequence[str],
    presence: np.ndarray,
    *,
    groups: Mapping[str, str] | None = None,
    val_share: float = 0.2,
    seed: int = 0,
    block: int | None = None,
    gap: int | None = None,
    fewest_groups: int = FEWEST_GROUPS,
    looks: Mapping[str, str] | None = None,
) -> Split:
    """Choose validation frames so that no frame to learn from resembles them, and all classes are on both sides.

    With enough groups, whole groups are chosen. Else frames of a video (stems that differ in their last number)
    are chosen in runs of `block` and more, and frames within `gap` steps of a run are left out; where a video
    ends or its numbers have a hole, nothing is lost. Four videos and more are groups, if that gives a good
    split. Single pictures are chosen one by one.

    Args:
        stems: unique names of frames.
        presence: (N, C) pixels (or 0/1) of each class in each frame, in the order of `stems`.
        groups: stem → video, episode, folder …, where known.
        val_share: the wanted share of validation frames, in (0, 1).
        seed: which of equally good splits it is; the same seed gives the same split.
        block: the least length of a run; None: see `usual_block`. Given, videos are cut even where they are many.
        gap: steps between a run and the nearest frame to learn from; None: one block, or as long as frames look
            alike where `looks` tell; none below 8 frames.
        fewest_groups: so many groups are kept whole.
        looks: stem → perceptual hash (`facts.perceptual_hash`), where known.

    Returns:
        All sides in natural order; for two frames and more neither side is empty.

    Raises:
        DatasetError: with this gap no frame is left to train on; an option is out of its range.
    """
    _check(val_share, block, gap)
    line = Timeline.of(stems, groups)
    if len(line) < 2:
        return Split(line.stems, (), seed)
    weights = np.asarray(presence, np.float64).reshape(len(stems), -1)[line.order]
    goal = Goal(weights, min(max(1, round(val_share * len(line))), len(line) - 1))
    rng = np.random.default_rng(seed)
    if groups and len({groups.get(s, s) for s in stems}) >= fewest_groups:
        member = group_numbers([groups.get(s, s) for s in line.stems])
        return _split(line, choose_groups(member, goal, rng), "groups", seed)
    whole = _whole_videos(line, goal, rng) if block is None and gap is None else None
    if whole:
        return _split(line, whole, "groups" if len(set(line.video)) < len(line) else "blocks", seed)
    return _by_runs(line, goal, rng, seed, block, gap, looks or {})


def _check(val_share: float, block: int | None, gap: int | None) -> None:
    if not 0 < val_share < 1:
        raise DatasetError(f"Expected a share between 0 and 1. Received: {val_share}.", fix="0.2 is usual.")
    if block is not None and block < 1:
        raise DatasetError(f"Expected a block of 1 frame or more. Received: {block}.", fix="Leave it out.")
    if gap is not None and gap < 0:
        raise DatasetError(f"Expected a gap of 0 frames or more. Received: {gap}.", fix="Leave it out.")


def _whole_videos(line: Timeline, goal: Goal, rng: np.random.Generator) -> Sides | None:
    """Whole videos (or pictures that are no video) as groups; None where that makes no good split."""
    if len(set(line.video)) < FEWEST_GROUPS:
        return None
    sides = choose_groups(line.video, goal, rng)
    scored = int(sides.val.sum())
    whole = goal.missing(sides.val[None], sides.train[None])[0]
    fits = 0.6 * goal.wanted <= scored <= 1.5 * goal.wanted
    return sides if fits and (not whole or len(set(line.video)) == len(line)) else None


def _by_runs(
    line: Timeline,
    goal: Goal,
    rng: np.random.Generator,
    seed: int,
    block: int | None,
    gap: int | None,
    looks: Mapping[str, str],
) -> Split:
    """Runs of neighbours; a gap that nobody asked for is made smaller where it would leave nothing to learn."""
    length = min(block or min(usual_block(len(line)), goal.wanted), len(line) - 1)
    wide = gap if gap is not None else usual_gap(line, length, looks)
    goal = Goal(goal.weights, max(goal.wanted, length))
    while True:
        sides = choose_runs(line, goal, block=length, gap=wide, rng=rng)
        if np.isfinite(sides.score):
            return _split(line, sides, "blocks", seed, length, wide)
        if gap is not None or wide == 0:
            raise DatasetError(
                f"With blocks of {length} and a gap of {wide} no frame is left to train on.",
                fix="Choose a smaller block or gap, or a smaller share.",
            )
        wide //= 2


def usual_gap(line: Timeline, block: int, looks: Mapping[str, str]) -> int:
    """One block; more where frames look alike for longer, up to a twelfth of all frames."""
    if len(line) < _FEWEST_FRAMES:
        return 0
    return max(block, min(alike_for(line, looks), len(line) // 12))


def _split(line: Timeline, sides: Sides, method: SplitMethod, seed: int, block: int = 0, gap: int = 0) -> Split:
    return Split(
        train=_named(line, sides.train),
        val=_named(line, sides.val),
        seed=seed,
        block=block,
        left_out=_named(line, ~(sides.train | sides.val)),
        method=method,
        gap=gap,
    )


def _named(line: Timeline, chosen: np.ndarray) -> tuple[str, ...]:
    return in_order(line.stems[i] for i in np.flatnonzero(chosen))


def in_order(stems: Iterable[str]) -> tuple[str, ...]:
    """Stems in natural order."""
    return tuple(sorted(stems, key=lambda s: (natural(s), s)))
