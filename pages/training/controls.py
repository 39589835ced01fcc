"""More time; Stop (keeps the best) apart from Cancel (discards, asks first); Resume for what broke off."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.common import cached, rights
from pages.common.widgets import md, problem, sure
from segcore.access import Action
from segcore.errors import SegcoreError
from segcore.runs import Run, RunState

MORE_MINUTES = 10
STEER = Action.STEER_RUN
RESUMABLE = (RunState.INTERRUPTED, RunState.FAILED, RunState.CANCELLED)


def draw(run: Run) -> None:
    """The buttons that fit the run's state."""
    if run.state.active:
        _more_time(run)
        _stop(run)
        if rights.button(
            STEER, run.owner, "Cancel …", icon=":material/delete:", key="cancel_run", disabled=run.request == "cancel"
        ):
            _confirm_cancel(run.id, run.name)
    elif run.state in RESUMABLE and rights.button(
        STEER, run.owner, "Resume", type="primary", icon=":material/resume:", key="resume_run"
    ):
        _do(cached.engine().resume, run.id, "The training goes on")


def _more_time(run: Run) -> None:
    if "minutes" not in run.params:  # it counts epochs
        return
    if rights.button(
        STEER,
        run.owner,
        f"Add {MORE_MINUTES} minutes",
        icon=":material/more_time:",
        key="extend_run",
        disabled=run.request is not None,
        help="It goes on for longer. The learning rate follows the longer time, so it rises again at first.",
    ):
        _do(_extend, run.id, f"The training may take {MORE_MINUTES} minutes more")


def _extend(run_id: str) -> None:
    cached.runs().extend(run_id, MORE_MINUTES)


def _stop(run: Run) -> None:
    asked = run.request is not None
    if rights.button(
        STEER,
        run.owner,
        "Stop and keep the best",
        icon=":material/stop_circle:",
        key="stop_run",
        disabled=asked or run.state is RunState.QUEUED,
        help="Ends after the running step; the best network so far is kept and can be used.",
    ):
        _do(cached.engine().stop, run.id, "The training ends after this step")


@st.dialog("Cancel this training?")
def _confirm_cancel(run_id: str, name: str) -> None:
    st.markdown(f"**{md(name)}** will end and is not offered for videos. To keep what it has learned, stop it instead.")
    if sure("Go on training", "Cancel the training", key="cancel", icon=":material/delete:"):
        _do(cached.engine().cancel, run_id, "The training is being cancelled")


def _do(action: Callable[[str], None], run_id: str, notice: str) -> None:
    try:
        action(run_id)
    except SegcoreError as error:
        problem(error)
        return
    st.toast(notice)
    st.rerun()
