"""Export: a format, the file, and what the format could not hold."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, scratch, tasks
from pages.common.commands import Command
from pages.datasets.importing import follow
from segcore.datasets.dataset import Dataset
from segcore.datasets.formats import writers

KIND = "export"


def draw(dataset: Dataset, command: Command | None) -> None:
    """Choose a format; then the file."""
    known = writers()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Format", list(known), format_func=lambda name: known[name].title, key="export_format", width=420
        )
        busy = command is not None and command.kind == KIND and not command.over
        if st.button("Make the file", icon=":material/archive:", disabled=busy, key="export_dataset"):
            _start(dataset, chosen, known[chosen].title)
    if command is None or command.kind != KIND or command.subject != dataset.name:
        return
    if not command.over:
        tasks.watch(command)
    elif tasks.outcome(command, "The file could not be made"):
        tasks.file_of(command, "Download")


def _start(dataset: Dataset, format_name: str, title: str) -> None:
    out = scratch.fresh(cached.settings().uploads_dir)
    arguments = ["dataset", "export", dataset.name, "--format", format_name, "--out", str(out)]
    follow(tasks.start(arguments, kind=KIND, title=f"Writing {dataset.name} as {title}", subject=dataset.name))
