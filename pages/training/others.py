"""Trainings that are going on, or broke off and can be taken up."""

from __future__ import annotations

import streamlit as st

from pages.common import cached
from pages.common import format as fmt
from pages.common.routes import TRAINING, turn
from pages.common.widgets import md, state_badge
from segcore.runs import RunState

SHOWN = (RunState.RUNNING, RunState.QUEUED, RunState.INTERRUPTED)
MOST = 5


def draw() -> None:
    """One line each."""
    for run in cached.runs().list("train", SHOWN, MOST):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            when = fmt.ago(run.started or run.created)
            st.markdown(f"**{md(run.name)}** :gray[on {md(run.dataset or '')} · {when}]", width="stretch")
            state_badge(run)
            label = "Resume" if run.state is RunState.INTERRUPTED else "Watch"
            turn(TRAINING, label, icon=":material/visibility:", key=f"watch_{run.id}", run=run.id)
