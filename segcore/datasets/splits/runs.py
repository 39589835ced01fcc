"""Validate on a few runs of neighbouring frames, with a gap on either side of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segcore.datasets.splits.score import Goal, portions
from segcore.datasets.splits.timeline import Timeline

_TRIALS = 20_000
_TASTE = 0.08
"""Choices whose scores differ by less count as equally good: the seed decides."""
_CELLS = 20_000_000
"""At most so many frames are looked at in all trials together."""


@dataclass(frozen=True)
class Sides:
    """Positions on a timeline, (N,) bool each; a frame on neither side is left out."""

    val: np.ndarray
    train: np.ndarray
    score: float


def choose_runs(line: Timeline, goal: Goal, *, block: int, gap: int, rng: np.random.Generator) -> Sides:
    """The best of many random choices of runs.

    Args:
        line: the frames.
        goal: what the split should be like.
        block: the least length of a run, in frames; where a video is shorter, all of it.
        gap: frames within so many steps of a run are left out.
        rng: draws the choices.

    Returns:
        Its score is infinite where no choice leaves a frame to train on.
    """
    first, last = line.reach(gap)
    trials = int(np.clip(_CELLS // len(line), 400, _TRIALS))
    best = Sides(np.zeros(len(line), bool), np.ones(len(line), bool), np.inf)
    for rows in portions(trials, len(line)):
        begin, end = _draw(line, goal.wanted, block, gap, rows, rng)
        val = _covered(begin, end, len(line))
        near = _covered(first[begin], last[end - 1] + 1, len(line)) if gap else val
        score = goal.score(val, ~near) + rng.uniform(0, _TASTE, rows)
        at = int(score.argmin())
        if score[at] < best.score:
            best = Sides(val[at], ~near[at], float(score[at]))
    return best


def _draw(
    line: Timeline, wanted: int, block: int, gap: int, rows: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Random runs: (rows, R) int begin and end positions; rows with fewer runs repeat their first."""
    most = _most_runs(len(line), wanted, block, gap)
    count = rng.integers(1, most + 1, rows)
    used = np.arange(most)[None] < count[:, None]
    parts = np.where(used, rng.uniform(0.6, 1.4, (rows, most)), 0)
    length = np.maximum(block, np.rint(wanted * parts / parts.sum(1, keepdims=True)).astype(int))
    begin = rng.integers(0, len(line), (rows, most))
    cheap_begin, cheap_end = _cheap_places(line)
    how = rng.integers(0, 4, (rows, most))
    begin = np.where(how == 1, rng.choice(cheap_begin, (rows, most)), begin)
    begin = np.where(how == 2, rng.choice(cheap_end, (rows, most)) - length, begin)
    return _inside(line, np.where(used, begin, begin[:, :1]), np.where(used, length, length[:, :1]))


def _inside(line: Timeline, begin: np.ndarray, length: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Runs moved so that they lie within the video of their last frame, and cut where it is shorter."""
    end = np.clip(begin + length, 1, len(line))
    end = np.minimum(np.maximum(end, line.begins[end - 1] + length), line.ends[end - 1])
    return np.maximum(end - length, line.begins[end - 1]), end


def _most_runs(frames: int, wanted: int, block: int, gap: int) -> int:
    """At most so many runs: gaps should cost a tenth of the frames or so, three runs are always worth a look."""
    affordable = frames // (20 * gap) if gap else 8
    return int(np.clip(wanted // block, 1, np.clip(affordable, 3, 8)))


def _cheap_places(line: Timeline) -> tuple[np.ndarray, np.ndarray]:
    """Positions where a run may begin and end and loses few frames: ends of videos, and holes."""
    hole = (np.diff(line.video) != 0) | (np.diff(line.time) > 1.5)
    inner = np.flatnonzero(hole) + 1
    return np.concatenate([[0], inner]), np.concatenate([inner, [len(line)]])


def _covered(begin: np.ndarray, end: np.ndarray, frames: int) -> np.ndarray:
    """(rows, frames) bool: positions inside any of a row's runs [begin, end)."""
    change = np.zeros((len(begin), frames + 1), np.int16)
    rows = np.repeat(np.arange(len(begin)), begin.shape[1])
    np.add.at(change, (rows, begin.ravel()), 1)
    np.add.at(change, (rows, end.ravel()), -1)
    return np.cumsum(change[:, :-1], 1, dtype=np.int16) > 0
