"""Ledgers of several videos as one table, with a leading column that names the video. Never whole in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

VIDEO = "video"
_ROWS = 65_536


def join_ledgers(
    ledgers: Sequence[tuple[str, Path]],
    parquet: Path,
    csv: Path,
    on_rows: Callable[[int], None] = lambda _rows: None,
) -> int:
    """Write one table of many, as Parquet and as CSV; files of these names are replaced.

    A column that only some ledgers have is empty for the others.

    Args:
        ledgers: (name of the video, its ledger.parquet), one at least.
        parquet: where the table goes.
        csv: the same as text.
        on_rows: called with the number of rows written so far.

    Returns:
        How many rows there are.
    """
    schema = _schema([path for _, path in ledgers])
    rows = 0
    with ExitStack() as stack:
        table_out = stack.enter_context(pq.ParquetWriter(parquet, schema, compression="zstd"))
        text_out = stack.enter_context(csv.open("w", encoding="utf-8", newline=""))
        text_out.write(",".join(schema.names) + "\n")
        for name, path in ledgers:
            for part in _parts(name, path, schema):
                table_out.write_table(part)
                part.to_pandas().to_csv(text_out, header=False, index=False, float_format="%.9g")
                rows += part.num_rows
                on_rows(rows)
    return rows


def count_rows(ledgers: Sequence[Path]) -> int:
    """Rows of all these files together, by their footers."""
    return sum(pq.read_metadata(path).num_rows for path in ledgers)


def _schema(paths: Sequence[Path]) -> pa.Schema:
    """The video's name, then the columns of all ledgers."""
    columns = pa.unify_schemas([pq.read_schema(path).remove_metadata() for path in paths], promote_options="permissive")
    return pa.schema([pa.field(VIDEO, pa.string()), *columns])


def _parts(name: str, path: Path, schema: pa.Schema) -> Iterator[pa.Table]:
    with pq.ParquetFile(path) as source:
        for batch in source.iter_batches(_ROWS):
            there = {VIDEO: pa.array([name] * batch.num_rows, pa.string())} | dict(
                zip(batch.schema.names, batch.columns, strict=True)
            )
            columns = [
                there[field.name].cast(field.type) if field.name in there else pa.nulls(batch.num_rows, field.type)
                for field in schema
            ]
            yield pa.Table.from_arrays(columns, schema=schema)
