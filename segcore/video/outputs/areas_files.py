"""Areas with error bars, one row a frame and class, where validation images say how far off areas are."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from segcore.classes import ClassTable
from segcore.knowledge.corrected_areas import AreaModel, area_table
from segcore.knowledge.growing_table import GrowingTable
from segcore.knowledge.ledger import PARQUET_FILE

AREAS_FILE = "areas.parquet"

_SCHEMA = pa.schema(
    [
        *(("frame", pa.int32()), ("time_s", pa.float64()), ("class_id", pa.int16()), ("class", pa.string())),
        *(("pixels", pa.int64()), ("area_corrected", pa.float32())),
        *(("area_low", pa.float32()), ("area_high", pa.float32())),
    ]
)


def write_areas(folder: Path, classes: ClassTable, model: AreaModel) -> tuple[Path, ...]:
    """Write areas.parquet and areas.csv beside a whole ledger, a part of it at a time.

    Args:
        folder: with ledger.parquet; each of its groups of rows holds whole frames, classes in id order.
        classes: of the network.
        model: what its validation images say of areas.

    Returns:
        The files.
    """
    count = len(classes)
    with GrowingTable(folder, Path(AREAS_FILE).stem, _SCHEMA) as table, pq.ParquetFile(folder / PARQUET_FILE) as ledger:
        for number in range(ledger.num_row_groups):
            rows = ledger.read_row_group(number, ["frame", "time_s", "pixels"]).to_pandas()
            pixels = rows["pixels"].to_numpy().reshape(-1, count)
            first = rows.iloc[::count]
            table.write(area_table(first["frame"].tolist(), first["time_s"].tolist(), pixels, classes.names, model))
    return table.files
