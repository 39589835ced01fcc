"""A single picture, from a file or the camera, segmented at once: drawn, with how much of each class is on it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.typing import UploadedFile

from pages.common import cached_media, state
from pages.common import format as fmt
from pages.common.pictures import jpeg, swatch_uri
from pages.common.widgets import problem
from pages.training.live import run_classes
from pages.video.form import TITLES
from segcore.classes import ClassTable
from segcore.datasets.images import IMAGE_SUFFIXES
from segcore.errors import SegcoreError
from segcore.knowledge.measure import FrameMeasure, measure_frame
from segcore.models.spec import SHA256_TAG
from segcore.runs import Run
from segcore.video.overlay import STYLES, draw_overlay


def draw(model: Run, left: DeltaGenerator, right: DeltaGenerator) -> None:
    """The picture is chosen on the left and shown, segmented, on the right."""
    with left:
        file = _taken()
        style = st.segmented_control(
            "Style", STYLES, default="notebook", required=True, format_func=TITLES.__getitem__, key="photo_style"
        )
    classes = run_classes(model)
    if file is None or classes is None:
        return
    with right:
        try:
            with st.spinner("Preparing the network for pictures of this size … (once)"):
                image, labels, confidence = cached_media.photo(
                    model.id, model.tags.get(SHA256_TAG, ""), file.name, file.getvalue()
                )
        except SegcoreError as error:
            problem(error, "This picture cannot be segmented")
            return
        drawn = draw_overlay(image, labels, classes, style, confidence=confidence)
        st.image(drawn, alt="The picture with its classes", width="stretch", output_format="JPEG")
        measure = measure_frame(labels, confidence, image.shape[:2], len(classes))
        st.dataframe(
            table(measure, classes, image.shape[0] * image.shape[1]),
            hide_index=True,
            height="content",
            column_config={"": st.column_config.ImageColumn(width=36)},
            alt="How much of the picture each class takes",
        )
        st.download_button(
            "Download the picture",
            lambda: jpeg(drawn, 92),
            f"{Path(file.name).stem}-segmented.jpg",
            "image/jpeg",
            icon=":material/download:",
            on_click="ignore",
            key="download_photo",
        )


def _taken() -> UploadedFile | None:
    """A picture from a file, or one that the camera takes now (browsers allow it on https and on this machine)."""
    if st.toggle("Use the camera", key="photo_camera"):
        return st.camera_input("Camera", key="photo_taken", label_visibility="collapsed")
    return st.file_uploader(
        "Picture",
        type=[suffix.lstrip(".") for suffix in IMAGE_SUFFIXES],
        key=state.upload_key("photo"),
        label_visibility="collapsed",
    )


def table(measure: FrameMeasure, classes: ClassTable, area: int) -> pd.DataFrame:
    """One row for each class that is there, the largest first; the background is left out."""
    there = [c for c in classes if c.id and measure.pixels[c.id]]
    there.sort(key=lambda c: -measure.pixels[c.id])
    return pd.DataFrame(
        {
            "": [swatch_uri(c) for c in there],
            "Class": [c.name for c in there],
            "Share": [fmt.share(measure.pixels[c.id] / area) for c in there],
            "Objects": [int(measure.objects[c.id]) for c in there],
            "Certainty": [f"{100 * measure.confidence[c.id]:.0f} %" for c in there],
        }
    )
