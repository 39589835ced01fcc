"""The notebook's figure, for any number of samples."""

from __future__ import annotations

import streamlit as st

from pages.common import cached
from segcore.datasets.store import Dataset
from segcore.training.config import TrainConfig
from segcore.video.overlay import draw_overlay

COLUMN = 170
"""Least width of a sample on the page, in pixels."""


def draw(dataset: Dataset, config: TrainConfig, count: int, seed: int) -> None:
    """Samples side by side: as the network gets them above, with contours below."""
    with st.spinner("Drawing samples … (the first time TensorFlow is opened, which takes some seconds)"):
        images, labels = cached.samples(
            dataset.name,
            dataset.content_hash,
            repr(dataset.split),
            config.model_dump_json(),
            count,
            seed,
        )
    with st.grid(min(5, count), min_column_width=COLUMN, gap="xsmall"):
        for number, (image, label) in enumerate(zip(images, labels, strict=True), 1):
            with st.container(gap="xsmall"):
                st.image(image, alt=f"Sample {number}", width="stretch", output_format="JPEG")
                outlined = draw_overlay(image, label, dataset.classes, "notebook", thickness=2)
                st.image(outlined, alt=f"Sample {number} with contours", width="stretch", output_format="JPEG")
    height, width = images.shape[1:3]
    st.caption(f"Seed {seed} · {width} × {height} pixels · from the {len(dataset.part('train'))} training frames")
