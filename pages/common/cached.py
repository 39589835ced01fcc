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

from pages.common import pictures, strips
from pages.common.catalog import Catalog
from pages.common.commands import Commands
from pages.common.curves import CurveBook
from pages.common.thumbs import Thumbs
from segcore.classes import ClassTable
from segcore.datasets.health import Finding
from segcore.datasets.images import read_image
from segcore.datasets.manifest import RECORD, YAML
from segcore.datasets.store import Dataset, DatasetStore
from segcore.errors import JobError
from segcore.jobs.engine import Engine
from segcore.runs import RunStore
from segcore.settings import Settings
from segcore.training.pictures import FRAMES_FILE, FixedFrame, Layer, label_file, labels, overlay
from segcore.training.pictures import fixed_frames as fixed_frames_of

if TYPE_CHECKING:
    from segcore.datasets.drafts import Drafts
    from segcore.evaluation.report import Report
    from segcore.inference.predictor import Predictor
    from segcore.pipeline.samples import Samples
    from segcore.video.info import VideoInfo


@st.cache_resource(max_entries=1)
def settings() -> Settings:
    """Where things are and what is allowed."""
    return Settings.from_env()


@st.cache_resource(max_entries=1, show_spinner=False)
def datasets() -> DatasetStore:
    """The store of datasets."""
    return DatasetStore(settings())


def dataset(name: str) -> Dataset:
    """A dataset, opened again only when its files have changed: quick for large ones too.

    Raises:
        DatasetNotFound, DatasetError: as `DatasetStore.open`.
    """
    return _dataset(str(datasets().root), name, _changed(name))


@st.cache_resource(max_entries=8, show_spinner=False)
def _dataset(root: str, name: str, changed: tuple[int, ...]) -> Dataset:
    del root, changed
    return datasets().open(name)


def _changed(name: str, *more: str) -> tuple[int, ...]:
    """When the files that make a dataset were last written; 0 for those that are not there."""
    times = []
    for file in (YAML, RECORD, *more):
        try:
            times.append((datasets().root / name / file).stat().st_mtime_ns)
        except (OSError, ValueError):
            times.append(0)
    return tuple(times)


def catalog(name: str) -> Catalog:
    """A dataset's frames as arrays, for filters; made again only when its files have changed."""
    return _catalog(str(datasets().root), name, _changed(name))


@st.cache_resource(max_entries=8, show_spinner=False)
def _catalog(root: str, name: str, changed: tuple[int, ...]) -> Catalog:
    del root, changed
    return Catalog.of(dataset(name))


def health(name: str) -> list[Finding]:
    """What the last look over a dataset found; read again only when it was written again."""
    return _health(str(datasets().root), name, _changed(name, "health.json"))


@st.cache_data(max_entries=16, show_spinner=False)
def _health(root: str, name: str, changed: tuple[int, ...]) -> list[Finding]:
    del root, changed
    return datasets().health(name)


@st.cache_resource(max_entries=1, show_spinner=False)
def thumbs() -> Thumbs:
    """Small pictures of labelled frames, kept in SEGCORE_HOME/cache/thumbnails."""
    return Thumbs(settings().home / "cache" / "thumbnails")


@st.cache_resource(max_entries=1, show_spinner=False)
def drafts() -> Drafts:
    """The imports that wait for their user."""
    from segcore.datasets.drafts import Drafts as Store

    return Store(settings())


@st.cache_resource(max_entries=1, show_spinner=False)
def commands() -> Commands:
    """The longer work that pages started."""
    return Commands(settings())


@st.cache_resource(max_entries=256, show_spinner=False)
def kept(key: str) -> dict[str, Any]:
    """Notes that outlive a reload of the page: empty at first, shared by all browsers that know the key."""
    del key
    return {}


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


def report(run_id: str, split: str) -> Report | None:
    """The report that is kept with a run; None where there is none (of this version of segcore)."""
    from segcore.evaluation.report import report_file

    name = report_file(split)
    if not runs().has_file(run_id, name):
        return None
    path = runs().file(run_id, name)
    return _report(str(path), path.stat().st_mtime_ns)


