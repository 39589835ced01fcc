"""Tables as Parquet and as CSV: all of them whole, or none."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq


def table_files(folder: Path, names: list[str]) -> tuple[Path, ...]:
    """The files of these tables: NAME.parquet and NAME.csv of each."""
    return tuple(folder / f"{name}.{kind}" for name in names for kind in ("parquet", "csv"))


def write_tables(folder: Path, tables: Mapping[str, tuple[pd.DataFrame, pa.Schema]]) -> None:
    """Write NAME.parquet and NAME.csv of each; they appear when all of them are written.

    Args:
        folder: made where it is not there.
        tables: by name, with the columns and types they are to have.
    """
    folder.mkdir(parents=True, exist_ok=True)
    targets = table_files(folder, list(tables))
    partials = [target.with_name(f".{target.name}.{os.getpid()}.part") for target in targets]
    try:
        for number, (frame, schema) in enumerate(tables.values()):
            table = pa.Table.from_pandas(frame, schema, preserve_index=False)
            pq.write_table(table, partials[2 * number], compression="zstd")
            pyarrow.csv.write_csv(
                table,
                partials[2 * number + 1],
                pyarrow.csv.WriteOptions(quoting_style="needed", quoting_header="needed"),
            )
        for partial, target in zip(partials, targets, strict=True):
            partial.replace(target)
    finally:
        for partial in partials:
            partial.unlink(missing_ok=True)


def read_parts(parts: Sequence[Path]) -> pd.DataFrame:
    """Parquet files of one schema as one table, which is in memory once."""
    table = pa.concat_tables([pq.read_table(part) for part in parts])
    return table.to_pandas(split_blocks=True, self_destruct=True)
