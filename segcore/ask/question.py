"""One question to the tables of one or many videos: SQL in, a table out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

import segcore
from segcore.ask.child import TOO_LONG
from segcore.ask.complaints import explain
from segcore.ask.plain import plain
from segcore.ask.video_tables import DUCK_TYPES, VideoTables
from segcore.errors import QueryError
from segcore.knowledge.columns import TABLES

_PATIENCE_S = 60.0
"""What reading the tables may take beside the time of the question."""
_AT_ONCE = threading.BoundedSemaphore(2)
"""So many questions of one dashboard are at work; others wait."""


@dataclass(frozen=True)
class Limits:
    """What a question may take.

    Attributes:
        seconds: then it is stopped.
        threads: of DuckDB.
        megabytes: of memory; the process has twice as much in all.
        rows, answer_bytes: so much of the answer is kept.
    """

    seconds: float = 10.0
    threads: int = 2
    megabytes: int = 1000
    rows: int = 500_000
    answer_bytes: int = 64_000_000


@dataclass(frozen=True)
class Answer:
    """What came out.

    Attributes:
        table: numbers, texts, truth values and dates.
        whole: whether these are all rows.
        seconds: how long the question took, without reading the tables.
    """

    table: pd.DataFrame
    whole: bool
    seconds: float


def ask(videos: Sequence[VideoTables], sql: str, limits: Limits | None = None) -> Answer:
    """Answer a question in a process of its own, which has nothing but the tables.

    Args:
        videos: one; or several, whose tables then begin with the column `video`.
        sql: one SELECT or WITH … SELECT of DuckDB's SQL.
        limits: as they are by default, unless given.

    Raises:
        QueryError: it is none, does more than reading, names what is not there, or takes too much.
    """
    limits = limits or Limits()
    asked = {"sql": sql.strip(), "limits": asdict(limits), "tables": tables_of(videos)}
    with _AT_ONCE:
        done = _run(json.dumps(asked).encode(), limits.seconds + _PATIENCE_S)
    told, _, rows = done.stdout.partition(b"\n")
    if not told:
        raise _ended(done, sql, limits)
    header = json.loads(told)
    if "kind" in header:
        raise explain(header["kind"], header["text"], sql, header["columns"], limits.seconds, limits.megabytes)
    return Answer(plain(pa.ipc.open_stream(rows).read_all()), header["whole"], header["seconds"])


_BY_SIGXCPU = -24


def _ended(done: subprocess.CompletedProcess[bytes], sql: str, limits: Limits) -> QueryError:
    """Why a process ended without a word: by its time, by its memory, or because it could not work at all."""
    words = done.stderr.decode(errors="replace").strip().splitlines()
    if done.returncode in (TOO_LONG, _BY_SIGXCPU):
        return explain("Interrupt", "", sql, {}, limits.seconds, limits.megabytes)
    if done.returncode < 0 or any("MemoryError" in line or "bad_alloc" in line for line in words):
        return explain("OutOfMemory", "", sql, {}, limits.seconds, limits.megabytes)
    return QueryError(f"Questions cannot be answered here: {words[-1] if words else 'no answer'}.")


def tables_of(videos: Sequence[VideoTables]) -> dict[str, dict[str, Any]]:
    """The tables as `child` takes them: files, or columns and rows."""
    many = len(videos) > 1
    found: dict[str, dict[str, Any]] = {}
    for name, table in TABLES.items():
        files = [[v.name if many else None, str(v.files[name].absolute())] for v in videos if name in v.files]
        rows = [(v.name, row) for v in videos for row in v.rows.get(name, ())]
        if files:
            found[name] = {"files": files}
        elif rows:
            columns = [[c.name, DUCK_TYPES[c.type]] for c in table.columns]
            values = [[row.get(c.name) for c in table.columns] for _, row in rows]
            if many:
                columns = [["video", "VARCHAR"], *columns]
                values = [[title, *each] for (title, _), each in zip(rows, values, strict=True)]
            found[name] = {"columns": columns, "rows": values}
    return found


def _run(question: bytes, patience: float) -> subprocess.CompletedProcess[bytes]:
    """Start the process."""
    command = [sys.executable, "-m", "segcore.ask.child"]
    try:
        return subprocess.run(
            command, input=question, capture_output=True, timeout=patience, check=False, env=_environment()
        )
    except subprocess.TimeoutExpired as error:
        raise QueryError(
            f"There was no answer within {patience:g} seconds.", fix="Is the machine very busy? Try again."
        ) from error


def _environment() -> dict[str, str]:
    """Nothing of this process's environment goes along, but where Python finds what it needs."""
    root = str(Path(segcore.__file__).parents[1])
    return {"PYTHONPATH": root, "PATH": os.defpath, "ARROW_DEFAULT_MEMORY_POOL": "system"}
