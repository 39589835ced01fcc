"""All datasets, each as a card: three frames with their labels, counts, and how much of each class."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.common import cached, owners
from pages.common import format as fmt
from pages.common.pictures import class_bar
from pages.common.routes import DATASETS, TRAINING, link, turn
from pages.common.widgets import md, problem
from segcore.datasets.store import Dataset
from segcore.errors import SegcoreError


def owner(name: str) -> str:
    """Who imported a dataset; "" where that cannot be read."""
    try:
        return cached.dataset(name).owner
    except SegcoreError:
        return ""


def draw(names: Sequence[str]) -> None:
    """The cards."""
    with st.grid(3, min_column_width=300):
        for name in names:
            with st.container(border=True):
                try:
                    _card(cached.dataset(name))
                except SegcoreError as error:
                    st.markdown(f"**{md(name)}**")
                    problem(error, "This dataset cannot be opened")


def _card(dataset: Dataset) -> None:
    every = max(1, len(dataset.pairs) // 3)
    pairs = dataset.pairs[every // 2 :: every][:3]
    pictures = cached.thumbs().pictures(dataset, pairs, "contours", 320)
    for column, pair, picture in zip(st.columns(3, gap="xsmall"), pairs, pictures, strict=False):
        column.image(picture, alt=f"{pair.stem} with its labels", width="stretch")
    shares = dataset.pixels().sum(axis=0).tolist()
    st.image(class_bar(shares, dataset.classes), alt="Share of pixels of each class", width="stretch")
    with st.container(horizontal=True, vertical_alignment="center"):
        counts = f"{fmt.plural(len(dataset.pairs), 'frame')} · {fmt.plural(len(dataset.classes), 'class', 'classes')}"
        whose = md(owners.named(dataset.owner))
        st.markdown(f"**{md(dataset.name)}** :gray[{whose}]  \n:gray[{counts}]", width="stretch")
        turn(DATASETS, "Open", key=f"open_{dataset.name}", dataset=dataset.name)
        link(TRAINING, "Train", dataset=dataset.name)
