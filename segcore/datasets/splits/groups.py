"""Validate on whole groups: videos, episodes, folders; or single pictures where they are no video."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from segcore.datasets.formats.folders.layout import natural
from segcore.datasets.splits.runs import Sides
from segcore.datasets.splits.score import Goal, portions
from segcore.errors import DatasetError

_TRIALS = 2000
_CELLS = 10_000_000
_EXCHANGES = 400


def group_by_pattern(stems: Sequence[str], regex: str) -> dict[str, str]:
    """Groups by a part of the name: the first bracket of the pattern, or all of what it matches.

    Args:
        stems: names of frames.
        regex: a regular expression that is looked for anywhere in a name, such as `^(.+?)_`.

    Returns:
        stem → group.

    Raises:
        DatasetError: not a pattern, or it does not match every name.
    """
    try:
        pattern = re.compile(regex)
    except re.error as error:
        raise DatasetError(f"{regex!r} is not a pattern ({error}).", fix="Example: '^(.+?)_' for clip1_007.") from error
    found = {stem: pattern.search(stem) for stem in stems}
    missed = [stem for stem, match in found.items() if match is None]
    if missed:
        raise DatasetError(
            f"The pattern {regex!r} does not match {len(missed)} of {len(found)} names, such as {missed[0]!r}.",
            fix="Choose a pattern that every name has.",
        )
    return {stem: (m[1] or "") if m.re.groups else m[0] for stem, m in found.items() if m}


def group_numbers(groups: Sequence[str]) -> np.ndarray:
    """(N,) int: groups numbered in natural order of their names."""
    number = {name: i for i, name in enumerate(sorted(set(groups), key=lambda g: (natural(g), g)))}
    return np.array([number[g] for g in groups], int)


def choose_groups(member: np.ndarray, goal: Goal, rng: np.random.Generator) -> Sides:
    """The best of many random choices of whole groups, then made better by exchanging groups.

    Args:
        member: (N,) int, the group of each frame, from 0 without a hole; two groups or more.
        goal: what the split should be like.
        rng: draws the choices.
    """
    sizes = np.bincount(member)
    trials = int(np.clip(_CELLS // len(member), 200, _TRIALS))
    best, least = np.zeros(len(sizes), bool), np.inf
    for rows in portions(trials, len(member)):
        picks = _draw(sizes, goal.wanted, rows, rng)
        val = picks[:, member]
        score = goal.score(val, ~val) + rng.uniform(0, 0.02, rows)
        at = int(score.argmin())
        if score[at] < least:
            best, least = picks[at], float(score[at])
    return _exchanged(best, member, goal, rng)


def _draw(sizes: np.ndarray, wanted: int, rows: int, rng: np.random.Generator) -> np.ndarray:
    """(rows, groups) bool: random groups, as many as come closest to the wanted frames; never none, never all."""
    ranks = rng.random((rows, len(sizes))).argsort(1)
    after = np.cumsum(sizes[ranks], 1)
    before = after - sizes[ranks]
    taken = np.abs(after - wanted) <= np.abs(before - wanted)
    taken[:, 0], taken[:, -1] = True, False
    picks = np.zeros((rows, len(sizes)), bool)
    np.put_along_axis(picks, ranks, np.logical_and.accumulate(taken, axis=1), 1)
    return picks


def _exchanged(picks: np.ndarray, member: np.ndarray, goal: Goal, rng: np.random.Generator) -> Sides:
    """Move or exchange single groups as long as that makes the split better."""
    has = np.zeros((len(picks), goal.weights.shape[1]), bool)
    np.logical_or.at(has, member, goal.weights > 0)
    best, least = picks, _score(picks[member], goal)
    for _ in range(int(np.clip(_CELLS // len(member), 50, _EXCHANGES))):
        fresh, which = best.copy(), rng.integers(3)
        if which != 0:
            fresh[rng.choice(_useful(~best, has))] = True
        if which != 1:
            fresh[rng.choice(_useful(best, has))] = False
        if (score := _score(fresh[member], goal)) < least:
            best, least = fresh, score
    return Sides(best[member], ~best[member], least)


def _useful(side: np.ndarray, has: np.ndarray) -> np.ndarray:
    """Groups of a side that have a class which the other side lacks; all of the side where it lacks none."""
    lacking = has.any(0) & ~has[~side].any(0)
    found = np.flatnonzero(side & has[:, lacking].any(1))
    return found if len(found) else np.flatnonzero(side)


def _score(val: np.ndarray, goal: Goal) -> float:
    return float(goal.score(val[None], ~val[None])[0])
