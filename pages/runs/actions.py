"""Rename and delete a run."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, state
from pages.common.widgets import md, problem
from segcore.errors import SegcoreError
from segcore.runs import Run


def draw(run: Run) -> None:
    """Two buttons; each asks in a dialog."""
    if st.button("Rename …", icon=":material/edit:", key="rename_run"):
        _rename(run.id, run.name)
    if st.button("Delete …", icon=":material/delete:", key="delete_run", disabled=run.state.active):
        _delete(run.id, run.name)


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
def _delete(run_id: str, name: str) -> None:
    st.markdown(f"**{md(name)}**, its network and its curves are deleted.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it", key="keep_run"):
            st.rerun()
        if st.button("Delete", type="primary", icon=":material/delete:", key="confirm_delete_run"):
            try:
                cached.runs().delete(run_id)
            except SegcoreError as error:
                problem(error)
                return
            state.say(f"{name} was deleted")
            state.set_param("run", None)
            st.rerun()
