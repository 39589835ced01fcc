"""Homes for the pages: an empty one, and one with a dataset, trainings and a segmented video – all made
through the stores themselves, with figures that a test can check."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from fake_engine import FakeEngine
from PIL import Image
from streamlit import config as streamlit_config
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from pages.common import cached
from segcore.classes import ClassTable
from segcore.datasets.store import DatasetStore
from segcore.evaluation.metrics import Evaluation
from segcore.models.spec import BEST_WEIGHTS, MODEL_FILE, SHA256_TAG, ModelSpec
from segcore.pipeline.preprocess import Geometry
from segcore.runs import Progress, RunState, RunStore, machine
from segcore.settings import Settings
from segcore.training.config import from_preset
from segcore.training.pictures import epoch_files, fixed_frame, frame_files

ROOT = Path(__file__).parents[2]
CLASSES = ClassTable.of(["background", "mouse", "bear"])


@pytest.fixture(scope="session", autouse=True)
def pages_open_quickly() -> Iterator[None]:
    """Without what takes Streamlit longer than a page itself, for each that a test opens: it looks through all packages
    for components, and through all objects for garbage."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        collects = streamlit_config.get_option("runner.postScriptGC")
        streamlit_config.set_option("runner.postScriptGC", False)
        yield
        streamlit_config.set_option("runner.postScriptGC", collects)


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The engine that all pages see."""
    fake = FakeEngine()
    monkeypatch.setattr(cached, "engine", lambda: fake)
    return fake


def _settings(home: Path) -> Settings:
    return Settings.from_env({"SEGCORE_HOME": str(home)})


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation in which nothing was done yet."""
    return _settings(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="session")
