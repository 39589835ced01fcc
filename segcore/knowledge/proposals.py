"""Frames worth labelling next: those of which the network is least sure or least steady, unlike each other.

Doubt alone would choose one hard second of a video again and again. So the most doubtful frames are candidates, and
among them each choice is the one with the most of doubt times distance to all chosen before (farthest-point sampling,
Gonzalez 1985; on doubtful candidates as in "uncertainty and diversity" of active learning, e.g. Yang et al., MICCAI
2017), with no two close in time. Blurred frames are no candidates: nobody can label them well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segcore.knowledge.certainty import LOOK

CANDIDATES = 4
"""So many times as many frames are candidates as are chosen, …"""
CANDIDATE_SHARE = 0.2
"""… and at least this share of all."""
_MOST = 20_000
"""Of a very long video so many frames, the most doubtful, are looked at."""
_BLURRED, _NEAR = 0.5, 7
"""A frame with less than this share of the median sharpness of so many frames around it is blurred."""


@dataclass(frozen=True)
class Proposal:
    """A frame to label.

    Attributes:
        frame, time_s: as in the ledger.
        doubt: 0 (the surest frame of the video) to 1.
        reasons: in words.
    """

    frame: int
    time_s: float
    doubt: float
    reasons: tuple[str, ...]


def propose(table: pd.DataFrame, count: int, *, gap_s: float | None = None) -> list[Proposal]:
    """Choose frames.

    Args:
        table: one row a frame: frame, time_s, confidence, unsure, unstable, sharpness, look (the table `certainty` of a
            segmented video).
        count: how many; fewer come where there are not that many frames.
        gap_s: seconds that two of them are apart at least; None: half of an even distance. Where too few frames
            are left, nearer ones are taken.

    Returns:
        The proposals, the most urgent first.
    """
    if not len(table) or count < 1:
        return []
    doubt = doubts(table)
    usable = np.flatnonzero(~blurred(table["sharpness"].to_numpy(float)))
    if len(usable) < count:
        usable = np.arange(len(table))
    usable = usable[np.argsort(-doubt[usable], kind="stable")]
    usable = usable[: max(_MOST, count)]
    most = max(CANDIDATES * count, round(CANDIDATE_SHARE * len(table)))
    times = table["time_s"].to_numpy(float)
    gap = (times.max() - times.min()) / (2 * count) if gap_s is None else gap_s
    looks = np.stack([np.frombuffer(look, np.uint8) for look in table["look"].iloc[usable]]).astype(np.float32)
    if looks.shape[1] != np.prod(LOOK):
        raise ValueError(f"expected looks of {np.prod(LOOK)} bytes. Received: {looks.shape[1]}.")
    chosen = spread(looks, doubt[usable], times[usable], count, gap, most)
    return [_proposal(table.iloc[usable[i]], float(doubt[usable[i]]), table) for i in chosen]


def doubts(table: pd.DataFrame) -> np.ndarray:
    """How doubtful each frame is among the others: (F,) float64 in [0, 1].

    The mean of its ranks by unsure pixels, by confidence and by unstable pixels, those that are known.
    """
    ranks = pd.DataFrame(
        {
            "unsure": table["unsure"].rank(pct=True),
            "confidence": (-table["confidence"]).rank(pct=True),
            "unstable": table["unstable"].rank(pct=True),
        }
    )
    return ranks.mean(axis=1).fillna(0.0).to_numpy(float)


def blurred(sharpness: np.ndarray) -> np.ndarray:
    """Which frames are much less sharp than those around them: (F,) float → (F,) bool."""
    around = pd.Series(sharpness).rolling(_NEAR, center=True, min_periods=1).median().to_numpy()
    return sharpness < _BLURRED * around


def spread(
    looks: np.ndarray, doubt: np.ndarray, times: np.ndarray, count: int, gap_s: float, candidates: int
) -> list[int]:
    """Doubtful rows that are unlike each other.

    Args:
        looks: (N, D) float32.
        doubt: (N,) float64, falling.
        times: (N,) seconds.
        count: how many.
        gap_s: seconds apart, as far as rows suffice.
        candidates: of the first so many rows, as long as there are some far enough apart; then of all.

    Returns:
        Row numbers in order of choice.
    """
    chosen, early = [0], np.arange(len(looks)) < candidates
    distance = np.full(len(looks), np.inf)
    left = np.ones(len(looks), bool)
    while len(chosen) < min(count, len(looks)):
        last = chosen[-1]
        left[last] = False
        distance = np.minimum(distance, np.sqrt(((looks - looks[last]) ** 2).mean(1)))
        apart = left & (np.abs(times[:, None] - times[chosen]).min(1) >= gap_s)
        pool = next((pool for pool in (apart & early, apart, left) if pool.any()), left)
        worth = np.where(pool, doubt * (distance + 1e-3), -1.0)
        chosen.append(int(worth.argmax()))
    return chosen


def _proposal(row: pd.Series, doubt: float, table: pd.DataFrame) -> Proposal:
    reasons = []
    if row["unsure"] > max(0.002, table["unsure"].median()):
        reasons.append(f"{_percent(row['unsure'])} of pixels unsure")
    if row["unstable"] > max(0.002, table["unstable"].median()):
        reasons.append(f"{_percent(row['unstable'])} changing from frame to frame")
    if not reasons:
        reasons.append(f"mean confidence {row['confidence']:.3f}")
    return Proposal(int(row["frame"]), float(row["time_s"]), round(doubt, 4), tuple(reasons))


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
