"""What a video's result has to be asked: files of tables, and two small tables of its summary."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from segcore.batches.batch import Batch, titles
from segcore.errors import ResultError
from segcore.knowledge.areas import summarise
from segcore.knowledge.columns import ASKED, CLASSES, LEDGER, VIDEO
from segcore.runs.records import Run, RunState
from segcore.runs.store import RunStore

SUMMARY_FILE = "summary.json"
DUCK_TYPES = {
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "float": "REAL",
    "double": "DOUBLE",
    "string": "VARCHAR",
    "bool": "BOOLEAN",
}
"""pyarrow's names of types → DuckDB's."""


@dataclass(frozen=True)
class VideoTables:
    """The tables of one video.

    Attributes:
        name: of the video.
        files: table → its Parquet file.
        rows: table → its rows, for those that are no files.
    """

    name: str
    files: Mapping[str, Path]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]

    @property
    def names(self) -> tuple[str, ...]:
        """The tables that there are."""
        return (*self.files, *self.rows)


def of_run(store: RunStore, run: Run) -> VideoTables:
    """The tables of a segmented video.

    Raises:
        ResultError: the run has no result.
    """
    there = {name: f"{name}.parquet" for name in ASKED if store.has_file(run.id, f"{name}.parquet")}
    if run.state is not RunState.FINISHED or LEDGER.name not in there:
        raise ResultError(f"{run.name} is no segmented video with a result.", fix="See the list on the Results page.")
    files = {name: store.file(run.id, file) for name, file in there.items()}
    summary = store.file(run.id, SUMMARY_FILE) if store.has_file(run.id, SUMMARY_FILE) else None
    return _of_files(run.params.get("video") or run.name, files, summary)


def of_batch(store: RunStore, batch: Batch) -> list[VideoTables]:
    """The tables of a batch's videos that have a result, each under a name of its own.

    Raises:
        ResultError: none has one.
    """
    named = zip(titles(batch.runs), batch.runs, strict=True)
    found = [(title, of_run(store, run)) for title, run in named if run in batch.finished]
    if not found:
        raise ResultError("No video of this batch has a result.", fix="See why on its page.")
    return [VideoTables(title, tables.files, tables.rows) for title, tables in found]


def of_folder(folder: Path) -> VideoTables:
    """The tables in a folder that `segcore segment --out` wrote.

    Raises:
        ResultError: there are none.
    """
    files = {name: folder / f"{name}.parquet" for name in ASKED if (folder / f"{name}.parquet").is_file()}
    if LEDGER.name not in files:
        raise ResultError(
            f"{folder} is no result: it has no ledger.parquet.",
            fix='Take the folder that "segcore segment --out" wrote, or the name of a video run.',
        )
    summary = folder / SUMMARY_FILE
    return _of_files(folder.name, files, summary if summary.is_file() else None)


def _of_files(name: str, files: dict[str, Path], summary: Path | None) -> VideoTables:
    told: dict[str, Any] = json.loads(summary.read_text("utf-8")) if summary else {}
    classes = told.get("classes") or _classes(files[LEDGER.name])
    video = told.get("video", {})
    network = told.get("network", {})
    row = {column.name: video.get(column.name) for column in VIDEO.columns} | {
        "name": video.get("name", name),
        "frames": told.get("frames"),
        "network": network.get("name"),
        "dataset": network.get("dataset"),
    }
    return VideoTables(name, files, {CLASSES.name: classes, VIDEO.name: [row]})


def _classes(ledger: Path) -> list[dict[str, Any]]:
    """Of a result whose summary does not say it."""
    found: list[dict[str, Any]] = json.loads(summarise(pd.read_parquet(ledger)).to_json(orient="records"))
    return found
