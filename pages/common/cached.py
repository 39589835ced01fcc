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

import streamlit as st

from pages.common.catalog import Catalog
from pages.common.commands import Commands
from pages.common.thumbs import Thumbs
from segcore.datasets.health import Finding
from segcore.datasets.manifest import RECORD, YAML
from segcore.datasets.store import Dataset, DatasetStore
from segcore.errors import JobError
from segcore.jobs.engine import Engine
from segcore.runs import RunStore
from segcore.settings import Settings
from segcore.upkeep.bin import Bin
from segcore.upkeep.sizes import Use, folder_bytes, usage

if TYPE_CHECKING:
    from segcore.datasets.drafts import Drafts

_DRAWING = threading.Lock()
"""The sample video is drawn once, however many ask for it."""


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
    started = Engine(runs(), settings(), daily=Bin(datasets(), runs()).empty)
    started.recover()
    return started


@st.cache_data(max_entries=1, ttl=600, show_spinner="Asking the machine …")
def machine() -> dict[str, Any]:
    """What `segcore info` says, asked in a process of its own: TensorFlow stays out of the dashboard."""
    answer: dict[str, Any] = ask([sys.executable, "-m", "segcore", "info", "--json"])
    return answer


def sample_video() -> Path:
    """The sample video; where it is not there yet, it is drawn in a process of its own, and whoever asks waits for it.

    Raises:
        JobError: it could not be drawn.
    """
    path = datasets().sample_file
    with _DRAWING:
        if not path.is_file():
            ask([sys.executable, "-m", "segcore.datasets.sample.making"])
    return path


def ask(command: list[str]) -> Any:
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


@st.cache_resource(max_entries=1, show_spinner=False)
def bin_() -> Bin:
    """What was deleted."""
    return Bin(datasets(), runs())


def room() -> list[Use]:
    """What takes how much room, the largest first; up to a minute old."""
    return _room(str(settings().home))


@st.cache_data(max_entries=2, ttl=60, show_spinner="Looking what takes how much room …")
def _room(home: str) -> list[Use]:
    del home
    return usage(datasets(), runs(), _size)


def _size(folder: Path) -> int:
    """Bytes below a folder; looked at again when files came or went in it, or after ten minutes (files may grow)."""
    try:
        inside = [entry.stat().st_mtime_ns for entry in os.scandir(folder) if entry.is_dir()]
        return _measured(str(folder), (folder.stat().st_mtime_ns, *inside))
    except OSError:
        return 0


@st.cache_data(max_entries=4000, ttl=600, show_spinner=False)
def _measured(folder: str, changed: tuple[int, ...]) -> int:
    del changed
    return folder_bytes(Path(folder))


@st.cache_data(max_entries=8, ttl=30, show_spinner=False)
def folder_sizes(folders: Sequence[str]) -> dict[str, int]:
    """Bytes below each folder; 0 where it does not exist."""
    return {f: sum(p.stat().st_size for p in Path(f).rglob("*") if p.is_file()) for f in folders}


def forget_sizes() -> None:
    """Something was removed or came back: sizes are looked at anew."""
    _room.clear()
    folder_sizes.clear()
