"""`segcore quantize`: a run's network in 8-bit integers, for quicker videos."""

from __future__ import annotations

from typing import Annotated

import typer

from segcore.access import Action, require
from segcore.cli.report import JsonFlag, emit
from segcore.cli.stage_bar import LinesFlag, Steps, stage_bar
from segcore.inference.int8 import Int8Record
from segcore.runs.store import RunStore
from segcore.settings import Settings


def quantize(
    run: Annotated[str, typer.Argument(help="Id or name of a training run.")],
    dataset: Annotated[
        str | None, typer.Option(help="Labelled frames to check it on; the run's own if left out.")
    ] = None,
    frame: Annotated[
        tuple[int, int] | None,
        typer.Option(help="Height and width of the frames of your videos; as the dataset's images if left out."),
    ] = None,
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Write a run's network in 8-bit integers and score it beside float32; videos use it where it is as good.

    A training of four minutes or more does this at its end, for frames like its dataset's.
    """
    require(Action.START)
    from segcore.cli.int8_network import STEPS, keep_int8
    from segcore.cli.scored import checked_dataset

    store = RunStore(Settings.from_env())
    found = store.get(run)
    frames = checked_dataset(store, found, dataset or str(found.dataset))
    with stage_bar("8 bits", as_lines=as_lines) as on_progress:
        records = keep_int8(store, found.id, frames, frame, Steps(on_progress, STEPS))
    emit(
        {"run": found.id, "networks": [_facts(record) for record in records]},
        as_json=as_json,
        text="\n".join(map(_told, records)),
    )


def _facts(record: Int8Record) -> dict[str, object]:
    return record.model_dump(mode="json", exclude={"graph", "constants", "weights"}) | {"kept": record.fits}


def _told(record: Int8Record) -> str:
    height, width = record.size
    end = "kept; videos use it where it is quicker" if record.fits else "not kept: it would lose too much"
    return (
        f"{width}×{height}: mIoU {record.miou:.4f}, {record.miou_float32:.4f} in float32; no class more than "
        f"{max(0.0, record.class_loss):.3f} lower; {record.agreement:.2%} of the pixels alike – {end}."
    )
