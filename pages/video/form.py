"""How the overlay looks, with a preview on one frame, and Segment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st
from pydantic import ValidationError
from streamlit.delta_generator import DeltaGenerator

from pages.common import cached, cached_media, state
from pages.common import format as fmt
from pages.common.routes import VIDEO, go
from pages.common.widgets import legend, md, problem
from pages.training.live import run_classes
from pages.video import part, sheet
from segcore.errors import SegcoreError
from segcore.models.spec import SHA256_TAG
from segcore.runs import Run
from segcore.video.config import SegmentConfig
from segcore.video.info import VideoInfo
from segcore.video.overlay import STYLES, Style, draw_overlay

STILLS = {"frames": "Overlays (JPEG)", "masks": "Masks (PNG)"}
TITLES = {"notebook": "Notebook", "contour": "Contours", "fill": "Filled", "both": "Filled + contours"}


def draw(model: Run, video: Path, left: DeltaGenerator, right: DeltaGenerator) -> None:
    """Options beside the preview; Segment hands the job to the engine."""
    changed = video.stat().st_mtime
    try:
        info = cached_media.video_info(str(video), changed)
    except SegcoreError as error:
        with left:
            problem(error, "This video cannot be used")
        return
    with left:
        st.caption(facts(info))
        for note in info.notes:
            st.caption(f":orange[:material/warning:] {md(note)}")
        style = st.segmented_control(
            "Style", STYLES, default="notebook", required=True, format_func=TITLES.__getitem__, key="style"
        )
        changes = _options()
        chosen = part.choose(video, info)
        changes |= chosen or {}
        if st.button(
            "Segment the video",
            type="primary",
            icon=":material/auto_fix_high:",
            key="segment",
            disabled=chosen is None,
        ):
            _start(model, video, style, changes)
    with right:
        _preview(model, video, changed, info, style)
        if chosen is not None:
            sheet.draw(SegmentConfig(video=video, run=model.id, style=style, **changes))


def facts(info: VideoInfo) -> str:
    """ "1920 × 1080 · 0:41 · 30 frames/s · 1 223 frames · with sound"."""
    parts = [f"{info.width} × {info.height}", fmt.clock(info.duration_s), f"{info.fps:.3g} frames/s"]
    parts += [fmt.plural(info.frames, "frame")] if info.frames else []
    parts += ["with sound" if info.has_audio else "without sound"]
    return " · ".join(parts)


def _options() -> dict[str, Any]:
    with st.expander("Options", icon=":material/tune:"):
        named = st.toggle("Names of the classes in the picture", key="legend_in_video")
        stills = st.pills(
            "Each frame as a picture, too",
            STILLS,
            selection_mode="multi",
            format_func=STILLS.__getitem__,
            key="stills",
            help="As ZIP files beside the video. Masks hold class ids; a dataset can be made of them.",
        )
    return {"legend": named, "stills": tuple(stills)}


@st.fragment
def _preview(model: Run, video: Path, changed: float, info: VideoInfo, style: Style) -> None:
    last = max(0.1, info.duration_s - 1 / max(info.fps, 1))
    slot = st.container()
    at = st.slider("Preview at second", 0.0, float(round(last, 1)), 0.0, 0.1, key=f"at_{video.name}")
    digest = model.tags.get(SHA256_TAG, "")
    try:
        frame = cached_media.video_frame(str(video), changed, at)
        with slot, st.spinner("Preparing the network for this video … (once)"):
            labels = cached_media.video_labels(model.id, digest, str(video), changed, at)
    except SegcoreError as error:
        problem(error, "No preview")
        return
    classes = run_classes(model)
    if classes is None:
        return
    drawn = draw_overlay(frame, labels, classes, style, legend=st.session_state.get("legend_in_video", False))
    slot.image(drawn, alt=f"Preview at {at:g} seconds", width="stretch", output_format="JPEG")
    with slot:
        legend(c for c in classes if c.id)


def _start(model: Run, video: Path, style: Style, changes: dict[str, Any]) -> None:
    try:
        config = SegmentConfig(video=video, run=model.id, style=style, **changes)
        run = cached.runs().create(
            "segment",
            config=config.model_dump(mode="json"),
            name=None,
            dataset=model.dataset,
            parent=model.id,
            key=state.segment_token(),
            params={"video": video.name, "style": style, "run": model.name},
        )
        cached.engine().submit(run.id)
    except ValidationError as error:
        st.error(md("; ".join(str(e["msg"]) for e in error.errors())), icon=":material/error:")
        return
    except SegcoreError as error:
        problem(error, "The video could not be segmented")
        return
    go(VIDEO, run=run.id)
