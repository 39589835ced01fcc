"""`segcore dataset export`: write a dataset as a ZIP, in any of the formats."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.cli.stage_bar import LinesFlag, stage_bar
from segcore.datasets.store import DatasetStore
from segcore.settings import Settings


def export(
    name: Annotated[str, typer.Argument(help="Name of a dataset.")],
    out: Annotated[Path, typer.Option("--out", help="ZIP to write, or a folder to write it into.")] = Path(),
    format_name: Annotated[str, typer.Option("--format", help="folders, cvat, voc, coco, yolo or nnunet.")] = "folders",
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Write a dataset as a ZIP; says what the format cannot hold."""
    with stage_bar("Writing", as_lines=as_lines) as on_progress:
        target, warnings = DatasetStore(Settings.from_env()).export(name, out, format_name, on_progress)
    text = "\n".join([f"Written: {target}", *(f"  {warning}" for warning in warnings)])
    result = {"name": name, "path": str(target), "format": format_name, "warnings": list(warnings)}
    emit(result, as_json=as_json, text=text)
