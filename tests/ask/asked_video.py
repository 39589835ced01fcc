"""A small result to ask: ten frames, one a second, of a mouse and a bear that touch for two of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd

from segcore.ask import child
from segcore.ask.plain import plain
from segcore.ask.question import tables_of
from segcore.ask.video_tables import VideoTables, of_folder
from segcore.knowledge.events import Event, Subject, event_table
from segcore.knowledge.frame_times import FrameTimes

NAMES = ("background", "mouse", "bear")
MOUSE, BEAR = Subject(1, "mouse"), Subject(2, "bear")


def ledger(frames: int = 10, mouse: int = 1) -> pd.DataFrame:
    """The mouse grows by ten pixels a frame, times `mouse`; the bear is there from frame 5 on; a frame has 1000."""
    rows = []
    for frame in range(frames):
        bear = 100 if frame >= 5 else 0
        pixels = (1000 - bear - 10 * frame * mouse, 10 * frame * mouse, bear)
        rows += [(frame, float(frame), i, NAMES[i], p, p / 1000, int(p > 0), 0.5) for i, p in enumerate(pixels)]
    columns = ["frame", "time_s", "class_id", "class", "pixels", "share", "objects", "confidence"]
    return pd.DataFrame(rows, columns=columns)


def events() -> pd.DataFrame:
    times = FrameTimes(range(10), map(float, range(10)))
    return event_table(
        [
            Event("there", (1, 9), MOUSE),
            Event("appears", (5, 5), BEAR, moment=True),
            Event("touches", (6, 7), MOUSE, BEAR, value=12.0),
        ],
        times,
    )


def write(folder: Path, *, mouse: int = 1) -> Path:
    """The result's files that are asked."""
    folder.mkdir(parents=True, exist_ok=True)
    ledger(mouse=mouse).to_parquet(folder / "ledger.parquet")
    events().to_parquet(folder / "events.parquet")
    certainty = pd.DataFrame(
        {"frame": [0], "time_s": [0.0], "confidence": [0.9], "unsure": [0.25], "look": [b"\x00\x01"]}
    )
    certainty.to_parquet(folder / "certainty.parquet")
    summary = {"video": {"name": f"{folder.name}.mp4", "width": 40, "height": 25}, "frames": 10}
    (folder / "summary.json").write_text(json.dumps(summary), "utf-8")
    return folder


def video(folder: Path, *, mouse: int = 1) -> VideoTables:
    """The same, as it is asked."""
    return of_folder(write(folder, mouse=mouse))


@contextmanager
def closed(videos: Sequence[VideoTables], sql: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """What a question runs in, in this process: quick, but without the limits of a process of its own."""
    with duckdb.connect(":memory:") as connection:
        child.prepare(connection, sql, tables_of(videos))
        yield connection


def quick(videos: Sequence[VideoTables], sql: str) -> pd.DataFrame:
    """The answer to a question that is fit to be asked."""
    assert not child.refused(sql)
    with closed(videos, sql) as connection:
        return plain(connection.sql(sql).to_arrow_table())
