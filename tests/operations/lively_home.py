"""A home in which something happens: a dataset, a finished training, a video job, and a training at work."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from segcore.datasets.store import DatasetStore
from segcore.models.spec import BEST_WEIGHTS, SHA256_TAG
from segcore.runs import RunState, RunStore
from segcore.settings import Settings


def settings_of(home: Path) -> Settings:
    """Of an installation there."""
    return Settings.from_env({"SEGCORE_HOME": str(home)})


@dataclass
class LivelyHome:
    """Ids of its runs."""

    settings: Settings
    store: RunStore
    finished: str
    video: str
    at_work: str


def make_home(settings: Settings, source: Path) -> LivelyHome:
    """Fill a home; nobody works in it yet."""
    DatasetStore(settings).import_path(_dataset(source), "bars")
    store = RunStore(settings)
    finished = store.create("train", config={"dataset": "bars"}, name="done", dataset="bars")
    with store.writer(finished.id) as writer:
        writer.log({"step/loss": 0.5}, 1)
        writer.put_file(BEST_WEIGHTS, b"weights of the finished one")
        writer.set_tags({SHA256_TAG: hashlib.sha256(b"weights of the finished one").hexdigest()})
    clip = settings.uploads_dir / "ab" / "clip.mp4"
    clip.parent.mkdir(parents=True)
    clip.write_bytes(b"a film")
    video = store.create("segment", config={"video": str(clip), "run": finished.id}, name="film", parent=finished.id)
    chunk = store.work(video.id) / "chunk-000000" / "record.json"
    chunk.parent.mkdir(parents=True)
    chunk.write_text("{}")
    store.set_state(video.id, RunState.INTERRUPTED, "The plug was pulled.")
    (settings.home / "cache").mkdir()
    (settings.home / "cache" / "thumb.jpg").write_bytes(b"small")
    (settings.datasets_dir / ".staging~half").mkdir()
    (settings.datasets_dir / ".staging~half" / "a.png").write_bytes(b"half")
    at_work = store.create("train", config={"dataset": "bars"}, name="busy", dataset="bars")
    return LivelyHome(settings, store, finished.id, video.id, at_work.id)


@contextmanager
def somebody_works(home: LivelyHome) -> Iterator[None]:
    """A training that logs, and takes its best weights' place over and over, as real ones do."""
    end = threading.Event()

    def work() -> None:
        with home.store.writer(home.at_work) as writer:
            old, step = "", 0
            while not end.is_set():
                step += 1
                writer.log({"step/loss": 1 / step}, step)
                content = f"weights {step}".encode() * 5000
                new = hashlib.sha256(content).hexdigest()
                home.store.set_tags(home.at_work, {SHA256_TAG: f"{old} {new}".strip()})
                home.store.put_file(home.at_work, BEST_WEIGHTS, content)
                home.store.set_tags(home.at_work, {SHA256_TAG: new})
                old = new
                started.set()
                end.wait(1.0)

    started, thread = threading.Event(), threading.Thread(target=work)
    thread.start()
    try:
        assert started.wait(60)
        yield
    finally:
        end.set()
        thread.join()


def _dataset(folder: Path) -> Path:
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True)
    for number in range(6):
        mask = np.zeros((32, 48), np.uint8)
        mask[8:24, 4 * number : 4 * number + 12] = 1
        cv2.imwrite(str(folder / "images" / f"{number}.png"), np.full((32, 48, 3), 40 * number, np.uint8))
        cv2.imwrite(str(folder / "masks" / f"{number}.png"), mask)
    (folder / "classes.txt").write_text("ground\nbar")
    return folder


def best_fits(store: RunStore, run_id: str) -> bool:
    """Whether a run's best weights are those that it records."""
    digest = hashlib.sha256(store.file(run_id, BEST_WEIGHTS).read_bytes()).hexdigest()
    return digest in store.get(run_id).tags[SHA256_TAG].split()


def config_of(store: RunStore, run_id: str) -> dict[str, str]:
    """The settings of a run, as its file has them."""
    found: dict[str, str] = json.loads(store.file(run_id, "config.json").read_text())
    return found
