"""The process that answers one question: `python -m segcore.ask.child`, JSON in, a line of JSON and Arrow out.

What it has is what it is given: tables in memory. They are read first; then files and network are closed, the
settings locked and a read-only transaction begun; only then is the question run. It ends itself when the time is over,
also where DuckDB cannot be interrupted (a single call of a slow function), and it may only take so much memory.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_GRACE_S = 2.0
"""From the interruption to the end of the process."""
_STARTUP_CPU_S = 60
_BATCH_ROWS = 20_000
_BEGINS = (b"select", b"with", b"from")
TOO_LONG = 75
"""Exit code of a process that could not be interrupted."""

_CLOSED = (
    "SET temp_directory=''",
    "SET python_enable_replacements=false",
    "SET allow_community_extensions=false",
    "SET autoinstall_known_extensions=false",
    "SET autoload_known_extensions=false",
    "SET enable_external_access=false",
    "SET lock_configuration=true",
    "BEGIN TRANSACTION READ ONLY",
)


def main() -> None:
    """Read the question from stdin, write the answer to stdout."""
    asked = json.load(sys.stdin)
    limits = asked["limits"]
    _cap_memory(limits)
    import duckdb

    known: dict[str, list[str]] = {}
    try:
        settings = {"threads": limits["threads"], "memory_limit": f"{limits['megabytes']}MB"}
        with duckdb.connect(":memory:", config=settings) as connection:
            known |= {name: _columns(connection, table) for name, table in asked["tables"].items()}
            if fault := refused(asked["sql"]):
                _tell({"kind": fault, "text": "", "columns": known})
                return
            prepare(connection, asked["sql"], asked["tables"])
            _answer(connection, asked["sql"], limits)
    except duckdb.Error as error:
        _tell({"kind": type(error).__name__.removesuffix("Exception"), "text": str(error), "columns": known})
    except MemoryError:
        _tell({"kind": "OutOfMemory", "text": "", "columns": known})


def refused(sql: str) -> str:
    """Why this is not one question that only reads: "empty", "several", "other"; "" where it is.

    Raises:
        duckdb.Error: it cannot be read.
    """
    import duckdb

    text = sql.encode()  # places of tokens are counted in bytes
    tokens = [(at, kind) for at, kind in duckdb.tokenize(sql) if kind != duckdb.token_type.comment]
    if not tokens:
        return "empty"
    at, kind = next((each for each in tokens if text[each[0] : each[0] + 1] != b"("), tokens[0])
    first = re.match(rb"\w*", text[at:])
    if first is None or first[0].lower() not in _BEGINS:
        return "other" if kind == duckdb.token_type.keyword else "unknown"
    statements = duckdb.extract_statements(sql)
    if len(statements) > 1:
        return "several"
    return "" if statements[0].type == duckdb.StatementType.SELECT else "other"


def prepare(connection: duckdb.DuckDBPyConnection, sql: str, tables: dict[str, dict[str, Any]]) -> None:
    """Read the tables that a question names, then close everything else: from here on nothing can be reached.

    Args:
        connection: to a database in memory.
        sql: the question.
        tables: as `question.tables_of` gives them.
    """
    for name, table in tables.items():
        if re.search(rf"\b{name}\b", sql, re.IGNORECASE):
            _load(connection, name, table)
    for command in _CLOSED:
        connection.execute(command)


def _columns(connection: duckdb.DuckDBPyConnection, table: dict[str, Any]) -> list[str]:
    """The columns that a table has to be asked for, by its first video."""
    if "files" not in table:
        return [name for name, _ in table["columns"]]
    title, path = table["files"][0]
    named = _readable(connection, path)
    return named if title is None else ["video", *named]


def _readable(connection: duckdb.DuckDBPyConnection, path: str) -> list[str]:
    """The columns of a file that are text or numbers."""
    told = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()
    return [str(name) for name, kind, *_ in told if kind != "BLOB"]


def _load(connection: duckdb.DuckDBPyConnection, name: str, table: dict[str, Any]) -> None:
    """Make the table, from rows or from the files of each video."""
    if "files" not in table:
        columns = [f'"{column}" {kind}' for column, kind in table["columns"]]
        connection.execute(f'CREATE TABLE "{name}" ({", ".join(columns)})')
        if table["rows"]:
            places = ", ".join("?" * len(columns))
            connection.executemany(f'INSERT INTO "{name}" VALUES ({places})', table["rows"])
        return
    parts, values = [], []
    for title, path in table["files"]:
        columns = [f'"{column}"' for column in _readable(connection, path)]
        if title is not None:
            columns.insert(0, "CAST(? AS VARCHAR) AS video")
            values.append(title)
        parts.append(f"SELECT {', '.join(columns)} FROM read_parquet(?)")
        values.append(path)
    connection.execute(f'CREATE TABLE "{name}" AS {" UNION ALL BY NAME ".join(parts)}', values)


def _answer(connection: duckdb.DuckDBPyConnection, sql: str, limits: dict[str, Any]) -> None:
    """Run the question and write its rows, as many as are allowed."""
    import pyarrow as pa

    began = time.monotonic()
    timers = [
        threading.Timer(limits["seconds"], connection.interrupt),
        threading.Timer(limits["seconds"] + _GRACE_S, os._exit, [TOO_LONG]),
    ]
    for timer in timers:
        timer.daemon = True
        timer.start()
    reader = connection.sql(sql).to_arrow_reader(_BATCH_ROWS)
    batches, whole = _up_to(reader, limits["rows"], limits["answer_bytes"])
    for timer in timers:
        timer.cancel()
    _tell({"whole": whole, "seconds": round(time.monotonic() - began, 3)})
    with pa.ipc.new_stream(sys.stdout.buffer, reader.schema) as out:
        for batch in batches:
            out.write_batch(batch)


def _up_to(reader: pa.RecordBatchReader, rows: int, most_bytes: int) -> tuple[list[pa.RecordBatch], bool]:
    """The first batches, and whether they are all there is."""
    kept: list[pa.RecordBatch] = []
    room = rows
    for batch in reader:
        most_bytes -= batch.nbytes
        if batch.num_rows > room or most_bytes < 0:
            return [*kept, batch.slice(0, room if most_bytes >= 0 else 0)], False
        kept.append(batch)
        room -= batch.num_rows
    return kept, True


def _tell(header: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n")
    sys.stdout.buffer.flush()


def _cap_memory(limits: dict[str, Any]) -> None:
    """DuckDB does not count what a single function takes; so the process has a limit too, where systems know one."""
    try:
        import resource
    except ImportError:  # Windows
        return
    most = 2 * limits["megabytes"] * 1_000_000
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    seconds = int(limits["threads"] * limits["seconds"]) + _STARTUP_CPU_S
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


if __name__ == "__main__":
    main()
