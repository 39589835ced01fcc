"""The settings that most people leave alone. Each returns what it changes of the preset."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.training import knobs
from segcore.models.architectures import architecture
from segcore.training.config import TrainConfig

TIME, EPOCHS = "Time", "Epochs"


def budget(default: TrainConfig, minutes: float | None) -> dict[str, Any]:
    """How long it may train, by the clock or by epochs.

    Args:
        default: the preset.
        minutes: what a link asked for.
    """
    by_time = minutes is not None or default.minutes is not None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        limit = st.segmented_control(
            "Train until",
            (TIME, EPOCHS),
            default=TIME if by_time else EPOCHS,
            required=True,
            key=f"limit_{default.preset}",
            format_func={TIME: "the time is up", EPOCHS: "the epochs are done"}.get,  # type: ignore[arg-type]
        )
        if limit == TIME:
            start = minutes or default.minutes or 10.0
            value = st.number_input(
                "Minutes", 0.5, 24 * 60.0, start, 1.0, key=f"minutes_{default.preset}", width=140, format="%g"
            )
            return {"minutes": value}
        epochs = st.number_input("Epochs", 1, 100_000, default.epochs or 20, key=f"epochs_{default.preset}", width=140)
        return {"epochs": epochs}


MADE = {
    *("dataset", "preset", "architecture", "start_from", "minutes", "epochs"),
    *("geometry", "crop", "batch_size", "learning_rate", "steps_per_epoch", "seed"),
    *("augment.zoom", "augment.fraction", "augment.rotation", "augment.flip"),
}
"""Settings that have a control of their own in the form; all others get one from `knobs`."""


def draw(default: TrainConfig) -> dict[str, Any]:
    """Every setting; keys are as `from_preset` takes them."""
    left, middle, right = st.columns(3, gap="medium")
    with left:
        changes = _frames(default)
    with middle:
        changes |= _optimiser(default)
    with right:
        changes |= augmentation(default)
    st.divider()
    settled = default.start_from or not architecture(default.architecture).pretrained
    return changes | knobs.draw(default, MADE | ({"pretrained"} if settled else set()), suffix(default))


def suffix(default: TrainConfig) -> str:
    """Tells the widgets of one choice (preset, network, run to start from) from those of another."""
    return "_".join(filter(None, (default.preset, default.architecture, default.start_from)))


def _frames(default: TrainConfig) -> dict[str, Any]:
    key = suffix(default)
    changes: dict[str, Any] = {}
    if default.geometry.long_side:
        side = st.select_slider(
            "Frame size for the network",
            sorted({320, 480, 640, 736, 960, 1280, default.geometry.long_side}),
            default.geometry.long_side,
            key=f"side_{key}",
            help="Pixels of the longer side. More shows small objects better and takes longer. "
            "Smaller frames are taken as they are.",
        )
        changes["geometry"] = {"long_side": side}
    elif default.geometry.squeeze:
        stride = architecture(default.architecture).stride
        height, width = default.geometry.squeeze
        help_text = "Every frame is squeezed to this, whatever its shape."
        height = st.number_input("Frame height", stride, 2048, height, stride, key=f"height_{key}", help=help_text)
        width = st.number_input("Frame width", stride, 2048, width, stride, key=f"width_{key}", help=help_text)
        changes["geometry"] = {"squeeze": (height, width)}
    stride = architecture(default.architecture).stride
    crop = st.select_slider(
        "Crop",
        sorted({side for side in (128, 192, 256, 320, 384, 512, default.crop[0]) if side % stride == 0}),
        default.crop[0],
        key=f"crop_{key}",
        help="Pixels of the square pieces that it learns from.",
    )
    return changes | {"crop": (crop, crop)}


def _optimiser(default: TrainConfig) -> dict[str, Any]:
    key = suffix(default)
    batch = st.number_input("Images at a time", 1, 512, default.batch_size, key=f"batch_{key}")
    rate = st.number_input("Learning rate", 1e-6, 1.0, default.learning_rate, 1e-4, format="%.1e", key=f"rate_{key}")
    steps = st.number_input(
        "Steps in an epoch",
        1,
        100_000,
        default.steps_per_epoch,
        key=f"steps_{key}",
        placeholder="chosen from the dataset",
        help="After each epoch it is scored on the validation frames.",
    )
    seed = st.number_input("Seed", 0, 2**31 - 1, default.seed, key=f"seed_{key}")
    return {"batch_size": batch, "learning_rate": rate, "steps_per_epoch": steps, "seed": seed}


def augmentation(default: TrainConfig) -> dict[str, Any]:
    """Sliders for zoom, rotation and mirror."""
    key, augment = suffix(default), default.augment
    if augment.window == "zoom":
        low, high = st.slider("Zoom", 0.25, 4.0, augment.zoom, 0.05, key=f"zoom_{key}")
        changes: dict[str, Any] = {"augment.zoom": (low, high)}
    else:
        low, high = st.slider("Window, share of the frame", 0.05, 1.0, augment.fraction, 0.05, key=f"fraction_{key}")
        changes = {"augment.fraction": (low, high)}
    rotation = st.slider("Rotation, ± degrees", 0.0, 180.0, augment.rotation, 1.0, "%g", key=f"rotation_{key}")
    flip = st.slider("Mirrored", 0.0, 1.0, augment.flip, 0.05, "percent", key=f"flip_{key}")
    return changes | {"augment.rotation": rotation, "augment.flip": flip}
