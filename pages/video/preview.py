"""One frame of the video as the job will draw it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.common import cached_media
from pages.common.cached_media import Glance
from pages.common.widgets import problem
from segcore.classes import ClassTable
from segcore.errors import SegcoreError
from segcore.models.spec import SHA256_TAG
from segcore.runs import Run
from segcore.video.info import VideoInfo
from segcore.video.look import Look
from segcore.video.preview import still
from segcore.video.region import Region
from segcore.video.speed import SPEEDS, Speed


@st.fragment
def draw(
    model: Run,
    video: Path,
    info: VideoInfo,
    classes: ClassTable,
    look: Look,
    *,
    refined: bool,
    region: Region | None,
    speed: Speed,
) -> None:
    """A frame, and its time to choose; the network sees what it will see in the job."""
    last = max(0.1, info.duration_s - 1 / max(info.fps, 1))
    slot = st.container()
    at = st.slider("Preview at second", 0.0, float(round(last, 1)), 0.0, 0.1, key=f"at_{video.name}")
    place = region.within(info.width, info.height) if region else None
    digest, changed = model.tags.get(SHA256_TAG, ""), video.stat().st_mtime
    try:
        frame = cached_media.video_frame(str(video), changed, at, info.fps)
        with slot, st.spinner("Preparing the network for this video … (once)"):
            found = cached_media.refined_labels if refined else cached_media.video_labels
            scale = SPEEDS[speed].scale
            labels, confidence = found(Glance(model.id, digest, str(video), changed, at, info.fps, place, scale))
    except SegcoreError as error:
        problem(error, "No preview")
        return
    drawn = still(frame, labels, classes, look, place, confidence=confidence)
    slot.image(drawn, alt=f"Preview at {at:g} seconds", width="stretch", output_format="JPEG")
