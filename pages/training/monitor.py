"""A training run on the page: head, controls, and what it shows while it runs or after."""

from __future__ import annotations

import streamlit as st

from pages.common.routes import EVALUATION, RUNS, SAMPLES, TRAINING, VIDEO, go, link, turn
from pages.common.widgets import heading, md, state_badge
from pages.training import controls, live, verdict
from segcore.runs import Run, RunState


def draw(run: Run) -> None:
    """Everything about one training."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(md(run.name), anchor=False, width="content")
        state_badge(run)
        st.space("stretch")
        controls.draw(run)
    st.caption(_told(run))
    _reason(run)
    if run.state is RunState.FINISHED:
        _after(run)
    if run.state.active:
        live.follow(run)
    else:
        live.still(run)


def _told(run: Run) -> str:
    preset = run.params.get("preset", "")
    parts = [f"Training on {md(run.dataset or '')}"]
    parts += [f"preset {md(preset)}"] if preset else []
    return " · ".join(parts)


def _reason(run: Run) -> None:
    if not run.reason:
        return
    if run.state is RunState.FAILED:
        st.error(md(run.reason), title="The training failed", icon=":material/error:")
    elif run.state is RunState.INTERRUPTED:
        text = f"{md(run.reason)}\n\nAt most the last epoch is lost. Resume takes it up where it was."
        st.warning(text, title="The training was interrupted", icon=":material/bolt:")
    elif run.state in (RunState.FINISHED, RunState.CANCELLED):
        st.caption(md(run.reason))


def _after(run: Run) -> None:
    with st.container(border=True):
        heading("How good is it?")
        st.markdown(verdict.words(run))
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Use for a video", type="primary", icon=VIDEO.icon, key="use_run"):
                go(VIDEO, model=run.id)
            link(EVALUATION, "Where it fails", run=run.id)
            link(RUNS, "Compare with other runs", run=run.id)
            link(SAMPLES, "Samples", dataset=run.dataset or "")
            turn(TRAINING, "Train further", icon=":material/fork_right:", key="train_further", **{"from": run.id})
            turn(TRAINING, "Train again", icon=":material/replay:", key="train_again", dataset=run.dataset or "")
