"""How the overlay looks: style, classes, lines, names. What is chosen shows in the preview at once."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.common.pictures import swatch
from pages.common.widgets import md
from segcore.classes import ClassTable
from segcore.video.look import OUTLINED, STYLES, TINTED, Look, Style

TITLES: dict[Style, str] = {
    "notebook": "Notebook",
    "contour": "Contours",
    "fill": "Filled",
    "both": "Both",
    "mask": "Mask",
}
AUTO = "Auto"
LINES = (AUTO, *range(1, 13), 16, 20, 24)


def choose(classes: ClassTable, run_id: str) -> Look:
    """The controls; `run_id` of the network, so that another one begins with all of its classes."""
    style = st.segmented_control(
        "Style", STYLES, default="notebook", required=True, format_func=TITLES.__getitem__, key="style"
    )
    hidden = _hidden(classes, run_id)
    with st.container(horizontal=True):
        names = st.toggle("Names at objects", key="names_at_objects")
        legend = st.toggle("Legend", key="legend_in_video")
        beside = st.toggle(
            "Beside the source", key="side_by_side", help="The video as it was at the left; twice as wide."
        )
    changes = _strength(style)
    return Look(style=style, names=names, legend=legend, side_by_side=beside, hidden=hidden, **changes)


def _hidden(classes: ClassTable, run_id: str) -> tuple[int, ...]:
    things = [c.id for c in classes if c.id]
    drawn = st.pills(
        "Classes that are drawn",
        things,
        default=things,
        selection_mode="multi",
        format_func=lambda i: f"{swatch(classes[i])} {md(classes[i].name)}",
        key=f"drawn_{run_id}",
        wrap=True,
        help="The table of results holds all of them in any case.",
    )
    return tuple(i for i in things if i not in drawn)


def _strength(style: Style) -> dict[str, Any]:
    """Opacity of tints and thickness of lines, where the style has them."""
    changes: dict[str, Any] = {}
    with st.container(horizontal=True):
        if style in OUTLINED:
            line = st.select_slider(
                "Lines, pixels", LINES, AUTO, key="line_pixels", help="Auto: 4 pixels at a height of 1080."
            )
            changes["thickness"] = None if line == AUTO else int(line)
        if style in TINTED:
            changes["opacity"] = st.slider("Opacity, %", 5, 100, 45, 5, key="opacity_percent") / 100
    return changes
