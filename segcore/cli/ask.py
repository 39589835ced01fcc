"""`segcore ask`: questions in SQL to the tables of a segmented video, or of a batch of them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from segcore.cli.report import JsonFlag, console, emit
from segcore.errors import RunNotFound
from segcore.runs.store import RunStore
from segcore.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

    from segcore.ask.video_tables import VideoTables

SHOWN = 50
"""Rows that are printed for people; the CSV has all."""


def ask(
    result: Annotated[str, typer.Argument(help="A video run's name or id, a batch's id, or the folder of a result.")],
    sql: Annotated[str | None, typer.Argument(help="One SELECT; left out: which tables and columns there are.")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print the answer as CSV.")] = False,
    seconds: Annotated[float, typer.Option(min=0.1, help="Then the question is stopped.")] = 10.0,
    as_json: JsonFlag = False,
) -> None:
    """Ask a result's tables in SQL; nothing is changed by it."""
    from segcore.ask.question import Limits
    from segcore.ask.question import ask as answer_of

    videos = opened(result)
    if not sql:
        emit({"tables": _tables(videos)}, as_json=as_json, text=_told(videos))
        return
    answer = answer_of(videos, sql, Limits(seconds=seconds))
    if csv:
        typer.echo(answer.table.to_csv(index=False), nl=False)
        if not answer.whole:
            console.print("Note: these are the first rows; the answer has more.", highlight=False)
        return
    emit(
        {
            "columns": list(answer.table.columns),
            "rows": _rows(answer.table),
            "whole": answer.whole,
            "seconds": answer.seconds,
        },
        as_json=as_json,
        text=_printed(answer.table, whole=answer.whole),
    )


def opened(result: str) -> list[VideoTables]:
    """The tables of a folder, a run or a batch.

    Raises:
        RunNotFound: there is no such thing.
        ResultError: it has no result.
    """
    from segcore.ask.video_tables import of_batch, of_folder, of_run
    from segcore.batches.batch import open_batch

    if Path(result).is_dir():
        return [of_folder(Path(result))]
    store = RunStore(Settings.from_env())
    try:
        return [of_run(store, store.get(result))]
    except RunNotFound:
        try:
            return of_batch(store, open_batch(store, result))
        except RunNotFound:
            pass
        raise


def _tables(videos: list[VideoTables]) -> dict[str, Any]:
    from dataclasses import asdict

    from segcore.knowledge.columns import TABLES

    names = [name for name in TABLES if any(name in video.names for video in videos)]
    return {name: {"row": TABLES[name].row, "columns": [asdict(c) for c in TABLES[name].columns]} for name in names}


def _told(videos: list[VideoTables]) -> str:
    lines = []
    for name, table in _tables(videos).items():
        lines.append(f"{name}: one row is {table['row']}")
        lines += [f"  {c['name']:<16} {c['unit']:<6} {c['meaning']}" for c in table["columns"] if c["type"] != "binary"]
    if len(videos) > 1:
        lines.append(f"Each table begins with the column video: {', '.join(video.name for video in videos)}")
    return "\n".join(lines)


def _rows(table: pd.DataFrame) -> list[list[Any]]:
    rows: list[list[Any]] = json.loads(table.to_json(orient="values", date_format="iso", double_precision=15))
    return rows


def _printed(table: pd.DataFrame, *, whole: bool) -> str:
    if table.empty:
        return "No rows."
    text = table.head(SHOWN).to_string(index=False, na_rep="", float_format=_short)
    more = len(table) - SHOWN
    if more > 0 or not whole:
        text += f"\n… {max(more, 0)}{'' if whole else ' or more'} further rows; --csv prints them."
    return text


def _short(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.6g}"
