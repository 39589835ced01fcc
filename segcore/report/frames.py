"""Frames of the overlay that show what a video holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from segcore.video.extract import Chosen, frames_at
from segcore.video.outputs.previews import to_jpeg

MOST = 6
_WIDTH = 720


def moments(ledger: pd.DataFrame, most: int = MOST) -> list[tuple[Chosen, list[str]]]:
    """One frame of each part of the video: that in which its classes are largest, measured by their own size.

    Args:
        ledger: columns of `knowledge.ledger`.
        most: so many parts, or as many as there are frames.

    Returns:
        Frames with the classes that are there, in order of time.
    """
    shown = ledger[ledger["class_id"] > 0]
    shown = ledger if shown.empty else shown
    wide = shown.pivot_table(index=["frame", "time_s"], columns="class_id", values="share", sort=True)
    names = ledger.drop_duplicates("class_id").set_index("class_id")["class"]
    shares = wide.to_numpy(float)
    worth = (shares / np.maximum(shares.max(axis=0, initial=0.0), 1e-12)).sum(axis=1)
    chosen = [part[int(worth[part].argmax())] for part in np.array_split(np.arange(len(wide)), min(most, len(wide)))]
    return [
        (Chosen(*wide.index[at]), [names[c] for c, one in zip(wide.columns, shares[at], strict=True) if one > 0])
        for at in chosen
    ]


def stills(overlay: Path, chosen: Sequence[Chosen], start_s: float) -> list[bytes]:
    """Frames of an overlay as JPEG.

    Args:
        overlay: its first frame is that of `start_s`.
        chosen: frames with their times in the source, ascending.
        start_s: second of the source at which the overlay begins.

    Raises:
        VideoError: it cannot be read.
    """
    wanted = [Chosen(one.index, max(0.0, one.time_s - start_s)) for one in chosen]
    return [to_jpeg(frame.image, _WIDTH) for _, frame in frames_at(overlay, wanted)]
