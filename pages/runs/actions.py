"""Rename and delete a run: a training, or a segmented video."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, rights, state
from pages.common.widgets import md, problem, sure
from segcore.access import Action
from segcore.errors import SegcoreError
from segcore.runs import Run
from segcore.upkeep.bin import DAYS

_KEPT = {"train": "its network and its curves", "segment": "its video and its tables"}


def draw(run: Run) -> None:
    """Two buttons; each asks in a dialog."""
    if rights.button(Action.STEER_RUN, run.owner, "Rename …", icon=":material/edit:", key="rename_run"):
        _rename(run.id, run.name)
    if rights.button(
        Action.DELETE_RUN, run.owner, "Delete …", icon=":material/delete:", key="delete_run", disabled=run.state.active
    ):
        _delete(run)


@st.dialog("Rename this run")
def _rename(run_id: str, name: str) -> None:
    fresh = st.text_input("Name", name, max_chars=100, key="new_run_name")
    if st.button("Rename", type="primary", key="confirm_rename", disabled=not fresh or fresh == name):
        try:
            cached.runs().rename(run_id, fresh)
        except SegcoreError as error:
            problem(error)
            return
        st.rerun()


@st.dialog("Delete this run?")
def _delete(run: Run) -> None:
    st.markdown(
        f"**{md(run.name)}**, {_KEPT[run.kind]} go into the bin. They can be taken back for {DAYS} days, "
        "on the System page."
    )
    if sure("Keep it", "Delete", key="delete_run", icon=":material/delete:"):
        try:
            cached.runs().delete(run.id)
        except SegcoreError as error:
            problem(error)
            return
        state.say(f"{run.name} is in the bin")
        state.set_param("run", None)
        st.rerun()
