"""How the overlay looks, with a preview on one frame, and Segment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.training.live import run_classes
from pages.video import chosen, preview, speed, start
from pages.video import look as looks
from segcore.runs import Run
from segcore.video.info import VideoInfo
from segcore.video.outputs.extras import EXTRA_FILES, Extra

ALSO: dict[Extra, str] = {
    "frames": "Overlays (JPEG)",
    "masks": "Masks (PNG)",
    "mask_video": "Mask video",
    "alpha_overlay": "Transparent overlay",
}


def draw(model: Run, videos: Sequence[Path], left: DeltaGenerator, right: DeltaGenerator) -> None:
    """Options beside the preview; Segment hands the job, or one job a video, to the engine."""
    with left:
        readable = chosen.draw(videos)
    classes = run_classes(model)
    if classes is None:
        left.error("The classes of this network are not here. Choose another run.", icon=":material/error:")
    if not readable or classes is None:
        return
    several = len(videos) > 1
    with left:
        look = looks.choose(classes, model.id)
        fast = speed.choose(model, next(iter(readable)))
        changes = _options(next(iter(readable.values())), several=several)
        label = f"Segment {len(videos)} videos" if several else "Segment the video"
        if st.button(label, type="primary", icon=":material/auto_fix_high:", key="segment"):
            start.segment(model, videos, {**look.model_dump(), "speed": fast, **changes})
    with right:
        video = chosen.to_preview(readable) if several else next(iter(readable))
        preview.draw(model, video, readable[video], classes, look, refined=changes["refine"])


def _options(info: VideoInfo, *, several: bool) -> dict[str, Any]:
    with st.expander("Options", icon=":material/tune:"):
        part = {} if several else _part(info)
        refine = st.toggle(
            "Borders along the frame's own edges",
            key="refine",
            help="Sharper borders, for small objects above all. Each frame takes longer.",
        )
        also = st.pills(
            "Also make",
            EXTRA_FILES,
            selection_mode="multi",
            format_func=ALSO.__getitem__,
            key="also",
            help="Overlays and masks: each frame as a picture, in a ZIP. Mask video: lossless, class ids as a palette. "
            "Transparent overlay: what is drawn without the picture, as WebM, to lay over other videos.",
        )
    return {**part, "refine": refine, "also": tuple(also)}


def _part(info: VideoInfo) -> dict[str, Any]:
    length = max(0.1, round(info.duration_s, 1))
    begin, end = st.slider("Part of the video, seconds", 0.0, length, (0.0, length), 0.1, key=f"part_{info.path.name}")
    return {"start_s": begin, "end_s": end if end < length else None}
