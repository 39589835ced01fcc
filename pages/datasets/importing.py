"""Import: a ZIP from this computer, a folder on the server, or the sample scene."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from pages.common import cached, state
from pages.common import format as fmt
from pages.common.routes import DATASETS, go
from pages.common.widgets import problem, reporter
from segcore.datasets.server_files import resolve_server_file
from segcore.datasets.store import ImportReport
from segcore.errors import SegcoreError

UPLOAD, SERVER, SAMPLE = "A ZIP from here", "A folder on the server", "The sample scene"
Progress = Callable[[int, int], None]


def draw(names: Sequence[str]) -> None:
    """The three ways in."""
    ways = [UPLOAD, SAMPLE] if not cached.settings().server_folders else [UPLOAD, SERVER, SAMPLE]
    way = st.segmented_control("Import", ways, default=UPLOAD, required=True, key="import_way")
    if way == UPLOAD:
        _upload(names)
    elif way == SERVER:
        _server(names)
    else:
        _sample(names)


def _upload(names: Sequence[str]) -> None:
    file = st.file_uploader("ZIP with images and masks", type="zip", key=state.upload_key("dataset"))
    if file is None:
        return
    name = _name(Path(file.name).stem, names)
    if st.button("Import", type="primary", icon=":material/upload:", key="import_upload"):
        with tempfile.TemporaryDirectory(prefix="segcore-upload-") as scratch:
            path = Path(scratch) / "upload.zip"
            with path.open("wb") as out:
                while block := file.read(1 << 20):
                    out.write(block)
            file.seek(0)
            _import(lambda report: cached.datasets().import_path(path, name, on_progress=report))


def _server(names: Sequence[str]) -> None:
    roots = cached.settings().server_folders
    entries = [str(p) for root in roots if root.is_dir() for p in sorted(root.iterdir()) if importable(p)]
    chosen = st.selectbox(
        "Folder or ZIP on the server",
        entries,
        index=None,
        accept_new_options=True,
        placeholder="Choose one, or type a path below it",
        key="server_path",
        help=f"Below {', '.join(map(str, roots))}",
    )
    if not chosen:
        return
    name = _name(Path(chosen).stem, names)
    if st.button("Import", type="primary", icon=":material/folder_open:", key="import_server"):
        _import(
            lambda report: cached.datasets().import_path(resolve_server_file(chosen, roots), name, on_progress=report)
        )


def importable(path: Path) -> bool:
    """Whether an entry of a server folder is proposed: a folder or a ZIP, not hidden."""
    return not path.name.startswith(".") and (path.is_dir() or path.suffix.lower() == ".zip")


def _sample(names: Sequence[str]) -> None:
    st.caption("A small moving scene with exact labels, and a video to segment; drawn on this machine in seconds.")
    name = _name("sample-scene", names)
    if st.button("Get the sample scene", type="primary", icon=":material/auto_awesome:", key="import_sample"):
        _import(lambda report: cached.datasets().import_sample(name, on_progress=report))


def _name(proposal: str, names: Sequence[str]) -> str:
    return st.text_input("Name", free_name(proposal, names), max_chars=60, key=f"name_of_{proposal}", width=420)


def free_name(proposal: str, names: Sequence[str]) -> str:
    """A name of the kind datasets may have that is not taken yet."""
    base = re.sub(r"[^\w.-]+", "-", proposal).strip("-._")[:50] or "dataset"
    taken = set(names)
    return next(n for n in (base, *(f"{base}-{i}" for i in range(2, 10_000))) if n not in taken)


def _import(take_in: Callable[[Progress], ImportReport]) -> None:
    bar = st.progress(0.0, text="Looking at the files")
    try:
        report = take_in(reporter(bar, "{done} of {total} files"))
    except SegcoreError as error:
        bar.empty()
        problem(error, "Nothing was imported")
        return
    bar.empty()
    state.clear_upload()
    state.say(f"{report.name}: {fmt.plural(report.pairs, 'frame')} imported")
    go(DATASETS, dataset=report.name)
