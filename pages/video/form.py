"""How the overlay looks, with a preview on one frame, and Segment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.training.live import run_classes
from pages.video import chosen, preview, sheet, source, speed, start
from pages.video import look as looks
from pages.video import part as parts
from segcore.runs import Run
from segcore.video.config import SegmentConfig
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
        fps = source.ask_rate(videos)
        readable = chosen.draw(videos, fps)
    classes = run_classes(model)
    if classes is None:
        left.error("The classes of this network are not here. Choose another run.", icon=":material/error:")
    if not readable or classes is None:
        return
    several = len(videos) > 1
    first = next(iter(readable))
    with left:
        look = looks.choose(classes, model.id)
        part = None if several else parts.choose(first, readable[first])
        settings = {**look.model_dump(), "fps": fps, **_options(model, first), **(part or {})}
        label = f"Segment {len(videos)} videos" if several else "Segment the video"
        ready = several or part is not None
        if st.button(label, type="primary", icon=":material/auto_fix_high:", key="segment", disabled=not ready):
            start.segment(model, videos, settings)
    with right:
        video = chosen.to_preview(readable) if several else first
        preview.draw(model, video, readable[video], classes, look, refined=settings["refine"])
        if ready:
            sheet.draw(SegmentConfig(video=video, run=model.id, **settings))


def _options(model: Run, video: Path) -> dict[str, Any]:
    with st.expander("Speed and options", icon=":material/tune:"):
        chosen_speed = speed.choose(model, video)
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
        smooth = _smooth()
    return {"speed": chosen_speed, "refine": refine, "also": tuple(also), "smooth": smooth}


def _smooth() -> bool:
    """Whether labels are smoothed over time."""
    return st.toggle(
        "Smooth over time",
        key="smooth",
        help="Takes away labels that flicker from frame to frame; things that newly appear may come a frame late. "
        "The result says how much it flickered before and after.",
    )
