"""The videos that were chosen: what each is, and which cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from pages.common import cached_media
from pages.common import format as fmt
from pages.common.widgets import md, problem
from segcore.batches.making import complaint, video_name
from segcore.errors import SegcoreError
from segcore.video.info import VideoInfo


def draw(videos: Sequence[Path], fps: float) -> dict[Path, VideoInfo]:
    """Facts of the videos; what cannot be read is said where it stands.

    Args:
        videos: what was chosen.
        fps: pictures a second, of those that are pictures.

    Returns:
        Those that can be read, with what they are.
    """
    readable: dict[Path, VideoInfo] = {}
    faults: dict[Path, SegcoreError] = {}
    for video in videos:
        try:
            readable[video] = cached_media.video_info(str(video), video.stat().st_mtime, fps)
        except SegcoreError as error:
            faults[video] = error
    if len(videos) == 1:
        _one(readable, faults)
    else:
        _many(videos, readable, faults)
    return readable


def to_preview(readable: Mapping[Path, VideoInfo]) -> Path:
    """Which of several videos is looked at."""
    return st.selectbox("Preview of", list(readable), format_func=lambda path: md(video_name(path)), key="preview_of")


def facts(info: VideoInfo) -> str:
    """ "1920 × 1080 · 0:41 · 30 frames/s · 1 223 frames · with sound"."""
    parts = [f"{info.width} × {info.height}", fmt.clock(info.duration_s), f"{info.fps:.3g} frames/s"]
    parts += [fmt.plural(info.frames, "frame")] if info.frames else []
    parts += ["with sound" if info.has_audio else "without sound"]
    return " · ".join(parts)


def table(videos: Sequence[Path], readable: Mapping[Path, VideoInfo]) -> pd.DataFrame:
    """One row a video; of what cannot be read only its name."""
    rows = []
    for video in videos:
        info = readable.get(video)
        rows.append(
            {
                "Video": video_name(video),
                "Length": fmt.clock(info.duration_s) if info else "–",
                "Size": f"{info.width} × {info.height}" if info else "–",
                "Frames": fmt.count(info.frames) if info and info.frames else "–",
            }
        )
    return pd.DataFrame(rows)


def _one(readable: Mapping[Path, VideoInfo], faults: Mapping[Path, SegcoreError]) -> None:
    for error in faults.values():
        problem(error, "This video cannot be used")
    for info in readable.values():
        st.caption(facts(info))
        for note in info.notes:
            st.caption(f":orange[:material/warning:] {md(note)}")


def _many(videos: Sequence[Path], readable: Mapping[Path, VideoInfo], faults: Mapping[Path, SegcoreError]) -> None:
    length = sum(info.duration_s for info in readable.values())
    st.caption(f"{fmt.plural(len(videos), 'video')} · {fmt.clock(length)} in all")
    st.dataframe(
        table(videos, readable),
        hide_index=True,
        height="content" if len(videos) <= 8 else 320,
        alt="The chosen videos with their lengths and sizes",
    )
    if faults:
        said = "\n".join(f"- {md(complaint(video_name(path), error.message))}" for path, error in faults.items())
        after = "The others can be segmented all the same." if readable else "Choose others."
        st.warning(
            f"{said}\n\n{after}", title=f"{len(faults)} of {len(videos)} cannot be read", icon=":material/warning:"
        )
