"""Two results of one video, compared pixel by pixel by their stored masks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from segcore.errors import ResultError
from segcore.knowledge.agreement import agreement, translated
from segcore.knowledge.compared import paired
from segcore.knowledge.frame_times import FrameTimes
from segcore.video.mask_planes import mask_planes

AGREEMENT_FILE = "agreement.csv"
"""What the table is called as a file."""


@dataclass(frozen=True)
class Masks:
    """The masks of one result.

    Attributes:
        path: masks.mov or masks.zip.
        times: of its ledger.
        names: its classes, in id order.
    """

    path: Path
    times: FrameTimes
    names: Sequence[str]


def mask_agreement(
    one: Masks, other: Masks, *, most: int | None = None, on_progress: Callable[[int, int], None] = lambda _n, _of: None
) -> pd.DataFrame:
    """How far the masks agree, frame by frame.

    Args:
        one, other: of one video.
        most: so many frames at most, spread evenly over those that both have; None: all.
        on_progress: called with (frames done, in all).

    Returns:
        Columns time_s, frame, other_frame, agreement (share of the pixels with the same class), miou (mean overlap of
        the classes that are in either).

    Raises:
        ResultError: they have no frame in common, or masks of different sizes.
    """
    mine, its = paired(one.times, other.times)
    if not len(mine):
        raise ResultError(
            "The two results have no frame in common.", fix="Compare results of the same part of a video."
        )
    if most is not None and len(mine) > most:
        kept = np.unique(np.linspace(0, len(mine) - 1, most).round().astype(int))
        mine, its = mine[kept], its[kept]
    table, classes = translated(one.names, other.names)
    first = mask_planes(one.path, mine.tolist(), one.times.frames[mine].tolist())
    second = mask_planes(other.path, its.tolist(), other.times.frames[its].tolist())
    found = []
    for done, (a, b) in enumerate(zip(first, second, strict=True), 1):
        if a.shape != b.shape:
            raise ResultError(f"Expected masks of one size. Received: {a.shape[::-1]} and {b.shape[::-1]}.")
        found.append(agreement(np.ascontiguousarray(a), table[b], classes))
        on_progress(done, len(mine))
    return pd.DataFrame(
        {
            "time_s": one.times.starts[mine],
            "frame": one.times.frames[mine],
            "other_frame": other.times.frames[its],
            "agreement": [each.pixels for each in found],
            "miou": [each.miou for each in found],
        }
    )
