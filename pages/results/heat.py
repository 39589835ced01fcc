"""Where each class was: in how many of the frames each place held it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import streamlit as st

from pages.common import cached
from pages.common import format as fmt
from pages.common.pictures import data_uri, png
from pages.common.widgets import md
from pages.results import drawings, frame
from pages.results.frame import Footage, Heat
from segcore.classes import ClassTable
from segcore.knowledge.heat import HEAT_FILE, HeatMap, read_heat
from segcore.runs import Run

_FAINT = 0.02
"""Of the highest share; what is below is not painted."""


def draw(run: Run, footage: Footage, classes: ClassTable) -> None:
    """The frame under the heat map of one class; one sentence where the result has none."""
    if not cached.runs().has_file(run.id, HEAT_FILE):
        st.caption("This result was made before heat maps were kept. Segment the video again to have them.")
        return
    path = cached.runs().file(run.id, HEAT_FILE)
    found = _heat(str(path), path.stat().st_mtime_ns)
    there = [c for c in classes if c.id in found.counts]
    if not there:
        st.caption("No class was in this video.")
        return
    first = next((c.id for c in there if c.id), there[0].id)
    chosen = st.pills(
        "Class",
        [c.id for c in there],
        default=first,
        required=True,
        format_func=lambda i: md(classes[i].name),
        key="heat_class",
    )
    share = found.share(int(chosen))
    size = (footage.height, footage.width)
    frame.draw(
        footage,
        drawings.kept(run.id, size).drawing,
        heat=Heat(data_uri(png(painted(share)), "image/png"), found.place),
        key="frame_heat",
    )
    st.caption(
        f"The brightest places held {md(classes[int(chosen)].name)} in {fmt.share(float(share.max()))} of "
        f"{fmt.plural(found.frames, 'frame')}; dark violet is where it was seldom, no colour where it was never or "
        f"hardly ever. The camera's own motion is in it."
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _heat(path: str, changed: int) -> HeatMap:
    del changed
    return read_heat(Path(path))


def painted(share: np.ndarray) -> np.ndarray:
    """Shares (h, w) float in [0, 1] as colours from violet to yellow, the highest brightest: (h, w, 4) uint8 RGBA."""
    level = share / max(float(share.max()), 1e-9)
    colors = cv2.applyColorMap((255 * level).round().astype(np.uint8), cv2.COLORMAP_PLASMA)
    alpha = np.where(level >= _FAINT, 150 + 95 * level, 0).round().astype(np.uint8)
    return np.dstack([colors[..., ::-1], alpha])
