"""`segcore export` and `segcore import-run`: trained networks leave and come."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.cli.stage_bar import LinesFlag, Steps, stage_bar
from segcore.errors import ConfigError
from segcore.inference.export.catalog import FORMATS
from segcore.runs.store import RunStore
from segcore.settings import Settings

BUNDLE = "bundle"
_KINDS = ", ".join([*FORMATS, BUNDLE])


def export(
    run: Annotated[str, typer.Argument(help="Id or name of a training run.")],
    fmt: Annotated[str, typer.Option("--format", help=f"{_KINDS}; a bundle is for another segcore.")],
    out: Annotated[Path, typer.Option(help="A file, a folder, or a .zip for network and model card in one.")],
    frame: Annotated[
        tuple[int, int] | None,
        typer.Option(help="Height and width of the frames it will be used on; as the run's own if left out."),
    ] = None,
    labels: Annotated[
        bool, typer.Option("--labels", help="Takes uint8 frames and gives labels instead of scores.")
    ] = False,
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Write a run's network for other programs; what was written is run and compared with the run."""
    store = RunStore(Settings.from_env())
    with stage_bar("Exporting", as_lines=as_lines) as on_progress:
        say = Steps(on_progress, 5)
        if fmt == BUNDLE:
            from segcore.sharing.bundle import write_bundle

            if labels or frame:
                raise ConfigError("A bundle holds the whole network; --labels and --frame do not fit it.")
            bundle = write_bundle(store, run, out, say=say)
            emit(bundle.as_dict(), as_json=as_json, text=f"Written: {bundle.path} ({len(bundle.files)} files)")
            return
        from segcore.sharing.export import export_run

        made = export_run(store, run, fmt, out, frame=frame, labels=labels, say=say)
    emit(made.as_dict(), as_json=as_json, text=f"Written: {made.path}\nCompared: {made.sentence()}.")


def import_run(
    file: Annotated[Path, typer.Argument(help="A bundle that `segcore export --format bundle` wrote.")],
    name: Annotated[str | None, typer.Option(help="Name of the new run; as in the bundle if left out.")] = None,
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Take a bundle of another segcore in: it becomes a finished run, for videos, scoring and further training."""
    from segcore.sharing.arrival import import_bundle

    store = RunStore(Settings.from_env())
    with stage_bar("Importing", as_lines=as_lines) as on_progress:
        made = import_bundle(store, file, name, say=Steps(on_progress, 4))
    emit(made.as_dict(), as_json=as_json, text=f"{made.name} ({made.run}): {made.told()}")
