"""The ledger: one row per frame and class, empty frames too, as Parquet and as CSV.

Columns: `columns.LEDGER`.

Rows are written in chunks, so that a long video costs no more memory than a short one.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from segcore.classes import ClassTable
from segcore.knowledge.growing_table import GrowingTable
from segcore.knowledge.measure import FrameMeasure

COLUMNS = ("frame", "time_s", "class_id", "class", "pixels", "share", "objects", "confidence")

PARQUET_FILE = "ledger.parquet"
CSV_FILE = "ledger.csv"

_CHUNK_FRAMES = 500
_BATCH_ROWS = 4096

_SCHEMA = pa.schema(
    [
        ("frame", pa.int32()),
        ("time_s", pa.float64()),
        ("class_id", pa.int16()),
        ("class", pa.string()),
        ("pixels", pa.int64()),
        ("share", pa.float64()),
        ("objects", pa.int32()),
        ("confidence", pa.float32()),
    ]
)


class LedgerWriter:
    """Both files in the making; they appear under their names when the block ends without an error.

    Args:
        folder: where ledger.parquet and ledger.csv go.
        classes: of the network.
        size: (height, width) of the frames.
    """

    def __init__(self, folder: Path, classes: ClassTable, size: tuple[int, int]) -> None:
        self._classes = classes
        self._area = size[0] * size[1]
        self._rows: list[tuple[int, float, FrameMeasure]] = []
        self._files = GrowingTable(folder, Path(PARQUET_FILE).stem, _SCHEMA)
        self.frames = 0

    def __enter__(self) -> LedgerWriter:
        return self

    def append(self, frame: int, time_s: float, measure: FrameMeasure) -> None:
        """Add a frame's rows."""
        self._rows.append((frame, time_s, measure))
        self.frames += 1
        if len(self._rows) >= _CHUNK_FRAMES:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._files.write(ledger_table(self._rows, self._classes, self._area))
            self._rows.clear()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._files.__exit__(kind, error, trace)
            return
        with self._files:
            self._flush()


def ledger_table(rows: list[tuple[int, float, FrameMeasure]], classes: ClassTable, area: int) -> pd.DataFrame:
    """Rows of the ledger.

    Args:
        rows: (frame number, seconds, measure) of each frame.
        classes: of the network; every frame has a row for each.
        area: of a frame, pixels.
    """
    count = len(classes)
    pixels = np.concatenate([m.pixels for _, _, m in rows])
    return pd.DataFrame(
        {
            "frame": np.repeat(np.array([f for f, _, _ in rows], np.int32), count),
            "time_s": np.repeat(np.array([t for _, t, _ in rows], np.float64), count),
            "class_id": np.tile(np.arange(count, dtype=np.int16), len(rows)),
            "class": classes.names * len(rows),
            "pixels": pixels,
            "share": pixels / area,
            "objects": np.concatenate([m.objects for _, _, m in rows]),
            "confidence": np.concatenate([m.confidence for _, _, m in rows]),
        }
    )


def read_ledger(path: Path, class_id: int | None = None) -> pd.DataFrame:
    """A ledger.parquet as a table with the columns above.

    Args:
        path: the file.
        class_id: only the rows of this class; a long video's ledger need not be held whole then.
    """
    if class_id is None:
        return pd.read_parquet(path)
    parts = []
    with pq.ParquetFile(path) as opened:
        for batch in opened.iter_batches(_BATCH_ROWS, use_threads=False):
            parts.append(batch.filter(pc.equal(batch["class_id"], class_id)))
    return pa.Table.from_batches(parts, _SCHEMA).to_pandas()
