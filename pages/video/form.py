"""What is made of the video, beside a preview of one frame, and Segment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st
from pydantic import ValidationError
from streamlit.delta_generator import DeltaGenerator

from pages.common import cached, cached_media, state
from pages.common import format as fmt
from pages.common.routes import VIDEO, go
from pages.common.widgets import md, problem
from pages.training.live import run_classes
from pages.video import look as looks
from pages.video import part, preview, sheet, source
from segcore.errors import SegcoreError
from segcore.runs import Run
from segcore.video.config import SegmentConfig
from segcore.video.info import VideoInfo
from segcore.video.look import Look
from segcore.video.outputs.extras import EXTRA_FILES, Extra

ALSO: dict[Extra, str] = {
    "frames": "Overlays (JPEG)",
    "masks": "Masks (PNG)",
    "mask_video": "Mask video",
    "alpha_overlay": "Transparent overlay",
}


def draw(model: Run, video: Path, left: DeltaGenerator, right: DeltaGenerator) -> None:
    """Options beside the preview; Segment hands the job to the engine."""
    with left:
        fps = source.ask_rate(video)
    try:
        info = cached_media.video_info(str(video), video.stat().st_mtime, fps)
    except SegcoreError as error:
        with left:
            problem(error, "This video cannot be used")
        return
    classes = run_classes(model)
    if classes is None:
        left.error("The classes of this network are not here. Choose another run.", icon=":material/error:")
        return
    with left:
        st.caption(facts(info))
        for note in info.notes:
            st.caption(f":orange[:material/warning:] {md(note)}")
        look = looks.choose(classes, model.id)
        changes = {**_options(), "fps": fps}
        chosen = part.choose(video, info)
        changes |= chosen or {}
        ready = chosen is not None
        if st.button(
            "Segment the video", type="primary", icon=":material/auto_fix_high:", key="segment", disabled=not ready
        ):
            _start(model, video, look, changes)
    with right:
        preview.draw(model, video, info, classes, look, refined=changes["refine"])
        if chosen is not None:
            sheet.draw(SegmentConfig(video=video, run=model.id, **look.model_dump(), **changes))


def facts(info: VideoInfo) -> str:
    """ "1920 × 1080 · 0:41 · 30 frames/s · 1 223 frames · with sound"."""
    parts = [f"{info.width} × {info.height}", fmt.clock(info.duration_s), f"{info.fps:.3g} frames/s"]
    parts += [fmt.plural(info.frames, "frame")] if info.frames else []
    parts += ["with sound" if info.has_audio else "without sound"]
    return " · ".join(parts)


def _options() -> dict[str, Any]:
    with st.expander("Options", icon=":material/tune:"):
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
    return {"refine": refine, "also": tuple(also)}


def _start(model: Run, video: Path, look: Look, changes: dict[str, Any]) -> None:
    try:
        config = SegmentConfig(video=video, run=model.id, **look.model_dump(), **changes)
        run = cached.runs().create(
            "segment",
            config=config.model_dump(mode="json"),
            name=None,
            dataset=model.dataset,
            parent=model.id,
            key=state.segment_token(),
            params={"video": video.name, "style": look.style, "run": model.name},
        )
        cached.engine().submit(run.id)
    except ValidationError as error:
        st.error(md("; ".join(str(e["msg"]) for e in error.errors())), icon=":material/error:")
        return
    except SegcoreError as error:
        problem(error, "The video could not be segmented")
        return
    go(VIDEO, run=run.id)
