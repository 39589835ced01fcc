"""`python team_loop.py FOLDER`: the whole loop as a team's dashboard does it, by what the environment says.

A dataset comes in, a training and then a video are placed on the scheduler, the result is read. Prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np

from segcore.datasets.store import DatasetStore
from segcore.doctor.engine import look
from segcore.jobs import Engine
from segcore.results import load
from segcore.runs import RunState, RunStore
from segcore.settings import Settings
from segcore.training.config import from_preset

SMALLEST = {
    "pretrained": False,
    "geometry": {"long_side": 96},
    "crop": (64, 64),
    "batch_size": 2,
    "steps_per_epoch": 3,
    "epochs": 1,
    "augment": {"zoom": [0.9, 1.2], "rotation": 0},
}
"""What it learns does not matter here."""


def main(folder: Path) -> None:
    """Do it; what does not finish within minutes ends with an assertion."""
    settings = Settings.from_env()
    source = _shapes(folder / "source")
    DatasetStore(settings).import_path(source, "shapes")
    store = RunStore(settings)
    engine = Engine(store, settings)
    config = from_preset("shapes", "fast", **SMALLEST)
    trained = _finish(store, engine, store.create("train", config=config.model_dump(mode="json"), dataset="shapes").id)
    job = {"video": str(_film(source, folder / "film")), "run": trained, "stability": False}
    job |= {"backend": "openvino", "precision": "float32"}  # no trial of the ways to compute it
    made = store.create("segment", config=job, dataset="shapes", parent=trained)
    segmented = _finish(store, engine, made.id)
    result = store.folder(segmented)
    assert result is not None
    ledger = load(result).ledger
    found = {
        "scheduler": engine.info().address,
        "embedded": engine.info().embedded,
        "trained": trained,
        "points": len(store.history(trained, "step/loss")),
        "frames": int(ledger["frame"].nunique()),
        "overlay": (result / "overlay.mp4").stat().st_size,
        "checks": {check.name: check.outcome for check in look(settings)},
    }
    engine.close()
    print(json.dumps(found))


def _finish(store: RunStore, engine: Engine, run_id: str) -> str:
    engine.submit(run_id)
    deadline = time.monotonic() + 400
    while (run := store.get(run_id)).state.active:
        assert time.monotonic() < deadline, f"still {run.state}; {engine.info().note}"
        time.sleep(0.1)
    assert run.state is RunState.FINISHED, run.reason
    return run_id


def _shapes(folder: Path) -> Path:
    """Ten frames of a red bar that goes across green, with its masks."""
    (folder / "images").mkdir(parents=True)
    (folder / "masks").mkdir()
    noise = np.random.default_rng(0)
    for number in range(10):
        mask = np.zeros((64, 96), np.uint8)
        mask[10:54, 8 * number : 8 * number + 20] = 1
        image = np.array([[30, 160, 30], [30, 30, 220]], np.uint8)[mask] + noise.integers(0, 30, (64, 96, 3), np.uint8)
        cv2.imwrite(str(folder / "images" / f"{number}.png"), image)
        cv2.imwrite(str(folder / "masks" / f"{number}.png"), mask)
    return folder


def _film(source: Path, folder: Path) -> Path:
    """The dataset's pictures, numbered: a film of ten frames."""
    folder.mkdir()
    for number, path in enumerate(sorted((source / "images").iterdir())):
        cv2.imwrite(str(folder / f"{number:03d}.png"), cv2.imread(str(path)))
    return folder


if __name__ == "__main__":
    main(Path(sys.argv[1]))
