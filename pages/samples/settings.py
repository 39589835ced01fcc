"""Zoom, rotation, mirror and colour of the samples; they start as a preset has them."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.training.advanced import augmentation
from pages.training.presets import CARDS
from segcore.training.config import PRESETS, TrainConfig, from_preset


def preset(place: DeltaGenerator) -> str:
    """Which preset the sliders start from; "as the notebook" is one of them."""
    titles = {name: CARDS[name].title if name != "notebook" else "As the notebook" for name in PRESETS}
    return str(
        place.segmented_control(
            "Settings of the preset",
            list(PRESETS),
            default="balanced",
            required=True,
            format_func=titles.__getitem__,
            key="samples_preset",
        )
    )


def draw(dataset: str, name: str) -> TrainConfig:
    """The sliders in one row, and the settings they make."""
    default = from_preset(dataset, name)
    with st.expander("Zoom, rotation, mirror, colour", icon=":material/tune:", expanded=True), st.grid(4):
        changes = augmentation(default, "samples")
    return from_preset(dataset, name, **changes)
