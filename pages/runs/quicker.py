"""The network in 8-bit integers, for quicker videos: what it loses, and a button where it was not made."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, state, tasks
from pages.runs.scores import int8_words
from segcore.inference.compute import has_gpu_node
from segcore.models.spec import BEST_WEIGHTS
from segcore.runs import Run

KIND = "quantize run"


def draw(run: Run) -> None:
    """A sentence where it was made; else the button, and how far its work is."""
    if told := int8_words(run.tags):
        st.caption(told, help="A fourth of the memory, about half the time.")
        return
    if run.state.active or not run.dataset or has_gpu_node() or not cached.runs().has_file(run.id, BEST_WEIGHTS):
        return
    command = tasks.find(state.param("task"))
    mine = command if command and command.kind == KIND and command.subject == run.id else None
    if mine and not mine.over:
        tasks.watch(mine)
        return
    if mine:
        tasks.outcome(mine, "The network could not be written in 8-bit integers")
    if st.button(
        "Make videos quicker",
        key="quantize",
        icon=":material/speed:",
        help="Writes the network in 8-bit integers too, which takes about a minute, and scores it beside the full one. "
        "Videos use it where it is quicker, if it labels as well. Trainings of four minutes and more end with it.",
    ):
        started = tasks.start(["quantize", run.id], kind=KIND, title=f"Making {run.name} quicker", subject=run.id)
        state.set_param("task", started.id)
        st.rerun()
