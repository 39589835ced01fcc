"""All segmented videos as cards with a still."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.common import cached, owners
from pages.common import format as fmt
from pages.common.routes import RESULTS, turn
from pages.common.widgets import md
from segcore.batches.batch import Batch, grouped, titles
from segcore.runs import Run

POSTER = "poster.jpg"


def draw(runs: Sequence[Run], most: int | None = None) -> None:
    """The cards, newest first; those of a batch as one.

    Args:
        runs: finished ones.
        most: so many cards at most.
    """
    with st.grid(4, min_column_width=230):
        for item in grouped(runs)[:most]:
            if isinstance(item, Batch) and len(item.runs) > 1:
                batch_card(item)
            else:
                card(item.runs[0] if isinstance(item, Batch) else item)


def batch_card(batch: Batch) -> None:
    """A batch: the still of its first video, how many there are, when they ended."""
    with st.container(border=True):
        _still(batch.runs[0])
        names = ", ".join(titles(batch.runs))
        st.markdown(f"**{batch.name}**  \n:gray[{md(names if len(names) < 60 else names[:57] + '…')}]")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(fmt.ago(batch.ended), width="stretch")
            turn(RESULTS, "Open", key=f"open_{batch.id}", batch=batch.id)


def card(run: Run) -> None:
    """One result: a still, its name, when and how long."""
    with st.container(border=True):
        _still(run)
        st.markdown(f"**{md(run.name)}**  \n:gray[{md(run.params.get('video', '') + owners.named(run.owner))}]")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{fmt.ago(run.ended)} · took {fmt.clock(run.seconds)}", width="stretch")
            turn(RESULTS, "Open", key=f"open_{run.id}", run=run.id)


def _still(run: Run) -> None:
    if cached.runs().has_file(run.id, POSTER):
        still = cached.runs().file(run.id, POSTER)
        st.image(still.read_bytes(), alt=f"A frame of {run.name} with its classes", width="stretch")
