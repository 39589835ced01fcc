"""Import, first step: a ZIP from this computer, a folder on the server, or the sample scene."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import streamlit as st

from pages.common import cached, scratch, state, tasks
from pages.common.commands import Command
from pages.common.widgets import md, problem
from segcore.datasets.server_files import resolve_server_file
from segcore.errors import SegcoreError

UPLOAD, SERVER, SAMPLE = "A ZIP from here", "A folder on the server", "The sample scene"


def draw(names: Sequence[str]) -> None:
    """The three ways in."""
    ways = [UPLOAD, SAMPLE] if not cached.settings().server_folders else [UPLOAD, SERVER, SAMPLE]
    way = st.segmented_control("Import", ways, default=UPLOAD, required=True, key="import_way")
    if way == UPLOAD:
        _upload()
    elif way == SERVER:
        _server()
    else:
        _sample(names)


def _upload() -> None:
    file = st.file_uploader(
        "ZIP with images and masks, or an export of your annotation tool",
        type="zip",
        key=state.upload_key("dataset"),
        help="It is looked at first. Nothing is imported before you have seen it.",
    )
    if file is not None:
        path = scratch.keep(file, cached.settings().uploads_dir)
        state.clear_upload()
        look_at(path, path.name, path.parent)


def _server() -> None:
    roots = cached.settings().server_folders
    chosen = st.selectbox(
        "Folder or ZIP on the server",
        proposals(roots),
        index=None,
        accept_new_options=True,
        placeholder="Choose one, or type a path below it",
        key="server_path",
        help=f"Below {md(', '.join(map(str, roots)))}. It is read where it lies.",
    )
    if chosen and st.button("Look at it", type="primary", icon=":material/folder_open:", key="look_at_server"):
        try:
            path = resolve_server_file(chosen, roots)
        except SegcoreError as error:
            problem(error)
            return
        look_at(path, path.name)


def proposals(roots: Sequence[Path]) -> list[str]:
    """What lies in the server's open folders and may be imported."""
    return [str(p) for root in roots if root.is_dir() for p in sorted(root.iterdir()) if importable(p)]


def importable(path: Path) -> bool:
    """Whether an entry of a server folder is proposed: a folder or a ZIP, not hidden."""
    return not path.name.startswith(".") and (path.is_dir() or path.suffix.lower() == ".zip")


def look_at(path: Path, name: str, copied: Path | None = None) -> None:
    """Start to look at a ZIP or a folder; the page then shows how far that is."""
    arguments = ["dataset", "draft", str(path)]
    follow(tasks.start(arguments, kind="draft", title=f"Looking at {name}", subject=name, scratch=copied))


def follow(command: Command) -> None:
    """Draw the page again, with this command on it."""
    state.set_param("task", command.id)
    st.rerun()


def _sample(names: Sequence[str]) -> None:
    st.caption("A small moving scene with exact labels, and a video to segment; drawn on this machine in seconds.")
    name = st.text_input("Name", free_name("sample-scene", names), max_chars=60, key="name_of_sample", width=420)
    if st.button("Get the sample scene", type="primary", icon=":material/auto_awesome:", key="import_sample"):
        arguments = ["dataset", "import", "--sample", "--name", name]
        follow(tasks.start(arguments, kind="import", title="Drawing the sample scene"))


def free_name(proposal: str, names: Iterable[str]) -> str:
    """A name of the kind datasets may have that is not taken yet."""
    base = re.sub(r"[^\w.-]+", "-", proposal).strip("-._")[:50] or "dataset"
    taken = set(names)
    return next(n for n in (base, *(f"{base}-{i}" for i in range(2, 10_000))) if n not in taken)
