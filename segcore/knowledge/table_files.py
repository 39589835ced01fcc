"""Tables as Parquet and as CSV: all of them whole, or none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

Write = Callable[[str, pd.DataFrame], None]
"""Adds rows to a table: (its name, the rows)."""


def table_files(folder: Path, names: list[str]) -> tuple[Path, ...]:
    """The files of these tables: NAME.parquet and NAME.csv of each."""
    return tuple(folder / f"{name}.{kind}" for name in names for kind in ("parquet", "csv"))


@contextmanager
def writing_tables(folder: Path, schemas: Mapping[str, pa.Schema]) -> Iterator[Write]:
    """NAME.parquet and NAME.csv of each in the making; they appear when the block ends without an error.

    Args:
        folder: made where it is not there.
        schemas: by name, the columns and types that the tables are to have.
    """
    folder.mkdir(parents=True, exist_ok=True)
    targets = table_files(folder, list(schemas))
    partials = [target.with_name(f".{target.name}.{os.getpid()}.part") for target in targets]
    texts = pyarrow.csv.WriteOptions(quoting_style="needed", quoting_header="needed")
    try:
        with ExitStack() as opened:
            files = {
                name: (
                    opened.enter_context(pq.ParquetWriter(partials[2 * number], schema, compression="zstd")),
                    opened.enter_context(pyarrow.csv.CSVWriter(partials[2 * number + 1], schema, write_options=texts)),
                )
                for number, (name, schema) in enumerate(schemas.items())
            }

            def write(name: str, rows: pd.DataFrame) -> None:
                table = pa.Table.from_pandas(rows, schemas[name], preserve_index=False)
                for file in files[name]:
                    file.write_table(table)

            yield write
        for partial, target in zip(partials, targets, strict=True):
            partial.replace(target)
    finally:
        for partial in partials:
            partial.unlink(missing_ok=True)


def write_tables(folder: Path, tables: Mapping[str, tuple[pd.DataFrame, pa.Schema]]) -> None:
    """Write NAME.parquet and NAME.csv of each; they appear when all of them are written.

    Args:
        folder: made where it is not there.
        tables: by name, with the columns and types they are to have.
    """
    with writing_tables(folder, {name: schema for name, (_, schema) in tables.items()}) as write:
        for name, (rows, _) in tables.items():
            write(name, rows)


def read_parts(parts: Sequence[Path], columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Parquet files of one schema as one table, which is in memory once; text as categories, a byte or two a row.

    Args:
        parts: one at least.
        columns: only these; None: all.
    """
    texts = [field.name for field in pq.read_schema(parts[0]) if field.type == pa.string()]
    wanted = None if columns is None else list(columns)
    tables = [pq.read_table(part, columns=wanted, read_dictionary=texts) for part in parts]
    return pa.concat_tables(tables).unify_dictionaries().to_pandas(split_blocks=True, self_destruct=True)
