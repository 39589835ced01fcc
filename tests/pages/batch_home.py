"""An installation in which several videos were segmented together; for tests of their pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from pages.common.pictures import jpeg
from segcore.batches.making import create_batch
from segcore.classes import ClassTable
from segcore.models.spec import BEST_WEIGHTS, MODEL_FILE, ModelSpec
from segcore.pipeline.preprocess import Geometry
from segcore.runs import Progress, Run, RunState, RunStore
from segcore.settings import Settings
from segcore.video.clock import load_of
from segcore.video.config import SegmentConfig
from segcore.video.load import LOAD_TAG
from segcore.video.writer import VideoWriter

CLASSES = ClassTable.of(["background", "mouse"])


def clip(path: Path, frames: int = 10) -> Path:
    """A grey film of 64 × 48, ten frames a second."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with VideoWriter(path, 64, 48, fps=10) as writer:
        for number in range(frames):
            writer.write(np.full((48, 64, 3), 20 * (number % 12), np.uint8))
    return path


def trained(settings: Settings, name: str = "desk-a") -> Run:
    """A training that pages take for one that can segment videos."""
    store = RunStore(settings)
    run = store.create("train", config={}, name=name, dataset="desk")
    spec = ModelSpec(architecture="unet_efficientnet_lite0", classes=CLASSES, geometry=Geometry(long_side=64))
    store.put_file(run.id, MODEL_FILE, spec.model_dump_json().encode())
    store.put_file(run.id, BEST_WEIGHTS, b"not weights")
    store.set_state(run.id, RunState.FINISHED)
    return store.get(run.id)


def make_batch(settings: Settings, batch_id: str, states: Sequence[RunState], model: str = "desk-a") -> list[Run]:
    """A batch of one-second clips in these states, called 1.mp4, 2.mp4 …"""
    store = RunStore(settings)
    clips = [clip(settings.home / "films" / f"{number}.mp4") for number in range(1, len(states) + 1)]
    runs = create_batch(store, [SegmentConfig(video=path, run=model) for path in clips], batch_id)
    for run, state in zip(runs, states, strict=True):
        if state is RunState.FINISHED:
            _result(store, run)
        elif state is RunState.RUNNING:
            run_halfway(store, run)
        elif state is not RunState.QUEUED:
            store.set_state(run.id, state, "It holds no frames." if state is RunState.FAILED else "")
    return [store.get(run.id) for run in runs]


def run_halfway(store: RunStore, run: Run) -> None:
    """At work in this very process: half done, with a picture and the cost of its parts."""
    from segcore.runs.liveness import mark_this_process
    from segcore.runs.records import PROCESS, PROGRESS, STARTED, now_ms

    progress = Progress(stage="segmenting", done=5, total=10, unit="frames", rate=2.0, eta_s=2.5)
    load = load_of({("a", "decode"): 1.0, ("b", "network"): 9.0}, {}, frames=100, seconds=10.0)
    load = load.model_copy(update={"words": "The network is the slowest part (90 % busy)."})
    tags = {PROCESS: mark_this_process().model_dump_json(), STARTED: now_ms()}
    store.set_tags(run.id, tags | {PROGRESS: progress.model_dump_json(), LOAD_TAG: load.model_dump_json()})
    store.set_state(run.id, RunState.RUNNING)
    store.put_file(run.id, "preview.jpg", jpeg(np.full((48, 64, 3), 90, np.uint8)))


def _result(store: RunStore, run: Run) -> None:
    rows = pd.DataFrame(
        [
            {
                "frame": frame, "time_s": frame / 10, "class_id": c.id, "class": c.name, "pixels": 100,
                "share": 0.1, "objects": 1, "confidence": 0.9,
            }
            for frame in range(10)
            for c in CLASSES
        ]
    )  # fmt: skip
    folder = store.folder(run.id)
    assert folder is not None
    rows.to_parquet(folder / "ledger.parquet", index=False)
    rows.to_csv(folder / "ledger.csv", index=False)
    (folder / "overlay.mp4").write_bytes(Path(store.config(run.id)["video"]).read_bytes())
    (folder / "poster.jpg").write_bytes(jpeg(np.full((48, 64, 3), 120, np.uint8)))
    summary = {"frames": 10, "seconds": 1.0, "fps": 10.0, "warnings": [], "video": {"duration_s": 1.0}}
    shares = {"background": 0.75, "mouse": 0.25}
    summary["classes"] = [{"class_id": c.id, "class": c.name, "mean_share": shares[c.name]} for c in CLASSES]
    (folder / "summary.json").write_text(json.dumps(summary))
    store.set_tags(run.id, {LOAD_TAG: load_of({("b", "network"): 9.0}, {}, 100, 10.0).model_dump_json()})
    store.set_state(run.id, RunState.FINISHED)
