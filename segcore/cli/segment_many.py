"""`segcore segment` with several videos: one after another, one broken file stops none of the others."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from segcore.cli.report import console, emit
from segcore.errors import Cancelled

if TYPE_CHECKING:
    from segcore.runs.store import RunStore
    from segcore.video.config import SegmentConfig


def segment_many(store: RunStore, configs: Sequence[SegmentConfig], out: Path, *, as_json: bool) -> None:
    """Segment videos into a folder each below `out`, and write the tables of all of them into `out`.

    Raises:
        Cancelled: the user asked for the work to end; what is finished is kept.
        typer.Exit: with code 1, where a video brought no result; each was said with its reason.
    """
    from segcore.batches.batch import open_batch
    from segcore.batches.making import create_batch, video_name
    from segcore.batches.tables import write_tables
    from segcore.cli.video_run import OUT_TAG, report, segment_in_run
    from segcore.runs.outcome import in_words

    batch_id, told = uuid.uuid4().hex, []
    for run, config in zip(create_batch(store, configs, batch_id), configs, strict=True):
        store.set_tags(run.id, {OUT_TAG: str((out / run.name).absolute())})
        said: dict[str, Any] = {"video": video_name(config.video), "run": run.id}
        try:
            said |= report(segment_in_run(store, run, config, quiet=False, out=out / run.name), run.id)
        except Cancelled:
            _cancel_rest(store, batch_id)
            raise
        except Exception as error:  # whatever it is, it is kept with its run, and the others go on
            said["error"] = in_words(error)
            console.print(f"{said['video']}: {said['error']}", highlight=False, markup=False)
        told.append(said | {"state": store.get(run.id).state.value})
    failed = sum("error" in said for said in told)
    out.mkdir(parents=True, exist_ok=True)
    tables = write_tables(store, open_batch(store, batch_id), out)
    result = {"batch": batch_id, "videos": told, "failed": failed, "tables": [str(path) for path in tables]}
    emit(result, as_json=as_json)
    if failed:
        raise typer.Exit(1)


def _cancel_rest(store: RunStore, batch_id: str) -> None:
    from segcore.batches.batch import open_batch

    for run in open_batch(store, batch_id).runs:
        if run.state.active:
            store.request(run.id, "cancel")
