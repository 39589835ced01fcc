"""What a database answers, as numbers and texts that tables, charts and CSV can hold."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def plain(table: pa.Table) -> pd.DataFrame:
    """Decimals become numbers; lists, structs, intervals and bytes texts. Column names become different ones."""
    named: dict[str, pd.Series] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        free = name
        for number in range(2, len(table.column_names) + 2):
            if free not in named:
                break
            free = f"{name}_{number}"
        named[free] = _plain(column)
    return pd.DataFrame(named)


def _plain(column: pa.ChunkedArray) -> pd.Series:
    kind = column.type
    if pa.types.is_decimal(kind):
        column = _number(column)
    elif pa.types.is_nested(kind) or pa.types.is_interval(kind) or pa.types.is_binary(kind):
        return pd.Series([None if value is None else str(value) for value in column.to_pylist()], dtype=object)
    made: pd.Series = column.to_pandas()
    if pa.types.is_integer(column.type) and column.null_count:
        return made.astype("Int64")
    return made


def _number(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whole numbers where they fit (sums of whole numbers come as decimals), else floating point."""
    if column.type.scale == 0:
        try:
            return pc.cast(column, pa.int64())
        except pa.ArrowInvalid:
            pass  # beyond 64 bits
    return pc.cast(column, pa.float64())
