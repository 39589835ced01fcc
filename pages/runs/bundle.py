"""Bring a network in: a bundle that another segcore wrote becomes a run here."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

from pages.common import cached, scratch, state, tasks
from pages.common.commands import Command
from pages.common.routes import RUNS, VIDEO, go, turn
from pages.common.widgets import md
from segcore.access import Action, may

KIND = "import run"
HERE = {
    "same": "The dataset that it learned from is here too: it can be scored and trained further.",
    "other": "A dataset of the same name is here, but not the one that it learned from: scores on it may flatter it.",
    "missing": "The dataset that it learned from is not here: it is ready for videos, and for training on others.",
}


def draw() -> None:
    """A folded upload; then what came."""
    if not may(Action.IMPORT_RUN):
        return
    command = tasks.find(state.param("task"))
    mine = command if command and command.kind == KIND else None
    with st.expander("Bring a network in", icon=":material/move_to_inbox:", expanded=mine is not None):
        if mine is not None and not mine.over:
            tasks.watch(mine)
            return
        if mine is not None and tasks.outcome(mine, "Nothing was brought in"):
            _arrived(mine)
        file = st.file_uploader(
            "Bundle of another segcore (.segcore.zip)",
            type="zip",
            key=state.upload_key("bundle"),
            help="Made there on the page of a run: Take it along, For another segcore. It holds no code.",
        )
        if file is not None:
            path = scratch.keep(file, cached.settings().uploads_dir)
            state.clear_upload()
            _start(path)


def _start(path: Path) -> None:
    name = re.sub(r"\.zip$", "", path.name)
    started = tasks.start(
        ["import-run", str(path)], kind=KIND, title=f"Bringing {name} in", subject=name, scratch=path.parent
    )
    state.set_param("task", started.id)
    st.rerun()


def _arrived(command: Command) -> None:
    came = command.result
    with st.container(border=True, gap="small"):
        st.markdown(f":material/check: **{md(str(came['name']))}** is among the runs.")
        st.caption(HERE[str(came["dataset_here"])])
        with st.container(horizontal=True):
            if st.button("Use for a video", type="primary", icon=VIDEO.icon, key="use_arrived"):
                go(VIDEO, model=str(came["run"]))
            turn(RUNS, "Open", icon=":material/open_in_full:", key="open_arrived", run=str(came["run"]))
