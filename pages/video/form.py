"""How the overlay looks, with a preview on one frame, and Segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.common import cached
from pages.training.live import run_classes
from pages.video import chosen, parts, preview, sheet, source, speed, start
from pages.video import look as looks
from pages.video import part as part_of_one
from segcore.runs import Run
from segcore.video.config import SegmentConfig
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
        each = _parts(videos, readable)
        settings = {**look.model_dump(), "fps": fps, **_options(model, first, several=several)}
        label = f"Segment {len(videos)} videos" if several else "Segment the video"
        if st.button(label, type="primary", icon=":material/auto_fix_high:", key="segment", disabled=not each):
            start.segment(model, {video: settings | part for video, part in each.items()})
    with right:
        video = chosen.to_preview(readable) if several else first
        part = each.get(video, {})
        preview.draw(
            model,
            video,
            readable[video],
            classes,
            look,
            refined=settings["refine"],
            region=part.get("region"),
            speed=settings["speed"],
        )
        if each:
            sheet.draw(SegmentConfig(video=video, run=model.id, **settings | part))


def _parts(videos: Sequence[Path], readable: Mapping[Path, VideoInfo]) -> dict[Path, dict[str, Any]]:
    """Which part of each video is segmented; empty where what was chosen does not fit."""
    if len(videos) > 1:
        shared = parts.choose(readable)
        return {video: shared.of(readable.get(video)) for video in videos} if shared else {}
    (video,) = videos
    chosen_part = part_of_one.choose(video, readable[video])
    return {video: chosen_part} if chosen_part is not None else {}


def _options(model: Run, video: Path, *, several: bool) -> dict[str, Any]:
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
        workers = 1 if several else _workers()
    return {"speed": chosen_speed, "refine": refine, "also": tuple(also), "smooth": smooth, "workers": workers}


def _workers() -> int:
    """How many make the video side by side; asked only where there are several."""
    count = sum(bool(worker.slots or worker.gpus) for worker in cached.engine().info().workers)
    if count < 2:
        return 1
    return st.number_input(
        "Workers",
        1,
        count,
        1,
        key="workers",
        width=200,
        help="So many segment parts of this video side by side, if they are free. The result is the same.",
    )


def _smooth() -> bool:
    """Whether labels are smoothed over time."""
    return st.toggle(
        "Smooth over time",
        key="smooth",
        help="Takes away labels that flicker from frame to frame; things that newly appear may come a frame late. "
        "The result says how much it flickered before and after.",
    )
