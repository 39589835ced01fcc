"""Export: a format, the file, and what the format could not hold."""

from __future__ import annotations

from io import FileIO
from pathlib import Path

import streamlit as st

from pages.common import cached, tasks
from pages.common import format as fmt
from pages.common.commands import Command
from pages.common.widgets import md
from pages.datasets import scratch
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
        file_of(command, "Download")


def _start(dataset: Dataset, format_name: str, title: str) -> None:
    out = scratch.fresh(cached.settings().uploads_dir)
    arguments = ["dataset", "export", dataset.name, "--format", format_name, "--out", str(out)]
    follow(tasks.start(arguments, kind=KIND, title=f"Writing {dataset.name} as {title}", subject=dataset.name))


def file_of(command: Command, label: str) -> None:
    """The file that a command wrote, with its warnings."""
    path = Path(str(command.result.get("path", "")))
    for warning in command.result.get("warnings", []):
        st.warning(md(str(warning)), icon=":material/warning:")
    if not path.is_file():
        st.info("The file was cleaned up in the meantime; make it again.", icon=":material/info:")
        return
    st.download_button(
        f"{label} ({fmt.size(path.stat().st_size)})",
        lambda: FileIO(path),
        path.name,
        "application/zip",
        icon=":material/download:",
        on_click="ignore",
        key=f"download_{command.id}",
    )