@st.cache_resource(max_entries=16, show_spinner=False)
def _report(path: str, changed: int) -> Report | None:
    del changed
    from segcore.evaluation.report import read_report

    return read_report(Path(path).read_bytes())


@st.cache_data(max_entries=512, show_spinner=False)
def evaluation_strip(name: str, content: str, stem: str, run_id: str, picture: str, created: str) -> bytes:
    """A scored frame: image, truth, prediction and errors side by side (JPEG)."""
    del content, created
    from pages.evaluation.panes import side_by_side

    opened = dataset(name)
    pair = next(pair for pair in opened.pairs if pair.stem == stem)
    return side_by_side(pair, runs().file(run_id, picture), opened.classes)


def fixed_frames(run_id: str) -> list[FixedFrame]:
    """The validation frames that a run kept; none before its first epoch."""
    if not runs().has_file(run_id, FRAMES_FILE):
        return []
    return _fixed_frames(run_id, runs().file(run_id, FRAMES_FILE).stat().st_mtime)


@st.cache_resource(max_entries=16, show_spinner=False)
def _fixed_frames(run_id: str, changed: float) -> list[FixedFrame]:
    del changed
    return fixed_frames_of(runs(), run_id)


def epoch_layer(run_id: str, epoch: int, number: int, layer: Layer, classes: ClassTable) -> str:
    """A layer of a fixed frame after an epoch, as an address that holds it."""
    changed = runs().file(run_id, label_file(epoch, number)).stat().st_mtime
    return _epoch_layer(run_id, epoch, number, layer, classes.model_dump_json(), changed)


@st.cache_data(max_entries=2000, show_spinner=False)
def _epoch_layer(run_id: str, epoch: int, number: int, layer: Layer, classes: str, changed: float) -> str:
    del changed
    table = ClassTable.model_validate_json(classes)
    found = labels(runs(), run_id, epoch, number)
    codes, palette = overlay(found, fixed_frames(run_id)[number].truth, table, layer)
    return pictures.data_uri(pictures.indexed_png(codes, palette), "image/png")


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


@st.cache_data(max_entries=16, show_spinner=False)
def frame_uri(path: str, changed: int) -> str:
    """A frame of a dataset as an address that holds it: the file itself where browsers can show it."""
    del changed
    kind = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}.get(Path(path).suffix)
    if kind:
        return pictures.data_uri(Path(path).read_bytes(), kind)
    return pictures.data_uri(pictures.png(read_image(Path(path))), "image/png")


@st.cache_data(max_entries=16, show_spinner=False)
def dark_frame_uri(path: str, changed: int) -> str:
    """The same darkened, so that what is laid over it stands out."""
    del changed
    return pictures.data_uri(pictures.jpeg(read_image(Path(path)) // 5 * 2, 90), "image/jpeg")


@st.cache_data(max_entries=512, show_spinner=False)
def crops(paths: tuple[str, ...], changed: float) -> bytes:
    """Cut-outs of a class side by side, as one picture."""
    del changed
    return strips.crops(paths)


@st.cache_data(max_entries=512, show_spinner=False)
def packed_thumbnail(archive: str, changed: float, entry: str, width: int) -> bytes:
    """An image that lies in a ZIP under that file name, in whatever folder, as a small JPEG."""
    del changed
    return strips.packed(Path(archive), entry, width)


@st.cache_resource(max_entries=6, show_spinner=False)
def samples(name: str, content_hash: str, split: str, config: str, count: int, start: int) -> Samples:
    """The samples that a training sees; `config` is a `TrainConfig` as JSON. Opens TensorFlow."""
    del content_hash, split
    from segcore.pipeline.samples import draw_samples
    from segcore.training.config import TrainConfig

    return draw_samples(dataset(name), TrainConfig.model_validate_json(config), count, start)


@st.cache_resource(max_entries=64, show_spinner=False)
def alone(name: str, content_hash: str, split: str, config: str, stem: str, transform: str) -> Samples:
    """What one transform does on its own to a frame. Opens TensorFlow."""
    del content_hash, split
    from segcore.pipeline.samples import draw_alone
    from segcore.training.config import TrainConfig

    return draw_alone(dataset(name), TrainConfig.model_validate_json(config), stem, transform)  # type: ignore[arg-type]


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
