"""`segcore collect`: the results of a batch as one ZIP and one joined table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.cli.stage_bar import LinesFlag, stage_bar
from segcore.runs.store import RunStore
from segcore.settings import Settings


def collect(
    batch: Annotated[str, typer.Argument(help="Id of a batch, as `segcore segment` prints it.")],
    out: Annotated[Path, typer.Option(help="Folder for the ZIP and the joined tables.")],
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Put the results of many videos into one ZIP, and their ledgers into one table."""
    from segcore.batches import archive
    from segcore.batches.batch import open_batch

    store = RunStore(Settings.from_env())
    found = open_batch(store, batch)
    with stage_bar("Packing", as_lines=as_lines) as on_progress:
        target, *tables = archive.collect(store, found, out, on_progress)
    result = {
        "batch": found.id,
        "path": str(target),
        "bytes": target.stat().st_size,
        "videos": len(found.finished),
        "left_out": [run.params.get("video", run.name) for run in found.runs if run not in found.finished],
        "tables": [str(path) for path in tables],
    }
    emit(result, as_json=as_json)
