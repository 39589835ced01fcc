"""`segcore export`: a trained network as a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.runs.store import RunStore
from segcore.settings import Settings


def export(
    run: Annotated[str, typer.Argument(help="Id or name of a training run.")],
    fmt: Annotated[str, typer.Option("--format", help="onnx, openvino, litert, saved_model or keras.")],
    out: Annotated[Path, typer.Option(help="File (folder for saved_model) to write.")],
    frame: Annotated[tuple[int, int], typer.Option(help="Height and width of the frames that it will be used on.")] = (
        1080,
        1920,
    ),
    as_json: JsonFlag = False,
) -> None:
    """Write a run's network for other programs; what was written is run and compared."""
    from segcore.inference.export import export_network
    from segcore.inference.network import TrainedNetwork

    network = TrainedNetwork.of_run(RunStore(Settings.from_env()), run)
    made = export_network(network, fmt, out, network.spec.geometry.size_for(*frame))
    result = {
        "path": str(made.path),
        "format": made.format,
        "size": list(made.size),
        "output": made.output,
        "agreement": made.agreement,
        "checked_with": made.checked_with,
        "classes": network.spec.classes.names,
    }
    same = "not checked" if made.agreement is None else f"{made.agreement:.2%} of labels as the original"
    text = f"{made.path}: input (N, {made.size[0]}, {made.size[1]}, 3) float32 RGB 0..255, {made.output}; {same}"
    emit(result, as_json=as_json, text=f"{text} ({made.checked_with}).")
