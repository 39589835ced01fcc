"""The result to take along: files are sent from the disk, never through the dashboard's memory."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, serving
from pages.results import along
from segcore.knowledge.scale import Scale
from segcore.runs import Run
from segcore.video.outputs.extras import EXTRA_FILES, Extra

VIDEO = "overlay.mp4"
FILES = {
    "ledger.csv": ("Table (CSV)", ":material/table:"),
    "ledger.parquet": ("Table (Parquet)", ":material/table_view:"),
    "objects.csv": ("Objects (CSV)", ":material/category:"),
    "tracks.csv": ("Tracks (CSV)", ":material/route:"),
    "events.csv": ("Events (CSV)", ":material/event_note:"),
    "areas.csv": ("Areas with intervals (CSV)", ":material/monitoring:"),
}
"""Results of an older segcore have the first two alone."""
EXTRAS: dict[Extra, tuple[str, str]] = {
    "frames": ("Frames (ZIP)", ":material/photo_library:"),
    "masks": ("Masks (ZIP)", ":material/texture:"),
    "mask_video": ("Mask video", ":material/video_file:"),
    "alpha_overlay": ("Transparent overlay", ":material/layers:"),
}
"""Only where they were asked for."""


def draw(run: Run, scale: Scale | None = None) -> None:
    """The video, the report and everything in a row, single files folded away; below it what is being made.

    Args:
        run: the result.
        scale: how long a pixel is; None where that is not known.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        _link(run, VIDEO, "Download the video", ":material/movie:", first=True)
        along.buttons(run, scale)
        with st.popover("Single files", icon=":material/download:"):
            for name, (label, icon) in (FILES | {EXTRA_FILES[kind]: told for kind, told in EXTRAS.items()}).items():
                if cached.runs().has_file(run.id, name):
                    _link(run, name, label, icon)
    along.progress(run)


def _link(run: Run, name: str, label: str, icon: str, *, first: bool = False) -> None:
    address = serving.offer(cached.runs().file(run.id, name), f"{run.name}-{name}")
    st.link_button(label, address, icon=icon, type="primary" if first else "secondary")
