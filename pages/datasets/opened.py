"""One dataset, opened: classes, health, split, frames; export and delete."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from pages.common import cached, state
from pages.common import format as fmt
from pages.common.routes import DATASETS, SAMPLES, TRAINING, go, link, turn
from pages.common.widgets import heading, md, problem, side_by_side, title
from pages.datasets import classes, frames, health
from segcore.datasets.store import Dataset
from segcore.errors import SegcoreError


def draw(dataset: Dataset) -> None:
    """The whole page of one dataset."""
    sizes = {dataset.size_of(pair.stem) for pair in dataset.pairs}
    pixels = " or ".join(f"{width} × {height}" for height, width in sorted(sizes)[:2])
    title(
        md(dataset.name),
        f"{fmt.plural(len(dataset.pairs), 'frame')} · {fmt.plural(len(dataset.classes), 'class', 'classes')} · "
        f"{pixels} pixels · from {md(str(dataset.source.get('format', 'files')))}",
    )
    _actions(dataset)
    left, right = side_by_side(3, 2)
    with left:
        heading("Classes")
        classes.table(dataset)
        classes.editor(dataset)
    with right:
        heading("Is it sound?")
        health.draw(dataset)
    frames.draw(dataset)


def _actions(dataset: Dataset) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Train a network", type="primary", icon=TRAINING.icon, key="train_on_this"):
            go(TRAINING, dataset=dataset.name)
        link(SAMPLES, "Samples", dataset=dataset.name)
        st.download_button(
            "Export as ZIP",
            lambda: _zip(dataset.name),
            f"{dataset.name}.zip",
            "application/zip",
            icon=":material/download:",
            on_click="ignore",
            key="export_dataset",
        )
        if st.button("Delete …", icon=":material/delete:", key="delete_dataset"):
            _confirm_delete(dataset.name)
        st.space("stretch")
        turn(DATASETS, "All datasets", icon=":material/arrow_back:", key="all_datasets")


def _zip(name: str) -> bytes:
    """The export's bytes; made only when somebody clicks."""
    with tempfile.TemporaryDirectory(prefix="segcore-export-") as folder:
        return cached.datasets().export(name, Path(folder)).read_bytes()


@st.dialog("Delete this dataset?")
def _confirm_delete(name: str) -> None:
    st.markdown(f"**{md(name)}** and its frames are deleted from this machine. Runs that were trained on it stay.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it", key="keep_dataset"):
            st.rerun()
        if st.button("Delete", type="primary", icon=":material/delete:", key="confirm_delete"):
            try:
                cached.datasets().delete(name)
            except SegcoreError as error:
                problem(error)
                return
            state.say(f"{name} was deleted")
            state.set_param("dataset", None)
            st.rerun()
