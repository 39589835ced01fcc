"""A picture from a file or the camera, segmented at once: drawn, with how much of each class is on it."""

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
from pages.video import camera
from pages.video.look import TITLES
from segcore.classes import ClassTable
from segcore.datasets.images import IMAGE_SUFFIXES
from segcore.errors import SegcoreError
from segcore.knowledge.measure import FrameMeasure, measure_frame
from segcore.models.spec import SHA256_TAG
from segcore.runs import Run
from segcore.video.look import STYLES, Look, Style
from segcore.video.overlay import draw_overlay

FILE, SHOT, LIVE = "A file", "The camera, one picture", "The camera, live"
WAYS = (FILE, SHOT, LIVE)


def draw(model: Run, left: DeltaGenerator, right: DeltaGenerator) -> None:
    """The picture is chosen on the left and shown, segmented, on the right."""
    with left:
        how = st.segmented_control("From", WAYS, default=FILE, required=True, key="photo_way")
        file = _taken(how)
        style = st.segmented_control(
            "Style", STYLES, default="notebook", required=True, format_func=TITLES.__getitem__, key="photo_style"
        )
    classes = run_classes(model)
    if classes is not None and how == LIVE:
        with right:
            camera.draw(model, classes, style)
    elif classes is not None and file is not None:
        with right:
            _answer(model, classes, file, style)


def _answer(model: Run, classes: ClassTable, file: UploadedFile, style: Style) -> None:
    try:
        with st.spinner("Preparing the network for pictures of this size … (once)"):
            image, labels, confidence = cached_media.photo(
                model.id, model.tags.get(SHA256_TAG, ""), file.name, file.getvalue()
            )
    except SegcoreError as error:
        problem(error, "This picture cannot be segmented")
        return
    drawn = draw_overlay(image, labels, classes, Look(style=style), confidence=confidence)
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


def _taken(how: str) -> UploadedFile | None:
    if how == FILE:
        kinds = [suffix.lstrip(".") for suffix in IMAGE_SUFFIXES]
        return st.file_uploader("Picture", type=kinds, key=state.upload_key("photo"), label_visibility="collapsed")
    if how == SHOT:
        return st.camera_input("Camera", key="photo_taken", label_visibility="collapsed")
    return None


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
