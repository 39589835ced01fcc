"""What takes how much room below SEGCORE_HOME, and how much is left."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import streamlit as st

from pages.common import cached
from pages.common import format as fmt
from pages.common.widgets import heading, md
from segcore.runs import RunState
from segcore.settings import Settings


def draw(settings: Settings) -> None:
    """One row a kind of data."""
    heading("Storage")
    free = shutil.disk_usage(settings.home).free
    st.caption(f"{md(str(settings.home))} · {fmt.size(free)} free on this disk")
    folders = {
        "Datasets": settings.datasets_dir,
        "Runs: weights, videos, tables": settings.home / "artifacts",
        "Uploaded videos": settings.uploads_dir,
        "Sample video": settings.home / "samples",
        "Converted networks, small pictures": settings.home / "cache",
    }
    sizes = cached.folder_sizes(tuple(str(folder) for folder in folders.values()))
    rows = [{"What": what, "Size": fmt.size(sizes[str(folder)])} for what, folder in folders.items()]
    database = settings.home / "mlflow.db"
    if database.is_file():
        rows.append({"What": "Database of runs", "Size": fmt.size(database.stat().st_size)})
    st.dataframe(pd.DataFrame(rows), hide_index=True, height="content", alt="Storage by kind of data")
    unused = unused_uploads(settings)
    if unused and st.button("Delete uploaded videos …", icon=":material/delete_sweep:", key="clean_uploads"):
        _confirm(unused)


def unused_uploads(settings: Settings) -> list[Path]:
    """Uploads that no waiting or running job reads."""
    if not settings.uploads_dir.is_dir():
        return []
    active = cached.runs().list("segment", (RunState.QUEUED, RunState.RUNNING))
    busy = {cached.runs().config(run.id).get("video") for run in active}
    return [p for p in sorted(settings.uploads_dir.iterdir()) if p.is_file() and str(p) not in busy]


@st.dialog("Delete uploaded videos?")
def _confirm(unused: list[Path]) -> None:
    total = sum(path.stat().st_size for path in unused)
    st.markdown(
        f"{fmt.plural(len(unused), 'video')}, {fmt.size(total)}. Results that were made from them stay; "
        "to segment such a video again, upload it again."
    )
    if st.button("Delete", type="primary", icon=":material/delete:", key="confirm_clean"):
        for path in unused:
            path.unlink(missing_ok=True)
        st.rerun()
