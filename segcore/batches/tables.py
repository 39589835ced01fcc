"""The tables of a batch: one row a video, one a video and class, one a video, frame and class."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from segcore.batches.batch import Batch, titles
from segcore.errors import RunError
from segcore.knowledge.joined import VIDEO, join_ledgers
from segcore.knowledge.ledger import CSV_FILE, PARQUET_FILE
from segcore.runs.records import Run
from segcore.runs.store import RunStore

VIDEOS_FILE = "videos.csv"
CLASSES_FILE = "classes.csv"
SUMMARY_FILE = "summary.json"


def write_tables(
    store: RunStore, batch: Batch, folder: Path, on_rows: Callable[[int], None] = lambda _rows: None
) -> list[Path]:
    """videos.csv, classes.csv, and – where a video has a result – ledger.parquet and ledger.csv of all of them.

    Args:
        store: of the runs.
        batch: whose videos.
        folder: exists; files of these names are replaced.
        on_rows: called with the rows of the joined ledger that were written so far.

    Returns:
        What was written.
    """
    written = [folder / VIDEOS_FILE, folder / CLASSES_FILE]
    videos(store, batch).to_csv(written[0], index=False)
    classes(store, batch).to_csv(written[1], index=False, float_format="%.9g")
    ledgers = [
        (title, store.file(run.id, PARQUET_FILE))
        for title, run in zip(titles(batch.runs), batch.runs, strict=True)
        if run in batch.finished and store.has_file(run.id, PARQUET_FILE)
    ]
    if ledgers:
        join_ledgers(ledgers, folder / PARQUET_FILE, folder / CSV_FILE, on_rows)
        written += [folder / PARQUET_FILE, folder / CSV_FILE]
    return written


def videos(store: RunStore, batch: Batch) -> pd.DataFrame:
    """One row a video.

    Returns:
        Columns video, run (its name), state, reason (why it brought no result), frames, video_s (its length),
        width, height, work_s, fps (frames a second of work), warnings. Empty where a video has no result.
    """
    rows = [
        {VIDEO: title, "run": run.name, "state": run.state.value, "reason": run.reason} | _facts(_summary(store, run))
        for title, run in zip(titles(batch.runs), batch.runs, strict=True)
    ]
    table = pd.DataFrame(rows)
    return table.astype(dict.fromkeys(("frames", "width", "height"), "Int64"))


def classes(store: RunStore, batch: Batch) -> pd.DataFrame:
    """One row a video and class: the columns of `knowledge.areas.summarise` behind the video's name."""
    parts = [
        {VIDEO: title} | row
        for title, run in zip(titles(batch.runs), batch.runs, strict=True)
        for row in _summary(store, run).get("classes", [])
    ]
    table = pd.DataFrame(parts, columns=None if parts else [VIDEO])
    return table.drop(columns="color", errors="ignore")


def _summary(store: RunStore, run: Run) -> dict[str, Any]:
    """What the run's summary.json says; nothing where it has none."""
    try:
        found: dict[str, Any] = json.loads(store.file(run.id, SUMMARY_FILE).read_text("utf-8"))
    except (RunError, ValueError):
        return {}
    return found


def _facts(summary: dict[str, Any]) -> dict[str, Any]:
    video = summary.get("video", {})
    return {
        "frames": summary.get("frames"),
        "video_s": video.get("duration_s"),
        "width": video.get("width"),
        "height": video.get("height"),
        "work_s": summary.get("seconds"),
        "fps": summary.get("fps"),
        "warnings": " ".join(summary.get("warnings", [])),
    }
