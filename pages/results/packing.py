"""The results of a batch to take along: packed into one ZIP by a command, then sent from the disk."""

from __future__ import annotations

import hashlib
from pathlib import Path

import streamlit as st

from pages.common import cached, scratch, serving, state, tasks
from pages.common import format as fmt
from pages.common.commands import Command
from segcore.access import Action
from segcore.batches.archive import result_bytes, zip_name
from segcore.batches.batch import Batch
from segcore.batches.tables import CLASSES_FILE, VIDEOS_FILE
from segcore.knowledge.ledger import CSV_FILE, PARQUET_FILE

KIND = "collect"
FILES = {
    CSV_FILE: ("Table of all frames (CSV)", ":material/table:"),
    PARQUET_FILE: ("The same (Parquet)", ":material/table_view:"),
    CLASSES_FILE: ("Each class in each video (CSV)", ":material/category:"),
    VIDEOS_FILE: ("Each video (CSV)", ":material/movie:"),
}


def draw(batch: Batch) -> None:
    """The offer to pack, the bar while it is packed, then the downloads."""
    folder = folder_of(batch)
    command = _command(folder.name)
    if command is not None and not command.over:
        tasks.watch(command)
    elif (folder / zip_name(batch)).is_file():
        _files(batch, folder)
    else:
        if command is not None:
            tasks.outcome(command, "The ZIP could not be made")
        _offer(batch, folder)


def folder_of(batch: Batch) -> Path:
    """Where the files of these very results are put together; other results, another folder."""
    results = "".join([batch.id, *sorted(run.id for run in batch.finished)])
    return _root() / hashlib.sha256(results.encode()).hexdigest()[:24]


def _root() -> Path:
    return cached.settings().home / "cache" / "batches"


def _command(name: str) -> Command | None:
    """The packing of these results: one that is at work, in whichever browser, or the last one of this page."""
    at_work = next((c for c in tasks.running(KIND) if c.subject == name), None)
    last = tasks.find(state.param("task"))
    return at_work or (last if last and last.kind == KIND and last.subject == name else None)


def _offer(batch: Batch, folder: Path) -> None:
    size = fmt.size(result_bytes(cached.runs(), batch))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            f"Pack all {len(batch.finished)} results ({size})",
            type="primary",
            icon=":material/folder_zip:",
            key="pack_batch",
            on_click=_pack,
            args=(batch, folder),
        )
        st.caption(f"One ZIP with a folder for each video, and one table of all. It takes {size} here for a day.")


def _pack(batch: Batch, folder: Path) -> None:
    """Before the page is drawn again: a drawing that is broken off would lose the pictures of the cards."""
    scratch.sweep(_root())
    arguments = ["collect", batch.id, "--out", str(folder)]
    started = tasks.start(arguments, kind=KIND, title=f"Packing {batch.name}", subject=folder.name, action=Action.VIEW)
    state.set_param("task", started.id)


def _files(batch: Batch, folder: Path) -> None:
    target = folder / zip_name(batch)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.link_button(
            f"Download everything ({fmt.size(target.stat().st_size)})",
            serving.offer(target, target.name),
            type="primary",
            icon=":material/folder_zip:",
        )
        for name, (label, icon) in FILES.items():
            path = folder / name
            if path.is_file():
                st.link_button(label, serving.offer(path, f"{target.stem}-{name}"), icon=icon)
