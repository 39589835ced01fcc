"""The frames as thumbnails: which are learned from, which are scored on."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.common import cached
from pages.common import format as fmt
from pages.common.pictures import split_bar
from pages.common.widgets import heading, md
from segcore.datasets.store import Dataset, Pair

EVERY, TRAIN, VAL = "All", "Learned from", "Scored on"
PARTS = {EVERY: "all", TRAIN: "train", VAL: "val"}
ON_A_PAGE = 24


def draw(dataset: Dataset) -> None:
    """The split as a bar, then the thumbnails of one part, page by page."""
    heading("Frames", help="Frames of one scene stay on one side, so that the score is honest.")
    val = set(dataset.split.val)
    marks = [pair.stem in val for pair in dataset.pairs]
    st.image(split_bar(marks), alt="The frames in order; the strong ones are scored on", width="stretch")
    st.caption(
        f":primary[■] scored on: {fmt.count(sum(marks))} \u2003 "
        f":gray[■] learned from: {fmt.count(len(marks) - sum(marks))} – in the order of the frames"
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        part = st.segmented_control("Show", list(PARTS), default=EVERY, required=True, key="frames_part")
        labelled = st.toggle("Labels", True, key="frames_labels")
    pairs = dataset.part(PARTS[part])  # type: ignore[arg-type]
    pages = max(1, -(-len(pairs) // ON_A_PAGE))
    page = st.pagination(pages, key=f"frames_page_{part}") if pages > 1 else 1
    _grid(dataset, pairs[(page - 1) * ON_A_PAGE : page * ON_A_PAGE], val, labelled)


def _grid(dataset: Dataset, pairs: Sequence[Pair], val: set[str], labelled: bool) -> None:
    with st.grid(6, min_column_width=150, gap="xsmall"):
        for pair in pairs:
            changed = pair.mask.stat().st_mtime
            if labelled:
                picture = cached.labelled_thumbnail(str(pair.image), str(pair.mask), changed, dataset.classes, 320)
            else:
                picture = cached.thumbnail(str(pair.image), changed, 320)
            mark = " :primary-badge[scored on]" if pair.stem in val else ""
            st.image(picture, caption=f"{md(pair.stem)}{mark}", alt=f"Frame {pair.stem}", width="stretch")
