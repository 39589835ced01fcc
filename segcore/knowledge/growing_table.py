"""A growing table as Parquet and CSV, written in parts: a long video costs no more memory than a short one."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


class GrowingTable:
    """`<stem>.parquet` and `<stem>.csv` in the making; they appear when the block ends without an error.

    Args:
        folder: where they go; made where it is not there.
        stem: their name.
        schema: columns and types of the Parquet file.
        only_parquet: columns that CSV leaves out (what is no text).
    """

    def __init__(self, folder: Path, stem: str, schema: pa.Schema, only_parquet: tuple[str, ...] = ()) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.files = (folder / f"{stem}.parquet", folder / f"{stem}.csv")
        self._partials = tuple(t.with_name(f".{t.name}.{os.getpid()}.part") for t in self.files)
        self._schema = schema
        self._in_csv = [name for name in schema.names if name not in only_parquet]
        self._parquet = pq.ParquetWriter(self._partials[0], schema, compression="zstd")
        self._csv = self._partials[1].open("w", encoding="utf-8", newline="")
        self._csv.write(",".join(self._in_csv) + "\n")

    def __enter__(self) -> GrowingTable:
        return self

    def write(self, rows: pd.DataFrame) -> None:
        """Add rows; columns as in the schema."""
        self._parquet.write_table(pa.Table.from_pandas(rows, self._schema, preserve_index=False))
        rows.to_csv(self._csv, header=False, index=False, columns=self._in_csv, float_format="%.9g")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parquet.close()
        self._csv.close()
        for partial, target in zip(self._partials, self.files, strict=True):
            if kind is None:
                partial.replace(target)
            else:
                partial.unlink(missing_ok=True)
