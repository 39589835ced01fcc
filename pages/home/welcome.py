"""The first minutes: import the sample scene in one click, look at it, train for three minutes."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, rights, state
from pages.common.routes import DATASETS, SAMPLES, TRAINING, go, link
from pages.common.widgets import legend, md, problem, reporter
from segcore.access import Action
from segcore.datasets.store import Dataset
from segcore.errors import SegcoreError

SAMPLE = "sample-scene"
FIRST_MINUTES = "3"


def try_sample() -> None:
    """The empty state: one click makes a dataset."""
    with st.container(border=True):
        left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
        with left:
            st.markdown("#### Try it with the sample scene")
            st.markdown(
                "A small moving scene with exact labels, made on this machine in seconds. "
                "You look at it, train a network for three minutes and segment its video – "
                "the whole way, without a file of your own."
            )
            clicked = rights.button(
                Action.ADD_DATASET,
                None,
                "Get the sample scene",
                type="primary",
                icon=":material/auto_awesome:",
                key="sample",
            )
        with right:
            st.markdown("Or start with your own frames: a ZIP or folder with images and masks.")
            link(DATASETS, "Import your frames")
    if clicked:
        _import()


def _import() -> None:
    bar = st.progress(0.0, text="Drawing the sample scene")
    try:
        cached.datasets().import_sample(SAMPLE, on_progress=reporter(bar, "Drawing the sample scene"))
    except SegcoreError as error:
        problem(error, "The sample scene could not be made")
        return
    state.say("The sample scene is ready")
    st.rerun()


def first_training(dataset: Dataset) -> None:
    """A dataset, and nothing trained yet: show it and offer a short training."""
    with st.container(border=True):
        head, action = st.columns([3, 2], vertical_alignment="center")
        with head:
            st.markdown(f"#### {md(dataset.name)} is ready")
            legend(c for c in dataset.classes if c.id)
        with action, st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
            link(SAMPLES, "See what the network will see", dataset=dataset.name)
            if st.button("Train for 3 minutes", type="primary", icon=TRAINING.icon, key="first_training"):
                go(TRAINING, dataset=dataset.name, preset="fast", minutes=FIRST_MINUTES)
        _frames(dataset)


def _frames(dataset: Dataset) -> None:
    every = max(1, len(dataset.pairs) // 4)
    pairs = dataset.pairs[::every][:4]
    pictures = cached.thumbs().pictures(dataset, pairs, "contours", 480)
    for column, pair, picture in zip(st.columns(4), pairs, pictures, strict=False):
        column.image(picture, alt=f"{pair.stem} with its labels", width="stretch")
