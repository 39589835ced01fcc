"""`segcore report`: a segmented video for readers who never open the dashboard."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.cli.stage_bar import LinesFlag, stage_bar
from segcore.datasets.stages import enter
from segcore.errors import ConfigError
from segcore.knowledge.scale import Scale
from segcore.runs.store import RunStore
from segcore.settings import Settings

ResultName = Annotated[
    str, typer.Argument(metavar="RESULT", help="Id or name of a segmented video, or the folder or ZIP of its result.")
]
ScaleOption = Annotated[
    float | None, typer.Option("--cm-per-pixel", help="Length of a pixel of the frame: areas are told in cm² then.")
]


def report(
    result: ResultName,
    out: Annotated[Path, typer.Option(help="Folder for report.html and report.pdf.")] = Path(),
    kinds: Annotated[list[str] | None, typer.Option("--format", help="html or pdf; may be repeated.")] = None,
    cm_per_pixel: ScaleOption = None,
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Write the report of a segmented video, as HTML and as PDF: one file each that needs nothing else."""
    from segcore.report.opening import open_result
    from segcore.report.writing import KINDS, write_report

    unknown = set(kinds or ()) - set(KINDS)
    if unknown:
        raise ConfigError(f"Expected --format html or pdf. Received: {', '.join(sorted(unknown))}.")
    facts = open_result(RunStore(Settings.from_env()), result, scale_of(cm_per_pixel))
    with stage_bar("Writing the report", as_lines=as_lines) as on_progress:
        enter(on_progress, "writing the report")
        chosen = [kind for kind in KINDS if not kinds or kind in kinds]
        files = write_report(facts, out, chosen, on_progress=on_progress)
    emit(
        {"result": facts.name, "files": [str(file) for file in files]}, as_json=as_json, text="\n".join(map(str, files))
    )


def scale_of(cm_per_pixel: float | None) -> Scale | None:
    """The scale that was told.

    Raises:
        ConfigError: not above 0.
    """
    return None if cm_per_pixel is None else Scale.of_length(1.0, cm_per_pixel)
