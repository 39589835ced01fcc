"""How good a choice of validation frames is; all choices are scored at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MOST_LOST = 1 / 6
"""Up to this share of all frames may be lost to gaps before a choice counts as wasteful."""
_AT_ONCE = 2_000_000


def portions(trials: int, frames: int) -> list[int]:
    """Trials cut into portions whose frames fit into memory easily."""
    most = max(1, _AT_ONCE // frames)
    return [most] * (trials // most) + ([trials % most] if trials % most else [])


@dataclass(frozen=True)
class Goal:
    """What a split should be like.

    `weights`: (N, C) pixels (or 0/1) of each class in each frame, in the order of time. `wanted`: validation frames.
    """

    weights: np.ndarray
    wanted: int

    def score(self, val: np.ndarray, train: np.ndarray) -> np.ndarray:
        """How far choices are from the goal: (K,) float, less is better, infinite where a side is empty.

        What counts, from the gravest: classes missing in training, then in validation; frames lost to gaps;
        validation frames that are not spread over the whole time; classes whose share of validation pixels is
        not that of all; another number of frames than wanted.

        Args:
            val: (K, N) bool, frames to validate on.
            train: (K, N) bool, frames to train on.
        """
        frames, scored = val.shape[1], val.sum(1)
        lost = (frames - scored - train.sum(1)) / frames
        total = (
            self.missing(val, train)
            + self._spread(val, scored / frames)
            + 2 * _unevenness(val)
            + 2 * lost
            + 20 * np.maximum(lost - MOST_LOST, 0)
            + 2 * np.abs(scored - self.wanted) / frames
        )
        total[(scored == 0) | ~train.any(1)] = np.inf
        return total

    def missing(self, val: np.ndarray, train: np.ndarray) -> np.ndarray:
        """(K,) float: 10 for each class that no validation frame has, 20 for each that cannot be learned."""
        there = (self.weights > 0).astype(np.float32)
        present = there.any(0)
        in_val = val.astype(np.float32) @ there > 0
        in_train = train.astype(np.float32) @ there > 0
        return 10.0 * (present & ~in_val).sum(1) + 20.0 * (present & ~in_train).sum(1)

    def _spread(self, val: np.ndarray, share: np.ndarray) -> np.ndarray:
        """(K,): mean over the classes of how far their share of validation pixels is from the share of frames."""
        whole = self.weights.sum(0)
        there = whole > 0
        if not there.any():
            return np.zeros(len(val))
        shares = val.astype(np.float32) @ (self.weights[:, there] / whole[there]).astype(np.float32)
        return np.abs(shares - share[:, None]).mean(1)


def _unevenness(val: np.ndarray) -> np.ndarray:
    """(K,) in [0, 1]: mean distance between the distribution of the chosen frames over time and that of all."""
    chosen = np.cumsum(val, 1, dtype=np.float32)
    chosen /= np.maximum(chosen[:, -1:], 1)
    even = np.arange(1, val.shape[1] + 1, dtype=np.float32) / val.shape[1]
    return np.abs(chosen - even).mean(1)
