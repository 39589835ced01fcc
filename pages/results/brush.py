"""The labels of a frame, to be painted: brush, eraser, polygon, whole pieces; every pixel comes back as it was set.

An element of our own: streamlit-drawable-canvas is no longer maintained, and gives a picture with smoothed borders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from pages.common import state
from segcore.classes import IGNORE, ClassTable

_HTML = """
<div class="brush">
  <div class="tools" role="toolbar" aria-label="Tools"></div>
  <div class="classes" role="toolbar" aria-label="Class to paint"></div>
  <div class="stage"><canvas aria-label="The frame with its labels"></canvas></div>
  <div class="below"><span class="hint" role="status"></span><span class="where"></span></div>
</div>
"""
_HERE = Path(__file__).parent
_PARTS = ("brush.js", "brush_tools.js", "brush_pixels.js", "brush_hand.js", "brush_paint.js")
_BRUSH = st.components.v2.component(
    "segcore_brush",
    html=_HTML,
    css=(_HERE / "brush.css").read_text("utf-8"),
    js="\n".join((_HERE / name).read_text("utf-8") for name in _PARTS),
)
_OPEN = {"id": IGNORE, "name": "left open", "color": "#808888"}


@dataclass(frozen=True)
class Canvas:
    """What is painted on.

    Attributes:
        frame: a name of the frame of this result; while it stays, so do strokes, zoom and place.
        picture, labels: addresses of the frame, and of its packed labels.
        width, height: of the frame, pixels.
        version: of the labels.
        kept: whether they are a correction that was saved.
        classes: that can be painted, beside "left open".
        further: whether another frame comes after this one.
    """

    frame: str
    picture: str
    labels: str
    width: int
    height: int
    version: str
    kept: bool
    classes: ClassTable
    further: bool


def draw(canvas: Canvas, on_saved: Callable[[dict[str, Any]], None] | None, *, key: str = "brush") -> None:
    """The canvas with its tools.

    Args:
        canvas: what is painted on.
        on_saved: takes {"frame", "version", "edit", "labels", "further"} when somebody saves; it tells
            `state.hear_correction` what came of it. None: nothing can be painted.
        key: of the element.
    """

    def saved() -> None:
        sent = (state.held(key) or {}).get("saved")
        if on_saved and isinstance(sent, dict):
            on_saved(sent)

    edit, refused = state.heard_correction(canvas.frame)
    classes = [{"id": c.id, "name": c.name, "color": c.color} for c in canvas.classes]
    data = vars(canvas) | {
        "classes": [*classes, _OPEN],
        "editable": on_saved is not None,
        "echo": edit,
        "refused": refused,
    }
    _BRUSH(key=key, data=data, on_saved_change=saved)
