"""A batch of segmented videos: one ZIP, one table of all, and each result as a card."""

from __future__ import annotations

import streamlit as st

from pages.common import cached
from pages.common import format as fmt
from pages.common.routes import RESULTS, VIDEO, link, turn
from pages.common.widgets import heading, md
from pages.results import ask, packing, shelf
from segcore.batches.batch import Batch, titles
from segcore.batches.making import complaint
from segcore.batches.tables import classes
from segcore.runs import RunState


def draw(batch: Batch) -> None:
    """The whole page of one batch."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(batch.name, anchor=False, width="content")
        st.space("stretch")
        turn(RESULTS, "All results", icon=":material/arrow_back:", key="all_results")
    st.caption(f"by {md(batch.runs[0].params.get('run', ''))} · {fmt.ago(batch.ended or batch.created)}")
    _missing(batch)
    if not batch.finished:
        return
    packing.draw(batch)
    _shares(batch)
    heading("Each video")
    with st.grid(4, min_column_width=230):
        for run in batch.finished:
            shelf.card(run)
    ask.draw_batch(batch)


def _missing(batch: Batch) -> None:
    """What has no result (yet), and why."""
    if batch.active:
        st.info("Some of these videos are still at work.", icon=":material/info:")
    named = zip(titles(batch.runs), batch.runs, strict=True)
    lines = [
        f"- {md(complaint(title, run.reason or 'it ended without a word'))}"
        for title, run in named
        if run.state is not RunState.FINISHED and not run.state.active
    ]
    if lines:
        title = f"{len(lines)} of {len(batch.runs)} have no result"
        st.warning("\n".join(lines), title=title, icon=":material/warning:")
    if lines or batch.active:
        link(VIDEO, "Open the batch", batch=batch.id)


def _shares(batch: Batch) -> None:
    """How much of each class is in each video."""
    found = classes(cached.runs(), batch)
    if found.empty:
        return
    heading("How much of each class", help="Mean share of the picture over the video.")
    wide = found.pivot(index="video", columns="class", values="mean_share")
    wide = wide[found.sort_values("class_id")["class"].unique()].reindex(found["video"].unique())
    st.dataframe(
        wide.map(fmt.share).rename_axis("Video").reset_index(),
        hide_index=True,
        height="content" if len(wide) <= 12 else 460,
        alt="Mean share of the picture of each class, by video",
    )
