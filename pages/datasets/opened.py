"""One dataset, opened: is it sound, its classes, its split, more frames, export."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, owners, rights, state
from pages.common import format as fmt
from pages.common.commands import Command
from pages.common.routes import DATASETS, SAMPLES, TRAINING, go, link, turn
from pages.common.widgets import md, problem, side_by_side, sure, title
from pages.datasets import adding, balance, classes, export, health, split, video_task
from segcore.access import Action
from segcore.datasets.dataset import Dataset
from segcore.errors import SegcoreError
from segcore.upkeep.bin import DAYS

SOUND, CLASSES, SPLIT, MORE, EXPORT = "Is it sound?", "Classes", "Split", "Label more", "Export"


def draw(dataset: Dataset, command: Command | None) -> None:
    """The whole page of one dataset; `command` is what was started here last."""
    sizes = sorted({dataset.size_of(pair.stem) for pair in dataset.pairs})
    pixels = " or ".join(f"{width} × {height}" for height, width in sizes[:2])
    title(
        md(dataset.name),
        f"{fmt.plural(len(dataset.pairs), 'frame')} · {fmt.plural(len(dataset.classes), 'class', 'classes')} · "
        f"{pixels} pixels · from {md(str(dataset.source.get('format', 'files')))}"
        f"{md(owners.whose(dataset.owner))}",
    )
    _actions(dataset)
    names = (SOUND, CLASSES, SPLIT, MORE, EXPORT)
    chosen = next(
        name for name, tab in zip(names, st.tabs(names, key="tab", bind="query-params"), strict=True) if tab.open
    )
    with st.container():
        _part(chosen, dataset, command)


def _part(chosen: str, dataset: Dataset, command: Command | None) -> None:
    if chosen == SOUND:
        left, right = side_by_side(3, 2)
        with left:
            health.draw(dataset, command)
        with right:
            balance.table(dataset)
    elif chosen == CLASSES:
        classes.draw(dataset)
    elif chosen == SPLIT:
        split.draw(dataset)
    elif chosen == EXPORT:
        export.draw(dataset, command)
    else:
        left, right = side_by_side(1, 1, least=340)
        with left:
            video_task.draw(command, dataset)
        with right:
            adding.draw(dataset, command)


def _actions(dataset: Dataset) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Train a network", type="primary", icon=TRAINING.icon, key="train_on_this"):
            go(TRAINING, dataset=dataset.name)
        link(SAMPLES, "Look at every frame", dataset=dataset.name)
        if rights.button(
            Action.DELETE_DATASET, dataset.owner, "Delete …", icon=":material/delete:", type="tertiary",
            key="delete_dataset",
        ):  # fmt: skip
            _confirm_delete(dataset.name)
        st.space("stretch")
        turn(DATASETS, "All datasets", icon=":material/arrow_back:", key="all_datasets")


@st.dialog("Delete this dataset?")
def _confirm_delete(name: str) -> None:
    st.markdown(
        f"**{md(name)}** and its frames go into the bin. They can be taken back for {DAYS} days, on the System page."
    )
    trained = cached.bin_().trained_on(name)
    if trained:
        st.warning(
            f"{fmt.plural(len(trained), 'training')} learned from it. They stay and work on videos, but cannot be "
            "evaluated or trained further on it meanwhile.",
            icon=":material/link_off:",
        )
    if sure("Keep it", "Delete", key="delete", icon=":material/delete:"):
        try:
            cached.bin_().delete_dataset(name)
        except SegcoreError as error:
            problem(error)
            return
        state.say(f"{name} is in the bin")
        state.set_param("dataset", None)
        st.rerun()
