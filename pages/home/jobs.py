"""What is running and what waits."""

from __future__ import annotations

import streamlit as st

from pages.common import cached
from pages.common import format as fmt
from pages.common.routes import TRAINING, VIDEO, link
from pages.common.widgets import heading, md, progress_bar, state_badge
from pages.video import batch
from segcore.batches.batch import Batch, grouped, open_batch
from segcore.runs import Run, RunState

ACTIVE = (RunState.QUEUED, RunState.RUNNING)


def active() -> list[Run]:
    """Running jobs first, then those that wait, each in the order of their making."""
    oldest_first = cached.runs().list(states=ACTIVE)[::-1]
    return sorted(oldest_first, key=lambda run: run.state is RunState.QUEUED)


@st.fragment(run_every=2.0)
def live(shown: int) -> None:
    """The jobs, refreshed; when one ended or came the whole page is drawn again."""
    jobs = active()
    if len(jobs) != shown:
        st.rerun()
    if jobs:
        heading("Now")
    for item in grouped(jobs):
        with st.container(border=True):
            if isinstance(item, Batch):
                batch.brief(open_batch(cached.runs(), item.id))
            else:
                _job(item)


def _job(run: Run) -> None:
    route = TRAINING if run.kind == "train" else VIDEO
    what = f"training on {run.dataset}" if run.kind == "train" else "segmenting a video"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{md(run.name)}** :gray[{md(what)} · {fmt.clock(run.seconds)}]", width="stretch")
        state_badge(run)
        link(route, "Watch", icon=":material/visibility:", run=run.id)
    progress_bar(run)
