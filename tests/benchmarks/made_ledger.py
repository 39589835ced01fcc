"""A ledger of any length, for benchmarks of long results."""

from __future__ import annotations

import numpy as np
import pandas as pd

CLASSES = 8
SIZE = (1080, 1920)


def ledger(frames: int, seed: int) -> pd.DataFrame:
    """A ledger of so many frames, 25 a second; each class comes and goes."""
    rng = np.random.default_rng(seed)
    there = np.sin(np.arange(frames)[:, None] / (20 + 30 * np.arange(CLASSES))) > -0.7
    share = np.abs(np.cumsum(rng.normal(0, 1e-3, (frames, CLASSES)), 0) % 0.1) * there
    share[:, 0] = 1 - share[:, 1:].sum(1)
    names = ["background", *(f"class {number}" for number in range(1, CLASSES))]
    return pd.DataFrame(
        {
            "frame": np.repeat(np.arange(frames, dtype=np.int32), CLASSES),
            "time_s": np.repeat(np.arange(frames) / 25, CLASSES),
            "class_id": np.tile(np.arange(CLASSES, dtype=np.int16), frames),
            "class": pd.array(names * frames, "str"),
            "pixels": (share.ravel() * SIZE[0] * SIZE[1]).astype(np.int64),
            "share": share.ravel(),
            "objects": np.int32(1),
            "confidence": np.float32(0.9),
        }
    )