def full_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with a dataset, a finished, an interrupted and a running training, and a result."""
    settings = _settings(tmp_path_factory.mktemp("full"))
    _dataset(settings, tmp_path_factory.mktemp("source"))
    store = RunStore(settings)
    trained = _training(store, "desk-a", RunState.FINISHED)
    _training(store, "desk-b", RunState.INTERRUPTED)
    _training(store, "desk-c", RunState.RUNNING)
    _result(store, trained)
    return settings


def _dataset(settings: Settings, folder: Path) -> None:
    (folder / "images").mkdir()
    (folder / "masks").mkdir()
    for number in range(6):
        mask = np.zeros((48, 64), np.uint8)
        mask[8:24, 8:24], mask[30:40, 40:60] = 1, 2
        Image.fromarray(mask).save(folder / "masks" / f"{number:03d}.png")
        Image.fromarray(np.full((48, 64, 3), 40 * number, np.uint8)).save(folder / "images" / f"{number:03d}.png")
    (folder / "classes.txt").write_text("\n".join(CLASSES.names), "utf-8")
    (folder / "images" / "999.png").write_bytes((folder / "images" / "000.png").read_bytes())
    DatasetStore(settings).import_path(folder, "desk")


def _training(store: RunStore, name: str, state: RunState) -> str:
    config = from_preset("desk", "fast")
    run = store.create(
        "train",
        config=config.model_dump(mode="json"),
        name=name,
        dataset="desk",
        params={"preset": "fast", "seed": name, "minutes": "8.0"},
    )
    spec = ModelSpec(architecture=config.architecture, classes=CLASSES, geometry=Geometry(long_side=64))
    with store.writer(run.id) as writer:
        for step in range(1, 41):
            writer.log(_step(step), step)
        for epoch in range(1, 5):
            writer.log(_epoch(epoch), epoch)
            for file, data in epoch_files(epoch, FRAMES, [_guess(epoch) for _ in FRAMES]).items():
                writer.put_file(file, data)
        for file, data in frame_files(FRAMES).items():
            writer.put_file(file, data)
        for second in range(0, 60, 5):
            writer.log({machine.CPU: 90.0, machine.MEMORY: 41.0, machine.JOB_MEMORY: 1200.0 + second}, second)
        writer.put_file(MODEL_FILE, spec.model_dump_json().encode())
        writer.put_file(BEST_WEIGHTS, b"not weights")
        writer.set_tags({"segcore.best_epoch": "4", "segcore.best_miou": "0.8", SHA256_TAG: "0" * 64})
        writer.progress(Progress(stage="epoch 4", done=0.5, total=1.0, rate=12.0, eta_s=41))
        confusion = np.array([[90, 5, 5], [10, 40, 0], [0, 0, 50]])
        scored = Evaluation(tuple(CLASSES.names), confusion, (("004", 0.7), ("005", 0.9)))
        writer.put_file("evaluation.json", json.dumps(scored.as_json()).encode())
    if state is not RunState.FINISHED:
        store.set_state(run.id, state, "killed (signal 9)" if state is RunState.INTERRUPTED else "")
    return run.id


def _truth() -> np.ndarray:
    truth = np.zeros((48, 64), np.uint8)
    truth[8:24, 8:24], truth[30:40, 40:60] = 1, 2
    return truth


def _guess(epoch: int) -> np.ndarray:
    """What the network saw: the mouse a little to the right, ever less so; the bear from the third epoch on."""
    found = np.roll(np.where(_truth() == 1, 1, 0), 12 - 3 * epoch, axis=1).astype(np.uint8)
    return np.where((_truth() == 2) & (epoch > 2), 2, found).astype(np.uint8)


FRAMES = [fixed_frame(k, f"{k + 4:03d}", np.full((48, 64, 3), 90 + 40 * k, np.uint8), _truth()) for k in range(2)]


def _step(step: int) -> dict[str, float]:
    return {
        "step/loss": math.exp(-step / 10),
        "step/miou": step / 50,
        "step/dice": step / 45,
        "step/lr": 2e-3 * (1 - step / 41),
        "step/images_per_s": 30.0,
        "step/seconds": 0.25,
        "step/input_share": 0.04,
    }


def _epoch(epoch: int) -> dict[str, float]:
    scores = {f"val_iou/{c.id}": 0.2 * epoch - 0.1 * c.id for c in CLASSES}
    return scores | {
        "epoch/step": 10.0 * epoch,
        "epoch/seconds": 30.0,
        "epoch/loss": 1 / epoch,
        "epoch/val_loss": 1.2 / epoch,
        "epoch/val_miou": 0.2 * epoch,
        "epoch/val_dice": 0.22 * epoch,
    }


def _jpeg() -> bytes:
    from pages.common.pictures import jpeg

    return jpeg(np.full((20, 60, 3), 90, np.uint8))


def _result(store: RunStore, trained: str) -> None:
    run = store.create(
        "segment", config={}, name="desk-video-1", dataset="desk", parent=trained, params={"video": "desk.mp4"}
    )
    rows = [
        {
            "frame": frame, "time_s": frame / 10, "class_id": c.id, "class": c.name,
            "pixels": 100 * (c.id != 2 or frame > 10), "share": 0.1 * (c.id != 2 or frame > 10),
            "objects": 1, "confidence": 0.9,
        }
        for frame in range(20)
        for c in CLASSES
    ]  # fmt: skip
    folder = store.folder(run.id)
    assert folder is not None
    folder.mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame(rows)
    table.to_parquet(folder / "ledger.parquet")
    table.to_csv(folder / "ledger.csv", index=False)
    store.put_file(run.id, "overlay.mp4", b"\x00" * 64)
    store.put_file(run.id, "poster.jpg", _jpeg())
    store.set_state(run.id, RunState.FINISHED)


Opener = Callable[..., AppTest]
STORES: dict[Path, RunStore] = {}
"""Opening a store takes seconds; one a home is enough for all tests."""


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Opens a page of the dashboard over a home, with query parameters."""
    st.cache_data.clear()
    st.cache_resource.clear()

    def opener(settings: Settings, route: str, **params: str) -> AppTest:
        store = STORES.setdefault(settings.home, RunStore(settings))
        monkeypatch.setattr(cached, "settings", lambda: settings)
        monkeypatch.setattr(cached, "runs", lambda: store)
        app = AppTest.from_file(str(ROOT / "pages/entry/router.py"), default_timeout=60)
        app.run()
        app.switch_page(str(ROOT / "pages" / route / "page.py"))
        for key, value in params.items():
            app.query_params[key] = value
        return app.run()

    yield opener
    st.cache_data.clear()
    st.cache_resource.clear()
