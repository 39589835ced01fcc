"""The result to take along; nothing is read before somebody clicks."""

from __future__ import annotations

import io
import zipfile
from functools import partial

import streamlit as st

from pages.common import cached, who
from segcore.knowledge.drawing import ZONES_FILE
from segcore.knowledge.heat import HEAT_FILE
from segcore.runs import Run
from segcore.video.outputs.extras import EXTRA_FILES, Extra

FILES = {
    "overlay.mp4": ("Download the video", "video/mp4", ":material/movie:"),
    "ledger.csv": ("Table (CSV)", "text/csv", ":material/table:"),
    "ledger.parquet": ("Table (Parquet)", "application/vnd.apache.parquet", ":material/table_view:"),
}
TABLES = tuple(
    f"{name}.{kind}"
    for name in ("objects", "contacts", "tracks", "events", "areas", "stability", "certainty")
    for kind in ("csv", "parquet")
)
"""In the ZIP of everything, where the result has them."""
EXTRAS: dict[Extra, tuple[str, str, str]] = {
    "frames": ("Frames (ZIP)", "application/zip", ":material/photo_library:"),
    "masks": ("Masks (ZIP)", "application/zip", ":material/texture:"),
    "mask_video": ("Mask video", "video/quicktime", ":material/video_file:"),
    "alpha_overlay": ("Transparent overlay", "video/webm", ":material/layers:"),
}
"""Only where they were asked for."""
KNOWLEDGE = {
    "objects.csv": ("Objects (CSV)", "text/csv", ":material/category:"),
    "tracks.csv": ("Tracks (CSV)", "text/csv", ":material/route:"),
    "events.csv": ("Events (CSV)", "text/csv", ":material/event_note:"),
}
"""Results of an older segcore have none."""
TOGETHER = (*FILES, *TABLES, ZONES_FILE, HEAT_FILE, "summary.json", "poster.jpg", "config.json")


def draw(run: Run) -> None:
    """The video and everything in a row, single files folded away."""
    video, *tables = FILES
    _button(run, video, FILES[video], first=True)
    st.download_button(
        "Everything (ZIP)",
        who.for_them(lambda: together(run)),
        f"{run.name}.zip",
        "application/zip",
        icon=":material/folder_zip:",
        on_click="ignore",
        key="download_zip",
    )
    extras = {EXTRA_FILES[kind]: told for kind, told in EXTRAS.items()}
    files = {name: FILES[name] for name in tables} | KNOWLEDGE | extras
    with st.popover("Single files", icon=":material/download:"):
        for name, told in files.items():
            if name in FILES or cached.runs().has_file(run.id, name):
                _button(run, name, told)


def _button(run: Run, name: str, told: tuple[str, str, str], *, first: bool = False) -> None:
    label, mime, icon = told
    st.download_button(
        label,
        who.for_them(partial(_read, run.id, name)),
        f"{run.name}-{name}",
        mime,
        icon=icon,
        type="primary" if first else "secondary",
        on_click="ignore",
        key=f"download_{name}",
    )


def _read(run_id: str, name: str) -> bytes:
    return cached.runs().file(run_id, name).read_bytes()


def together(run: Run) -> bytes:
    """All files of the result in one ZIP; the video is stored as it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in TOGETHER:
            if cached.runs().has_file(run.id, name):
                kind = zipfile.ZIP_STORED if name.endswith((".mp4", ".jpg")) else zipfile.ZIP_DEFLATED
                archive.write(cached.runs().file(run.id, name), f"{run.name}/{name}", kind)
    return out.getvalue()
