"""What may vary in a sample: a switch and a strength for each transform; they start as a preset has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.training.presets import CARDS
from segcore.pipeline.config import AugmentConfig, Transform
from segcore.training.config import PRESETS, TrainConfig, from_preset


@dataclass(frozen=True)
class Control:
    """One transform's slider: its field in `AugmentConfig`, its range, how a value is written."""

    transform: Transform
    field: str
    label: str
    help: str
    low: float = 0.0
    high: float = 1.0
    step: float = 0.05
    form: str = "percent"


_ZOOM = Control(
    "zoom", "zoom", "Zoom", "1 is the scale at which the network sees whole frames", 0.25, 4.0, form="%.2g×"
)
_WINDOW = Control("zoom", "fraction", "Window", "Share of the frame's sides that a sample shows", 0.05)
_OTHERS = (
    Control("rotation", "rotation", "Rotation", "At most so many degrees to either side", 0.0, 180.0, 1.0, "±%g°"),
    Control("flip", "flip", "Mirror", "How often left and right change places"),
    Control("brightness", "brightness", "Brightness", "At most so much lighter or darker"),
    Control("contrast", "contrast", "Contrast", "At most so much stronger or weaker"),
    Control("saturation", "saturation", "Saturation", "At most so much more or less colourful"),
    Control("seek", "seek", "Look for classes", "How often a crop is centred on a pixel of a class drawn by lot"),
)


def controls(augment: AugmentConfig) -> tuple[Control, ...]:
    """The transforms in the order in which they are shown."""
    return (_ZOOM if augment.window == "zoom" else _WINDOW, *_OTHERS)


def preset() -> str:
    """Which preset the strengths start from; "as the notebook" is one of them."""
    titles = {name: CARDS[name].title if name != "notebook" else "As the notebook" for name in PRESETS}
    return str(
        st.segmented_control(
            "Settings of the preset",
            list(PRESETS),
            default="balanced",
            required=True,
            format_func=titles.__getitem__,
            key="samples_preset",
            persist_state="session",
        )
    )


def draw(dataset: str, name: str, seed: int) -> tuple[TrainConfig, dict[str, Any]]:
    """The switches and sliders.

    Returns:
        The settings they make, and what they change of the preset.
    """
    default = from_preset(dataset, name)
    changes: dict[str, Any] = {}
    with st.grid(4, min_column_width=170, gap=("xsmall", "medium")):
        for control in controls(default.augment):
            before, value = getattr(default.augment, control.field), _control(control, default)
            if value != before:
                changes[f"augment.{control.field}"] = value
    return from_preset(dataset, name, seed=seed, **changes), changes


def _control(control: Control, default: TrainConfig) -> Any:
    on = default.augment.uses(control.transform)
    start = getattr(default.augment if on else AugmentConfig(), control.field)
    key = f"{control.field}_{default.preset}"
    with st.container(gap="xsmall"):
        used = st.toggle(control.label, on, key=f"use_{key}", help=control.help, persist_state="session")
        value = st.slider(
            f"{control.label}: strength",
            control.low,
            control.high,
            start,
            control.step,
            control.form,
            key=f"much_{key}",
            disabled=not used,
            label_visibility="collapsed",
            persist_state="session",
        )
    off = getattr(default.augment.without([control.transform]), control.field)
    return value if used else off


def command(config: TrainConfig, changes: dict[str, Any]) -> str:
    """The command that trains with these settings."""
    parts = [f"segcore train {config.dataset} --preset {config.preset} --seed {config.seed}"]
    for key, value in changes.items():
        shown = f"[{value[0]:g},{value[1]:g}]" if isinstance(value, tuple) else f"{value:g}"
        parts.append(f"--set {key}={shown}")
    return " ".join(parts)
