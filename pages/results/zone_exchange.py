"""Zones go to another video of the same camera: as a file, or from one result to another."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, state
from pages.common.widgets import problem
from pages.results import drawings
from segcore.errors import ConfigError, RunError
from segcore.knowledge.drawing import LARGEST_FILE, ZONES_FILE, Drawing, read_drawing
from segcore.runs import Run, RunState


def draw(run: Run, size: drawings.Size, drawing: Drawing) -> None:
    """Two small menus: take zones from elsewhere, and have them as a file."""
    with st.popover("Take zones over", icon=":material/content_copy:"):
        st.caption("From another video of the same camera. They take the place of what is drawn here.")
        _from_result(run, size)
        _from_file(run, size)
    st.download_button(
        "Zones (JSON)",
        drawing.as_json(),
        f"{run.name}-{ZONES_FILE}",
        "application/json",
        icon=":material/download:",
        on_click="ignore",
        disabled=not (drawing.asks or drawing.length),
        key="download_zones",
    )


def _from_result(run: Run, size: drawings.Size) -> None:
    others = {
        other.id: other.name
        for other in cached.runs().list("segment", (RunState.FINISHED,))
        if other.id != run.id and cached.runs().has_file(other.id, ZONES_FILE)
    }
    if not others:
        st.caption("Nothing was drawn on another result yet.")
        return
    chosen = st.selectbox("Another result", list(others), index=None, format_func=others.__getitem__, key="zones_other")
    if st.button("Take its zones", disabled=chosen is None, key="zones_take"):
        try:
            content = cached.runs().file(str(chosen), ZONES_FILE).read_bytes()
        except RunError as error:
            problem(error)
            return
        _take(run, size, content)


def _from_file(run: Run, size: drawings.Size) -> None:
    uploaded = st.file_uploader("A file with zones", ["json"], key=state.upload_key("zones"))
    if uploaded is None:
        return
    if uploaded.size > LARGEST_FILE:
        problem(ConfigError(f"Expected zones of at most {LARGEST_FILE // 1_000_000} MB. Received: {uploaded.name}."))
        return
    if st.button("Take these zones", key="zones_upload"):
        _take(run, size, uploaded.getvalue())


def _take(run: Run, size: drawings.Size, content: bytes) -> None:
    try:
        drawing = read_drawing(content).at(size)
    except ConfigError as error:
        problem(error)
        return
    state.set_drawn(run.id, drawings.keep(run.id, drawing), state.drawn_edit(run.id))
    state.clear_upload()
    st.rerun()
