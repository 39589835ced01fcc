"""`segcore bench`: what each stage of a video job costs on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.runs.store import RunStore
from segcore.settings import Settings


def bench(
    run: Annotated[str, typer.Argument(help="Id or name of a training run.")],
    video: Annotated[Path | None, typer.Option(help="A video file; the sample scene where none is named.")] = None,
    frames: Annotated[int, typer.Option(min=4, max=64, help="How many frames.")] = 32,
    as_json: JsonFlag = False,
) -> None:
    """Time decoding, every backend, drawing and encoding, one after another."""
    from segcore.inference.load import predictor_for
    from segcore.inference.network import TrainedNetwork
    from segcore.video.bench import bench_stages

    settings = Settings.from_env()
    network = TrainedNetwork.of_run(RunStore(settings), run)
    if video is None:
        from segcore.datasets.store import DatasetStore

        video = DatasetStore(settings).sample_video()
    made = [predictor_for(network, settings.home, backend=b) for b in ("openvino", "tensorflow")]
    result = bench_stages(video, {p.backend: p for p in made}, frames)
    emit(result, as_json=as_json, text=_table(result))


def _table(result: dict[str, Any]) -> str:
    video = result["video"]
    head = f"{video['name']} {video['width']}×{video['height']} {video['codec']}, {result['frames']} frames, ms a frame"
    return "\n".join([head, *(f"  {name:<44}{ms:>9.2f}" for name, ms in result["stages"].items())])
