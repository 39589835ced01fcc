"""Tables as JSON that explains itself: columns with types, units and meanings, then rows. Streamed."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from segcore.knowledge.columns import TABLES, Column
from segcore.knowledge.drawn_columns import DRAWN

KNOWN = TABLES | DRAWN
"""All tables that are told of."""
_ROWS = 4096
_TYPES: tuple[tuple[Callable[[pa.DataType], bool], str], ...] = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_integer, "integer"),
    (pa.types.is_floating, "number"),
    (pa.types.is_binary, "bytes"),
)


def fields(name: str, schema: pa.Schema) -> list[dict[str, str]]:
    """The columns of a table: name, type ("integer", "number", "boolean", "string", "bytes"), unit, description.

    Args:
        name: of the table; one that is not known has neither units nor descriptions.
        schema: of its Parquet file.
    """
    known = {column.name: column for column in KNOWN[name].columns} if name in KNOWN else {}
    return [
        {"name": field.name, "type": _type(field.type)}
        | {"unit": known.get(field.name, _UNKNOWN).unit, "description": known.get(field.name, _UNKNOWN).meaning}
        for field in schema
    ]


_UNKNOWN = Column("", "", "", "")


def schema_of(tables: dict[str, Path]) -> dict[str, Any]:
    """What schema.json says: table → what a row is, and its columns.

    Args:
        tables: name → its Parquet file.
    """
    return {name: {**_head(name), "columns": fields(name, pq.read_schema(path))} for name, path in tables.items()}


def write_json(name: str, path: Path, out: IO[bytes]) -> None:
    """A Parquet file as JSON: `{"table": …, "holds": …, "row": …, "columns": […], "rows": [{…}, …]}`, a row a line.

    Columns of bytes are left out, as in CSV; what is not a number is null.
    """
    with pq.ParquetFile(path) as opened:
        schema = opened.schema_arrow
        told = [field for field in fields(name, schema) if field["type"] != "bytes"]
        head = {"table": name, **_head(name), "columns": told}
        out.write(json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "rows": [')
        before = b"\n"
        for batch in opened.iter_batches(_ROWS, columns=[field["name"] for field in told], use_threads=False):
            for row in batch.to_pylist():
                text = json.dumps(
                    {key: _plain(value) for key, value in row.items()}, ensure_ascii=False, allow_nan=False
                )
                out.write(before + text.encode())
                before = b",\n"
        out.write(b"\n]}\n")


def _head(name: str) -> dict[str, str]:
    """What the table holds, and what a row of it is."""
    known = KNOWN.get(name)
    return {"holds": known.holds, "row": known.row} if known else {}


def _type(kind: pa.DataType) -> str:
    return next((word for fits, word in _TYPES if fits(kind)), "string")


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
