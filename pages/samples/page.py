"""Samples: what will the network see? What a training is given, and every labelled frame behind it."""

import streamlit as st

from pages.common import cached, state
from pages.common.routes import DATASETS
from pages.common.widgets import empty, md, problem, title
from pages.samples import browse, figure, links, opened
from segcore.errors import SegcoreError

title("Samples", "What the network will see – and every labelled frame behind it.")

names = cached.datasets().names()
if not names:
    empty(
        ":material/photo_library:",
        "No dataset yet",
        "Samples are drawn from labelled frames: import yours, or take the sample scene.",
        DATASETS,
        "Go to datasets",
    )
    st.stop()

asked = state.param("dataset")
name = asked if asked in names else names[0]
bar = st.container(horizontal=True, vertical_alignment="center")
bar.selectbox(
    "Dataset",
    names,
    format_func=md,
    key=state.mirror("samples_dataset", name),
    on_change=links.choose_dataset,
    label_visibility="collapsed",
    width=280,
)
bar.segmented_control(
    "View",
    list(links.VIEWS),
    format_func=links.VIEWS.__getitem__,
    required=True,
    key=state.mirror("samples_view", links.view()),
    on_change=links.choose_view,
    label_visibility="collapsed",
)
if asked and asked not in names:
    st.warning(f"There is no dataset {md(asked)}.", icon=":material/search_off:")

try:
    dataset = cached.dataset(name)
    if links.view() == links.TRAINING:
        figure.draw(dataset)
    elif frame := state.param("frame"):
        opened.draw(dataset, frame)
    else:
        browse.draw(dataset)
except SegcoreError as error:
    problem(error, "The samples could not be drawn")
