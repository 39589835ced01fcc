"""New frames join a split; the frames that are there stay where they are, so that scores can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from segcore.datasets.dataset import Split
from segcore.datasets.splits.choice import in_order, propose_split
from segcore.datasets.splits.timeline import Timeline, video_of

_FIXED = ("given", "folds")
_FEWEST = 5
"""Fewer frames than this, with no old neighbour to join, are learned from."""


def extend_split(
    split: Split,
    old_stems: Sequence[str],
    new_stems: Sequence[str],
    presence: np.ndarray,
    groups: Mapping[str, str] | None = None,
    *,
    learned_only: bool = False,
) -> Split:
    """Put new frames on a side without tearing what belongs together.

    A new frame goes with its group; else with the old frames of its video that are near it; where both sides are
    near, or its own would come too near to the other, it is left out. New frames that are near nothing are split
    among themselves, so that the share of validation frames stays. With a given split, a fold or `learned_only`, what
    is scored is fixed: new frames are learned from, those that belong to scored ones are left out.

    Args:
        split: of the old frames.
        old_stems: all frames so far; those that the split does not name stay on no side.
        new_stems: frames that come to them.
        presence: (old + new, C) pixels (or 0/1) of each class in each frame, the old ones first.
        groups: stem → group, of old and new frames.
        learned_only: none of the new frames is scored.

    Returns:
        A split with the same method, seed, block and gap.
    """
    videos = {s: video_of(s) for s in [*old_stems, *new_stems]} if split.method == "groups" else {}
    known = groups or videos
    stems = [*old_stems, *new_stems]
    line = Timeline.of(stems, groups, usual=old_stems)
    side = dict.fromkeys(split.train, "train") | dict.fromkeys(split.val, "val")
    side |= dict.fromkeys(set(old_stems) - side.keys(), "out")
    placed = _with_groups(side, new_stems, known)
    placed |= _with_neighbours(line, side, [s for s in new_stems if s not in placed], max(split.gap, 1))
    free = [s for s in new_stems if s not in placed]
    row_of = {stem: i for i, stem in enumerate(stems)}
    fixed = learned_only or split.method in _FIXED
    rows = presence[[row_of[s] for s in free]]
    placed |= dict.fromkeys(free, "train") if fixed else _among_themselves(split, free, side | placed, rows, known)
    for step in (line, Timeline.of(stems, groups)):  # the usual distance of frames may be another with the new ones
        placed = _held_apart(step, side, placed, max(split.gap, 1))
    if fixed:
        placed |= {s: "out" for s in placed if placed[s] == "val"}
    return replace(
        split,
        train=in_order([*split.train, *(s for s in new_stems if placed[s] == "train")]),
        val=in_order([*split.val, *(s for s in new_stems if placed[s] == "val")]),
        left_out=in_order([*split.left_out, *(s for s in new_stems if placed[s] == "out")]),
    )


def _with_groups(side: Mapping[str, str], new: Sequence[str], groups: Mapping[str, str]) -> dict[str, str]:
    """New frames whose group is all on one side (frames left out do not count)."""
    sides: dict[str, set[str]] = {}
    for stem, where in side.items():
        if stem in groups and where != "out":
            sides.setdefault(groups[stem], set()).add(where)
    whole = {group: next(iter(on)) for group, on in sides.items() if len(on) == 1}
    return {s: whole[groups[s]] for s in new if groups.get(s) in whole}


def _with_neighbours(line: Timeline, side: Mapping[str, str], new: Sequence[str], gap: int) -> dict[str, str]:
    """New frames near old ones: on their side, or left out where both sides are near."""
    near_train, near_val = (_near(line, [s for s in side if side[s] == name], gap) for name in ("train", "val"))
    placed = {s: "val" for s in new if s in near_val}
    placed |= {s: "train" for s in new if s in near_train}
    return placed | {s: "out" for s in new if s in near_train and s in near_val}


def _near(line: Timeline, stems: Sequence[str], gap: int) -> set[str]:
    """All frames within the gap of one of these, themselves included."""
    wanted = set(stems)
    inside = np.array([s in wanted for s in line.stems], bool)
    first, last = line.reach(gap)
    change = np.zeros(len(line) + 1, int)
    np.add.at(change, first[inside], 1)
    np.add.at(change, last[inside] + 1, -1)
    return {line.stems[i] for i in np.flatnonzero(np.cumsum(change[:-1]) > 0)}


def _among_themselves(
    split: Split, free: Sequence[str], side: Mapping[str, str], presence: np.ndarray, groups: Mapping[str, str]
) -> dict[str, str]:
    """Split frames that are near no old one, so that the share of validation frames stays what it was."""
    train, val = (sum(where == name for where in side.values()) for name in ("train", "val"))
    share = len(split.val) / max(len(split.val) + len(split.train), 1)
    missing = share * (train + val + len(free)) - val
    if len(free) < _FEWEST or missing < 1:
        return dict.fromkeys(free, "train")
    inside = {s: groups[s] for s in free if s in groups}
    part = propose_split(
        free, presence, groups=inside or None, val_share=min(missing / len(free), 0.5), seed=split.seed
    )
    return dict.fromkeys(part.left_out, "out") | dict.fromkeys(part.train, "train") | dict.fromkeys(part.val, "val")


def _held_apart(line: Timeline, side: Mapping[str, str], placed: Mapping[str, str], gap: int) -> dict[str, str]:
    """Leave out new validation frames near old training ones, then new training frames near any validation."""
    kept = dict(placed)
    near_train = _near(line, [s for s in side if side[s] == "train"], gap)
    kept |= {s: "out" for s in kept if kept[s] == "val" and s in near_train}
    near_val = _near(line, [s for s, where in [*side.items(), *kept.items()] if where == "val"], gap)
    return kept | {s: "out" for s in kept if kept[s] == "train" and s in near_val}
