"""`segcore bench`: what each stage of a video job costs on this machine, and what each speed brings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from segcore.cli.report import JsonFlag, emit
from segcore.cli.stage_bar import LinesFlag, stage_bar
from segcore.runs.store import RunStore
from segcore.settings import Settings

if TYPE_CHECKING:
    from segcore.video.tradeoff import Tradeoff


def bench(
    run: Annotated[str, typer.Argument(help="Id or name of a training run.")],
    video: Annotated[Path | None, typer.Option(help="A video file; the sample scene where none is named.")] = None,
    frames: Annotated[int, typer.Option(min=4, max=600, help="How many frames; stages look at 64 at most.")] = 32,
    speeds: Annotated[
        bool, typer.Option("--speeds", help="Whole jobs at each speed instead, and the mIoU of each.")
    ] = False,
    as_json: JsonFlag = False,
    as_lines: LinesFlag = False,
) -> None:
    """Time decoding, every way to compute the network, drawing and encoding, one after another."""
    from segcore.datasets.store import DatasetStore

    settings = Settings.from_env()
    store = RunStore(settings)
    video = video or DatasetStore(settings).sample_video()
    with stage_bar("Measuring", as_lines=as_lines) as on_progress:
        if speeds:
            from segcore.cli.speeds import measure_speeds

            made = measure_speeds(store, store.get(run), video, frames, on_progress)
            emit(made.model_dump(mode="json"), as_json=as_json, text=_speeds_table(made))
            return
        result = _stages(store, run, video, frames)
    emit(result, as_json=as_json, text=_table(result))


def _stages(store: RunStore, run: str, video: Path, frames: int) -> dict[str, Any]:
    from segcore.cli.video_network import trial_frames
    from segcore.inference.load import predictor_of
    from segcore.inference.network import TrainedNetwork
    from segcore.inference.openvino_backend import has_bfloat16
    from segcore.inference.trial import run_trial, ways
    from segcore.video.bench import bench_stages
    from segcore.video.config import SegmentConfig

    network, home = TrainedNetwork.of_run(store, run), store.settings.home
    small = trial_frames(network, SegmentConfig(video=video, run=run))
    every = ways(bfloat16=has_bfloat16(), int8=network.int8_for(small.shape[1:3]) is not None, every=True)
    trial = run_trial(every, lambda way: predictor_of(way, network, home), small)
    result = bench_stages(video, predictor_of(trial.chosen, network, home), frames)
    tried = [
        {"words": t.compute.words} | t.model_dump(mode="json", include={"ms", "agreement", "fault"})
        for t in trial.tried
    ]
    size = (small.shape[1], small.shape[2])
    return result | {"network": {"size": size, "tried": tried} | _needs(network.spec.architecture, size)}


def _needs(architecture: str, size: tuple[int, int]) -> dict[str, float]:
    """What the network's operations would take at the speed of a matrix product."""
    from segcore.inference.peak import matmul_gflops
    from segcore.models.architectures import ARCHITECTURES

    gflops, peak = ARCHITECTURES[architecture].gflops(size), matmul_gflops()
    return {
        "gflops": round(gflops, 2),
        "matmul_gflops_per_s": round(peak, 1),
        "ms_at_matmul_speed": round(1000 * gflops / peak, 2),
    }


def _table(result: dict[str, Any]) -> str:
    video, network = result["video"], result["network"]
    head = f"{video['name']} {video['width']}×{video['height']} {video['codec']}, {result['frames']} frames, ms a frame"
    rows = [f"  {name:<52}{ms:>9.2f}" for name, ms in result["stages"].items()]
    ways = [
        f"    {t['words']:<50}{t['ms']:>9.2f}   {100 * t['agreement']:.2f} % alike"
        if t["ms"] is not None
        else f"    {t['words']:<50}        –   {t['fault']}"
        for t in network["tried"]
    ]
    needs = (
        f"  {network['gflops']:.1f} GFLOP a frame; this machine multiplies float32 matrices at "
        f"{network['matmul_gflops_per_s']:.0f} GFLOP/s, so that they need {network['ms_at_matmul_speed']:.1f} ms"
    )
    title = f"  network at {network['size'][1]}×{network['size'][0]}, by each way to compute it:"
    return "\n".join([head, *rows, title, *ways, needs])


def _speeds_table(made: Tradeoff) -> str:
    head = f"{made.video} {made.width}×{made.height}, {made.frames} frames, whole jobs"
    rows = []
    for speed, figures in made.speeds.items():
        height, width = figures.network_size
        miou = "–" if figures.miou is None else f"{figures.miou:.4f}"
        pace = f"{figures.ms:>7.1f} ms a frame   {1000 / figures.ms:>6.1f} frames/s"
        alike = "" if figures.alike is None else f"   {100 * figures.alike:.2f} % as standard"
        seen = f"sees {100 * figures.labelled:.0f} % of the frames at {width}×{height}"
        rows.append(f"  {speed:<10}{pace}   mIoU {miou}{alike}   {seen}   {figures.backend}")
    return "\n".join([head, *rows])
