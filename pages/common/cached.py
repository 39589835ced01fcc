"""Every cache of the pages: what is opened once for all browsers, and what was computed before.

All keys hold what the value depends on (a file's time of change, a dataset's hash), so nothing goes stale;
all caches are bounded.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from pages.common import pictures
from pages.common.commands import Commands
from pages.common.curves import CurveBook
from segcore.classes import ClassTable
from segcore.datasets.health import Finding, check
from segcore.datasets.images import read_image, read_index_mask
from segcore.datasets.store import DatasetStore
from segcore.errors import JobError
from segcore.jobs.engine import Engine
from segcore.runs import RunStore
from segcore.settings import Settings
from segcore.video.overlay import draw_overlay

if TYPE_CHECKING:
    from segcore.inference.predictor import Predictor
    from segcore.video.info import VideoInfo


@st.cache_resource(max_entries=1)
def settings() -> Settings:
    """Where things are and what is allowed."""
    return Settings.from_env()


@st.cache_resource(max_entries=1, show_spinner=False)
def datasets() -> DatasetStore:
    """The store of datasets."""
    return DatasetStore(settings())


@st.cache_resource(max_entries=1, show_spinner=False)
def commands() -> Commands:
    """The longer work that pages started."""
    return Commands(settings())


@st.cache_resource(max_entries=1, show_spinner="Opening the runs …")
def runs() -> RunStore:
    """The store of runs."""
    return RunStore(settings())


@st.cache_resource(max_entries=1, show_spinner="Starting the engine …")
def engine() -> Engine:
    """The engine that places jobs; at its start it takes up what a former dashboard left."""
    started = Engine(runs(), settings())
    started.recover()
    return started


@st.cache_resource(max_entries=64, show_spinner=False)
def curves(run_id: str, attempt: int) -> CurveBook:
    """The points of a run; `attempt` renews them when the run is taken up again."""
    del attempt
    return CurveBook(runs(), run_id)


@st.cache_resource(max_entries=2, show_spinner=False)
def _predictor(run_id: str, weights_hash: str) -> tuple[Predictor, threading.Lock]:
    """A run's network on the processor, and the lock that one user at a time holds."""
    del weights_hash
    from segcore.inference.load import load_predictor

    return load_predictor(runs(), run_id, backend="openvino"), threading.Lock()


@st.cache_data(max_entries=256, show_spinner=False)
def _prepared(run_id: str, weights_hash: str, height: int, width: int) -> None:
    """Convert a network for frames of this size, in a process of its own."""
    del weights_hash
    _ask([sys.executable, "-m", "pages.video.prepare", run_id, str(height), str(width)])


@st.cache_data(max_entries=32, show_spinner=False)
def video_frame(video: str, changed: float, time_s: float) -> np.ndarray:
    """The frame of a video at a time: (H, W, 3) uint8."""
    del changed
    from segcore.video.reader import VideoReader

    with VideoReader(video, start_s=time_s) as reader:
        return next(iter(reader)).image


@st.cache_data(max_entries=64, show_spinner=False)
def video_labels(run_id: str, weights_hash: str, video: str, changed: float, time_s: float) -> np.ndarray:
    """The labels of that frame by a run's network: (h, w) uint8.

    Raises:
        BackendError, JobError: the network cannot be run here.
    """
    frame = video_frame(video, changed, time_s)
    _prepared(run_id, weights_hash, *frame.shape[:2])
    network, lock = _predictor(run_id, weights_hash)
    with lock:
        return network.predict(frame[None])[0][0]


@st.cache_data(max_entries=32, show_spinner=False)
def video_info(video: str, changed: float) -> VideoInfo:
    """What a video is, by its header."""
    del changed
    from segcore.video.info import VideoInfo as Info

    return Info.from_path(video)


@st.cache_data(max_entries=4000, show_spinner=False)
def thumbnail(path: str, changed: float, width: int) -> bytes:
    """An image of the dataset as a small JPEG."""
    del changed
    return pictures.jpeg(pictures.shrink(read_image(Path(path)), width))


@st.cache_data(max_entries=2000, show_spinner=False)
def labelled_thumbnail(image: str, mask: str, changed: float, classes: ClassTable, width: int) -> bytes:
    """An image with its labels over it, as a small JPEG."""
    del changed
    small = pictures.shrink(read_image(Path(image)), width)
    labels = pictures.fit_labels(read_index_mask(Path(mask)), small)
    return pictures.jpeg(draw_overlay(small, labels, classes, "both", thickness=1))


@st.cache_data(max_entries=16, show_spinner=False)
def findings(name: str, content_hash: str, split: str) -> list[Finding]:
    """The health of a dataset; `split` and `content_hash` renew it."""
    del content_hash, split
    return check(datasets().open(name))


@st.cache_data(max_entries=16, show_spinner=False)
def samples(
    name: str, content_hash: str, split: str, config: str, count: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Augmented samples of a dataset; `config` is a `TrainConfig` as JSON. Opens TensorFlow."""
    del content_hash, split
    from segcore.pipeline.samples import draw_samples
    from segcore.training.config import TrainConfig

    return draw_samples(datasets().open(name), TrainConfig.model_validate_json(config), count, seed)


@st.cache_data(max_entries=8, show_spinner="Reading the table …")
def ledger(path: str, changed: float) -> pd.DataFrame:
    """The table of a segmented video: one row per frame and class."""
    del changed
    return pd.read_parquet(path)


@st.cache_data(max_entries=16, show_spinner="Building the network …")
def layers(spec: str, height: int, width: int) -> list[dict[str, Any]]:
    """The layers of a network; `spec` is a `ModelSpec` as JSON.

    Raises:
        JobError: it cannot be built.
    """
    found: list[dict[str, Any]] = _ask([sys.executable, "-m", "pages.training.describe", spec, str(height), str(width)])
    return found


@st.cache_data(max_entries=1, ttl=600, show_spinner="Asking the machine …")
def machine() -> dict[str, Any]:
    """What `segcore info` says, asked in a process of its own: TensorFlow stays out of the dashboard."""
    answer: dict[str, Any] = _ask([sys.executable, "-m", "segcore", "info", "--json"])
    return answer


def _ask(command: list[str]) -> Any:
    """The JSON on the last line that a command prints.

    Raises:
        JobError: it failed or took longer than three minutes; failures are not cached.
    """
    root, env = Path(__file__).parents[2], os.environ | settings().environment()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True, cwd=root, env=env)
        return json.loads(done.stdout.strip().splitlines()[-1])
    except subprocess.CalledProcessError as error:
        raise JobError((error.stderr.strip().splitlines() or ["No answer."])[-1]) from error
    except (subprocess.TimeoutExpired, IndexError, ValueError) as error:
        raise JobError("No answer.", fix="Is the machine very busy? Try again.") from error


@st.cache_data(max_entries=8, ttl=30, show_spinner=False)
def folder_sizes(folders: Sequence[str]) -> dict[str, int]:
    """Bytes below each folder; 0 where it does not exist."""
    return {f: sum(p.stat().st_size for p in Path(f).rglob("*") if p.is_file()) for f in folders}
