"""Which part of the video is segmented: from when to when, every how many frames, and where in the picture."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from pages.common import cached_media, pictures, state
from pages.common import format as fmt
from pages.common.charts import CONFIG
from pages.common.widgets import problem
from pages.video.region_figure import dragged, region_figure
from segcore.errors import SegcoreError
from segcore.video.info import VideoInfo
from segcore.video.region import SMALLEST, Region

_SHOWN = 900
"""Pixels that the picture to drag on is wide at most."""


def choose(video: Path, info: VideoInfo) -> dict[str, Any] | None:
    """The settings start_s, end_s, every and region of a video job; None where they do not fit the video."""
    with st.expander("Part of the video", icon=":material/content_cut:"):
        length = max(0.1, round(info.duration_s, 1))
        start, end = st.slider("From, to, in seconds", 0.0, length, (0.0, length), 0.1, key=f"part_{video.name}")
        every = ask_every()
        if every > 1:
            rate = info.fps / every
            st.caption(f"{rate:.3g} frames a second, {fmt.count(max(1, (end - start) * rate))} in all")
        chosen = ask_region(video, info) if st.toggle("Only a region of the picture", key="with_region") else None
    if chosen is not None and not fits(chosen, info):
        return None
    return {"start_s": start, "end_s": end if end < length else None, "every": every, "region": chosen}


def ask_every() -> int:
    """Every how many frames."""
    return st.number_input(
        "Segment every n-th frame",
        1,
        100_000,
        1,
        key="every",
        help="The result shows and lists these frames only, at their own times.",
    )


def fits(region: Region, info: VideoInfo) -> bool:
    """Whether a region lies in a video's frame; where not, that is said."""
    try:
        region.within(info.width, info.height, info.path.name)
    except SegcoreError as error:
        problem(error)
        return False
    return True


def ask_region(video: Path, info: VideoInfo) -> Region:
    """Dragged on the picture, or typed."""
    st.caption("Drag a box over the picture. The network sees only what is in it, as large as it can.")
    keys = [f"region_{side}_{video.name}" for side in Region._fields]
    for key, value in zip(keys, (0, 0, info.width, info.height), strict=True):
        state.mirror(key, value if state.held(key) is None else state.held(key))
    now = Region(*(int(state.held(key)) for key in keys))
    frame = cached_media.video_frame(str(video), video.stat().st_mtime, 0.0, info.fps)
    uri = pictures.data_uri(pictures.jpeg(pictures.shrink(frame, _SHOWN)), "image/jpeg")
    st.plotly_chart(
        region_figure(uri, (info.width, info.height), now),
        key=(chart := f"region_{video.name}"),
        on_select=partial(_take, chart, keys, info),
        selection_mode="box",
        config=CONFIG,
        alt="The first frame; drag a box over it",
    )
    words = ("Left", "Top", "Width", "Height")
    least = (0, 0, SMALLEST, SMALLEST)
    most = (info.width - SMALLEST, info.height - SMALLEST, info.width, info.height)
    with st.container(horizontal=True):
        typed = [
            st.number_input(word, low, high, key=key)
            for word, low, high, key in zip(words, least, most, keys, strict=True)
        ]
    return Region(*typed)


def _take(chart: str, keys: list[str], info: VideoInfo) -> None:
    """A box was dragged: the numbers say it."""
    region = dragged(state.held(chart), info.width, info.height)
    for key, value in zip(keys, region or (), strict=False):
        state.mirror(key, value)
