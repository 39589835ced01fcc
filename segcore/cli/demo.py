"""`segcore demo`: the whole loop on the sample scene, without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from segcore.batches.making import create_run
from segcore.cli.report import JsonFlag, console, emit
from segcore.cli.training import train_in_run
from segcore.cli.video_run import segment_in_run
from segcore.cli.video_settings import read_config
from segcore.datasets.store import SAMPLE, DatasetStore
from segcore.runs.store import RunStore
from segcore.settings import Settings
from segcore.training.config import from_preset


def demo(
    minutes: Annotated[float, typer.Option(help="Minutes that the training may take.")] = 3.0,
    out: Annotated[Path | None, typer.Option(help="Folder of the results; SEGCORE_HOME/demo if left out.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Do the whole loop on the sample scene: draw it, train on it, segment its video."""
    settings = Settings.from_env()
    datasets, store = DatasetStore(settings), RunStore(settings)
    folder = out or settings.home / "demo"
    if not datasets.exists(SAMPLE):
        with console.status("Drawing the sample scene's labelled frames …"):
            datasets.import_sample()
    with console.status("Drawing the sample scene's video …"):
        video = datasets.sample_video()
    config = from_preset(SAMPLE, "fast", minutes=minutes)
    trained, run_id = train_in_run(store, config, "", None, quiet=False)
    job = read_config({"video": str(video), "run": run_id, "style": "notebook", "legend": True})
    made = create_run(store, job)
    result = segment_in_run(store, made, job, quiet=False, out=folder)
    done = {
        "run": run_id,
        "video_run": made.id,
        "miou": round(trained.evaluation.miou, 4),
        "frames": result.frames,
        "fps": round(result.fps, 2),
        "overlay": str(result.overlay),
        "ledger": str(result.csv),
    }
    text = (
        f"Trained {store.get(run_id).name}: mIoU {trained.evaluation.miou:.3f} on frames it never learned from.\n"
        f"Overlay: {result.overlay}\nTable:   {result.csv}\n"
        "Open the dashboard to look at both: streamlit run app.py"
    )
    emit(done, as_json=as_json, text=text)
