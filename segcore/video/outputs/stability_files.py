"""How steady and how sure each frame is, as two tables.

Columns: `knowledge.columns.STABILITY` (a row a frame and class) and `CERTAINTY` (a row a frame).
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from segcore.classes import ClassTable
from segcore.knowledge.growing_table import GrowingTable
from segcore.video.labelled import FinishedFrame
from segcore.video.outputs.joining import joined
from segcore.video.outputs.product import Product
from segcore.video.steadiness import Steady

STABILITY_FILE = "stability.parquet"
CERTAINTY_FILE = "certainty.parquet"
_CHUNK_FRAMES = 500
_MOST_CUTS = 1000
"""So many are named in the summary."""

_OF_CLASSES = pa.schema(
    [
        *(("frame", pa.int32()), ("time_s", pa.float64()), ("class_id", pa.int16()), ("class", pa.string())),
        *(("flicker", pa.float32()), ("flicker_before", pa.float32())),
    ]
)
_OF_FRAMES = pa.schema(
    [
        *(("frame", pa.int32()), ("time_s", pa.float64()), ("confidence", pa.float32()), ("unsure", pa.float32())),
        *(("unstable", pa.float32()), ("smoothed", pa.float32()), ("cut", pa.bool_()), ("sharpness", pa.float32())),
        ("look", pa.binary()),
    ]
)


class StabilityFiles:
    """See `Output`; frames must come with what is known of their steadiness.

    Args:
        folder: where the files go.
        classes: of the network.
    """

    stage = "stability"

    def __init__(self, folder: Path, classes: ClassTable) -> None:
        self._names = classes.names
        self._classes = GrowingTable(folder, Path(STABILITY_FILE).stem, _OF_CLASSES)
        self._frames = GrowingTable(folder, Path(CERTAINTY_FILE).stem, _OF_FRAMES, only_parquet=("look",))
        self.files = (*self._classes.files, *self._frames.files)
        self._waiting: list[tuple[int, float, Steady]] = []

    def __enter__(self) -> StabilityFiles:
        return self

    def write(self, frame: FinishedFrame) -> None:
        """See `Output`."""
        assert frame.steady is not None
        self._waiting.append((frame.index, frame.time_s, frame.steady))
        if len(self._waiting) >= _CHUNK_FRAMES:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._classes.write(class_rows(self._waiting, self._names))
            self._frames.write(frame_rows(self._waiting))
            self._waiting.clear()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._classes.__exit__(kind, error, trace)
            self._frames.__exit__(kind, error, trace)
            return
        with self._classes, self._frames:
            self._flush()


def class_rows(found: list[tuple[int, float, Steady]], names: list[str]) -> pd.DataFrame:
    """Rows of the table `stability` of (frame, seconds, what is known)."""
    return pd.DataFrame(
        {
            "frame": np.repeat(np.array([f for f, _, _ in found], np.int32), len(names)),
            "time_s": np.repeat(np.array([t for _, t, _ in found], np.float64), len(names)),
            "class_id": np.tile(np.arange(len(names), dtype=np.int16), len(found)),
            "class": names * len(found),
            "flicker": np.concatenate([s.flicker.classes for _, _, s in found]),
            "flicker_before": np.concatenate([s.before.classes for _, _, s in found]),
        }
    )


def frame_rows(found: list[tuple[int, float, Steady]]) -> pd.DataFrame:
    """Rows of the table `certainty` of (frame, seconds, what is known)."""
    rows = [
        (
            *(frame, time_s, s.certainty.confidence, s.certainty.unsure, s.before.share, s.changed, s.cut),
            *(s.certainty.sharpness, s.certainty.look),
        )
        for frame, time_s, s in found
    ]
    return pd.DataFrame(rows, columns=_OF_FRAMES.names)


def stability_files(classes: ClassTable) -> Product:
    """`StabilityFiles` of a job."""
    joins = [
        joined(f"{Path(name).stem}{kind}") for name in (STABILITY_FILE, CERTAINTY_FILE) for kind in (".parquet", ".csv")
    ]
    return Product(
        lambda folder: StabilityFiles(folder, classes), lambda *to: tuple(p for join in joins for p in join(*to))
    )


def stability_facts(folder: Path, classes: ClassTable, *, smooth: bool) -> dict[str, Any]:
    """What a summary says: mean flicker over classes and of each, where shots begin, what smoothing changed.

    Args:
        folder: with both tables, whole.
        classes: of the network.
        smooth: whether labels were smoothed.
    """
    scores = pd.read_parquet(folder / STABILITY_FILE, columns=["class_id", "flicker", "flicker_before"])
    means = scores.groupby("class_id").mean()
    frames = pd.read_parquet(folder / CERTAINTY_FILE, columns=["time_s", "smoothed", "cut"])
    facts: dict[str, Any] = {
        "flicker": _rounded(means["flicker"].mean()),
        "classes": {c.name: _rounded(means["flicker"].get(c.id)) for c in classes},
        "cuts_s": frames.loc[frames["cut"], "time_s"].round(6).tolist()[:_MOST_CUTS],
    }
    if smooth:
        changed = round(float(frames["smoothed"].mean()), 6)
        facts["smoothing"] = {"flicker_before": _rounded(means["flicker_before"].mean()), "pixels_changed": changed}
    return facts


def _rounded(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else round(float(value), 5)
