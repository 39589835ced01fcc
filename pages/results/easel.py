"""A frame of a result made ready to be painted on, and what becomes of the paint."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from pages.common import cached, cached_media, cached_runs, scratch, state
from pages.training.live import run_classes
from segcore.classes import ClassTable
from segcore.cli.video_settings import read_config
from segcore.corrections import joining
from segcore.corrections.kept import Correction, Corrections, Note
from segcore.corrections.opening import (
    Opened,
    Place,
    keep_opened,
    labels_of,
    numbered,
    picture_of,
    read_opened,
    seen_size,
)
from segcore.corrections.packed import received
from segcore.errors import DatasetError, ResultError, SegcoreError
from segcore.models.spec import SHA256_TAG
from segcore.runs import Run

OTHERS = "Somebody else saved this frame meanwhile. Save once more to replace theirs."


@dataclass(frozen=True)
class Easel:
    """A frame that is painted on.

    Attributes:
        run: the result.
        frame, time_s: as in its ledger.
        opened: picture and labels as they are now.
        correction: that was saved before; None: the labels are the network's.
        classes: of the network.
    """

    run: Run
    frame: int
    time_s: float
    opened: Opened
    correction: Correction | None
    classes: ClassTable

    @property
    def name(self) -> str:
        """Of this frame of this result."""
        return f"{self.run.id} {self.frame}"


def corrections(run: Run) -> Corrections:
    """The corrections of a result."""
    return Corrections(cached.runs(), run.id)


def frames_of(run: Run) -> pd.Series:
    """Seconds of the frames of a result, by their numbers, ascending."""
    path = cached.runs().file(run.id, "ledger.parquet")
    table = cached_runs.ledger(str(path), path.stat().st_mtime)
    return table.drop_duplicates("frame").set_index("frame")["time_s"]


def time_of(run: Run, frame: int) -> float:
    """Seconds of a frame of a result.

    Raises:
        ResultError: the result has no such frame.
    """
    frames = frames_of(run)
    if frame not in frames.index:
        raise ResultError(
            f"Expected a frame from {frames.index[0]} to {frames.index[-1]}. Received: {frame}.",
            fix="Choose one of this result's frames.",
        )
    return float(frames[frame])


def set_up(run: Run, frame: int) -> Easel:
    """A frame with its correction, or else with what the network says of it; that takes a second at the first time.

    Raises:
        SegcoreError: no such frame; the video or the network is not there any more.
    """
    time_s = time_of(run, frame)
    correction = corrections(run).of(frame)
    if correction is not None:
        opened = _of_correction(run, correction)
        return Easel(run, frame, time_s, opened, correction, correction.note.classes)
    return _by_network(run, frame, time_s)


def _by_network(run: Run, frame: int, time_s: float) -> Easel:
    config = read_config(cached.runs().config(run.id))
    model = cached.runs().get(config.run)
    digest = model.tags.get(SHA256_TAG, "")
    folder = _folder(run, frame, digest)
    opened = read_opened(folder)
    classes = run_classes(model)
    if opened is None or classes is None:
        with st.spinner("Opening the frame … (the first one of a network takes longer)"):
            (chosen,) = numbered(config, [time_s], cached_media.video_times)
            place = Place(config.video, config.fps, chosen)
            image = picture_of(place)
            height, width = seen_size(image, config.region)
            network, lock = cached_media.network_for(model.id, digest, height, width, graph="scores")
            with lock:
                labels = labels_of(network, image, config.region)
            opened, classes = keep_opened(folder, place.stem, image, labels), network.classes
    return Easel(run, frame, time_s, opened, None, classes)


def _of_correction(run: Run, correction: Correction) -> Opened:
    note = correction.note
    folder = _folder(run, note.frame, correction.version)
    return read_opened(folder) or keep_opened(folder, note.stem, correction.image, correction.labels())


def _folder(run: Run, frame: int, version: str) -> Path:
    """Where a frame lies while it is painted on; it goes a day after it was opened."""
    root = cached.settings().home / "cache" / "corrections"
    scratch.sweep(root)
    return root / f"{run.id}-{frame}-{version[:16]}"


def take(easel: Easel, sent: dict[str, Any]) -> bool:
    """Keep what the canvas sent; what came of it is told by `state.hear_correction`.

    Args:
        easel: the frame that is shown.
        sent: {"frame", "version", "edit", "labels", "further"}: see `brush.draw`.

    Returns:
        Whether it was kept.
    """
    if sent.get("frame") != easel.name:
        return False
    edit = int(sent["edit"])
    try:
        now = set_up(easel.run, easel.frame)
        if now.opened.version != sent["version"]:
            state.hear_correction(easel.name, edit, OTHERS)
            return False
        labels = received(str(sent["labels"]), now.opened.size, now.classes)
        note = Note(frame=now.frame, time_s=now.time_s, stem=now.opened.stem, classes=now.classes)
        corrections(easel.run).keep(note, labels, now.opened.picture)
    except SegcoreError as error:
        state.hear_correction(easel.name, edit, str(error))
        return False
    state.hear_correction(easel.name, edit)
    return True


def teaches(easel: Easel, dataset: str) -> bool:
    """Whether a dataset would learn from the frame; True where it cannot be opened (any more): others tell that."""
    try:
        found = cached.dataset(dataset)
    except DatasetError:
        return True
    split = f"{found.split.train} {found.split.val}"
    return _teaches(dataset, found.content_hash, split, easel.opened.stem, str(easel.opened.picture))


@st.cache_data(max_entries=256, show_spinner=False)
def _teaches(dataset: str, content_hash: str, split: str, stem: str, picture: str) -> bool:
    del content_hash, split
    return joining.teaches(cached.dataset(dataset), stem, Path(picture))
