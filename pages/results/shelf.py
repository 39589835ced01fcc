"""All segmented videos as cards with a still."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.common import cached
from pages.common import format as fmt
from pages.common.routes import RESULTS, turn
from pages.common.widgets import md
from segcore.runs import Run

POSTER = "poster.jpg"


def draw(runs: Sequence[Run]) -> None:
    """The cards, newest first."""
    with st.grid(4, min_column_width=230):
        for run in runs:
            card(run)


def card(run: Run) -> None:
    """One result: a still, its name, when and how long."""
    with st.container(border=True):
        if cached.runs().has_file(run.id, POSTER):
            still = cached.runs().file(run.id, POSTER)
            st.image(still.read_bytes(), alt=f"A frame of {run.name} with its classes", width="stretch")
        st.markdown(f"**{md(run.name)}**  \n:gray[{md(run.params.get('video', ''))}]")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{fmt.ago(run.ended)} · took {fmt.clock(run.seconds)}", width="stretch")
            turn(RESULTS, "Open", key=f"open_{run.id}", run=run.id)
