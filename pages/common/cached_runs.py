"""What pages keep of runs: curves, reports, validation frames, ledgers. Keys as in `cached`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from pages.common import cached, pictures
from pages.common.curves import CurveBook
from segcore.classes import ClassTable
from segcore.training.pictures import FRAMES_FILE, FixedFrame, Layer, label_file, labels, overlay
from segcore.training.pictures import fixed_frames as fixed_frames_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from segcore.ask.question import Answer
    from segcore.ask.video_tables import VideoTables
    from segcore.evaluation.report import Report
    from segcore.knowledge.compared import Measured
    from segcore.knowledge.frame_times import FrameTimes
    from segcore.knowledge.proposals import Proposal


@st.cache_resource(max_entries=64, show_spinner=False)
def curves(run_id: str, attempt: int) -> CurveBook:
    """The points of a run; `attempt` renews them when the run is taken up again."""
    del attempt
    return CurveBook(cached.runs(), run_id)


def report(run_id: str, split: str) -> Report | None:
    """The report that is kept with a run; None where there is none (of this version of segcore)."""
    from segcore.evaluation.report import report_file

    name = report_file(split)
    if not cached.runs().has_file(run_id, name):
        return None
    path = cached.runs().file(run_id, name)
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

    opened = cached.dataset(name)
    pair = next(pair for pair in opened.pairs if pair.stem == stem)
    return side_by_side(pair, cached.runs().file(run_id, picture), opened.classes)


def fixed_frames(run_id: str) -> list[FixedFrame]:
    """The validation frames that a run kept; none before its first epoch."""
    if not cached.runs().has_file(run_id, FRAMES_FILE):
        return []
    return _fixed_frames(run_id, cached.runs().file(run_id, FRAMES_FILE).stat().st_mtime)


@st.cache_resource(max_entries=16, show_spinner=False)
def _fixed_frames(run_id: str, changed: float) -> list[FixedFrame]:
    del changed
    return fixed_frames_of(cached.runs(), run_id)


def epoch_layer(run_id: str, epoch: int, number: int, layer: Layer, classes: ClassTable) -> str:
    """A layer of a fixed frame after an epoch, as an address that holds it."""
    changed = cached.runs().file(run_id, label_file(epoch, number)).stat().st_mtime
    return _epoch_layer(run_id, epoch, number, layer, classes.model_dump_json(), changed)


@st.cache_data(max_entries=2000, show_spinner=False)
def _epoch_layer(run_id: str, epoch: int, number: int, layer: Layer, classes: str, changed: float) -> str:
    del changed
    table = ClassTable.model_validate_json(classes)
    found = labels(cached.runs(), run_id, epoch, number)
    codes, palette = overlay(found, fixed_frames(run_id)[number].truth, table, layer)
    return pictures.data_uri(pictures.indexed_png(codes, palette), "image/png")


@st.cache_data(max_entries=16, show_spinner="Building the network …")
def layers(spec: str, height: int, width: int) -> list[dict[str, Any]]:
    """The layers of a network; `spec` is a `ModelSpec` as JSON.

    Raises:
        JobError: it cannot be built.
    """
    found: list[dict[str, Any]] = cached.ask(
        [sys.executable, "-m", "pages.training.describe", spec, str(height), str(width)]
    )
    return found


@st.cache_resource(max_entries=8, show_spinner="Reading the table …")
def ledger(path: str, changed: float) -> pd.DataFrame:
    """The table of a segmented video: one row per frame and class. Shared by all users: not to change.

    It is not copied for each page that asks: a long video's has 800 000 rows.
    """
    del changed
    return pd.read_parquet(path)


def table(run_id: str, name: str) -> pd.DataFrame | None:
    """Another table of a segmented video, such as "tracks"; None where an older segcore made it without."""
    if not cached.runs().has_file(run_id, f"{name}.parquet"):
        return None
    path = cached.runs().file(run_id, f"{name}.parquet")
    return ledger(str(path), path.stat().st_mtime)


def shares(run_id: str) -> pd.DataFrame:
    """Share of the frame by class, every frame: index seconds, a column a class. Shared by all users: not to change."""
    path = cached.runs().file(run_id, "ledger.parquet")
    return _shares(str(path), path.stat().st_mtime)


@st.cache_resource(max_entries=8, show_spinner=False)
def _shares(path: str, changed: float) -> pd.DataFrame:
    from segcore.knowledge.areas import share_over_time

    return share_over_time(ledger(path, changed), sys.maxsize)


def class_summary(run_id: str) -> pd.DataFrame:
    """Each class, as `areas.summarise` tells it. Shared by all users: not to change."""
    path = cached.runs().file(run_id, "ledger.parquet")
    return _class_summary(str(path), path.stat().st_mtime)


@st.cache_resource(max_entries=16, show_spinner=False)
def _class_summary(path: str, changed: float) -> pd.DataFrame:
    from segcore.knowledge.areas import summarise

    return summarise(ledger(path, changed))


def times(run_id: str) -> FrameTimes:
    """Numbers and times of all frames of a result. Shared by all users: not to change."""
    path = cached.runs().file(run_id, "ledger.parquet")
    return _times(str(path), path.stat().st_mtime)


@st.cache_resource(max_entries=16, show_spinner=False)
def _times(path: str, changed: float) -> FrameTimes:
    from segcore.knowledge.frame_times import FrameTimes

    return FrameTimes.of_ledger(ledger(path, changed))


def stays(run_id: str, bridge_s: float) -> pd.DataFrame:
    """When each class was there, as `areas.presence` tells it. Shared by all users: not to change."""
    path = cached.runs().file(run_id, "ledger.parquet")
    return _stays(str(path), path.stat().st_mtime, bridge_s)


@st.cache_resource(max_entries=16, show_spinner=False)
def _stays(path: str, changed: float, bridge_s: float) -> pd.DataFrame:
    from segcore.knowledge.areas import presence

    return presence(ledger(path, changed), min_s=bridge_s)


def summary(run_id: str) -> dict[str, Any]:
    """summary.json of a segmented video; empty where it has none."""
    if not cached.runs().has_file(run_id, "summary.json"):
        return {}
    path = cached.runs().file(run_id, "summary.json")
    return _summary(str(path), path.stat().st_mtime)


@st.cache_data(max_entries=32, show_spinner=False)
def _summary(path: str, changed: float) -> dict[str, Any]:
    del changed
    found: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
    return found


def proposals(run_id: str, count: int) -> list[Proposal]:
    """The frames of a segmented video that are worth labelling next; it must say how sure its frames are."""
    path = cached.runs().file(run_id, "certainty.parquet")
    return _proposals(str(path), path.stat().st_mtime, count)


@st.cache_data(max_entries=64, show_spinner=False)
def _proposals(path: str, changed: float, count: int) -> list[Proposal]:
    from segcore.knowledge.proposals import propose

    return propose(ledger(path, changed), count)


def answer(videos: Sequence[VideoTables], question: str) -> Answer:
    """What the tables of these videos answer. Shared by all users: not to change.

    Raises:
        QueryError: they do not; that is asked anew each time.
    """
    changed = tuple((str(path), path.stat().st_mtime) for video in videos for path in video.files.values())
    return _answer(changed, question, videos)


@st.cache_resource(max_entries=6, show_spinner="Asking …")
def _answer(changed: tuple[tuple[str, float], ...], question: str, _videos: Sequence[VideoTables]) -> Answer:
    del changed
    from segcore.ask.question import ask

    return ask(_videos, question)


def differences(one: str, other: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Of two results (ids): `class_differences`, and `frame_differences`. Shared by all users: not to change."""
    changed = tuple(cached.runs().file(run, "ledger.parquet").stat().st_mtime for run in (one, other))
    return _differences(one, other, changed)


@st.cache_resource(max_entries=8, show_spinner="Comparing …")
def _differences(one: str, other: str, changed: tuple[float, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    del changed
    from segcore.knowledge.compared import class_differences, frame_differences

    first, second = measured(one), measured(other)
    return class_differences(first, second), frame_differences(first.ledger, second.ledger)


def measured(run_id: str) -> Measured:
    """The tables of a result that are compared; it has a ledger."""
    from segcore.knowledge.compared import Measured

    ledger_table = table(run_id, "ledger")
    assert ledger_table is not None
    return Measured(ledger_table, *(table(run_id, name) for name in ("tracks", "events", "stability")))
