"""On the frame: draw zones and lines, see the ways of objects, and where each class was."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.common import cached, cached_media, cached_runs, serving
from pages.common.widgets import heading
from pages.results import heat, paths, zones
from pages.results.frame import Footage
from segcore.classes import ClassTable
from segcore.errors import SegcoreError
from segcore.runs import Run

MODES = ("Zones and lines", "Paths", "Heat map")
HELP = "Draw where you want to know who was there: who entered, who stayed for how long, who crossed which way."


def draw(run: Run, footage: Footage, classes: ClassTable) -> None:
    """The section."""
    heading("On the frame", help=HELP)
    mode = st.segmented_control(
        "On the frame", MODES, default=MODES[0], required=True, key="frame_mode", label_visibility="collapsed"
    )
    if mode == MODES[0]:
        zones.draw(run, footage, classes)
    elif mode == MODES[1]:
        paths.draw(run, footage, classes)
    else:
        heat.draw(run, footage, classes)


def footage_of(run: Run) -> Footage | None:
    """The video of a result; None where it cannot be played, so that nothing can be drawn on it."""
    config = cached.runs().config(run.id)
    size = _size(run, half=bool(config.get("side_by_side")))
    if size is None:
        return None
    times = cached_runs.times(run.id)
    frame = times.step or 0.04
    start = float(config.get("start_s", 0.0))
    return Footage(
        name=run.id,
        video=serving.offer(cached.runs().file(run.id, "overlay.mp4"), f"{run.name}.mp4", shown=True),
        label=f"A frame of {run.name}",
        width=size[1],
        height=size[0],
        half=bool(config.get("side_by_side")),
        start=start,
        end=max(start, float(times.starts[-1]) + frame) if len(times) else start + frame,
        frame=frame,
    )


def _size(run: Run, *, half: bool) -> tuple[int, int] | None:
    """(height, width) of the source's frames: by the summary, else by the overlay."""
    video: dict[str, Any] = cached_runs.summary(run.id).get("video") or {}
    if "width" in video and "height" in video:
        return int(video["height"]), int(video["width"])
    path = cached.runs().file(run.id, "overlay.mp4")
    try:
        info = cached_media.video_info(str(path), path.stat().st_mtime)
    except SegcoreError:  # the player above shows that it cannot be played
        return None
    return info.height, info.width // 2 if half else info.width
