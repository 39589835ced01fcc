"""One labelled frame to look into: pixels stay squares and borders stay sharp, however near one goes.

Streamlit's charts forget zoom and place whenever anything about them changes; here a layer or a class can be
switched while one looks at a spot.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from pages.common.pictures import Layer, data_uri, png
from pages.samples.borders import svg_path
from segcore.classes import ClassTable

_HTML = """
<div class="lens" tabindex="0">
  <div class="sheet"><img alt=""><canvas></canvas></div>
  <svg><g></g></svg>
  <div class="readout"></div>
</div>
"""

MOST_EDGES = 250_000
"""Between pixels of different labels; 480×360 frames of a street have about 25 000."""

_LENS = st.components.v2.component(
    "segcore_lens",
    html=_HTML,
    css=Path(__file__).with_name("lens.css").read_text("utf-8"),
    js=Path(__file__).with_name("lens.js").read_text("utf-8"),
)


def draw(image: str, labels: np.ndarray, classes: ClassTable, layer: Layer, shown: Sequence[int], name: str) -> None:
    """The frame with one layer over it. The wheel zooms, dragging moves, a double click shows all.

    Args:
        image: the frame as a data: address.
        labels: (H, W) uint8, at the frame's own size.
        classes: names and colours.
        layer: see `Layer`; for "mask" the frame itself is left out.
        shown: class ids that are drawn.
        name: the frame's; while it stays, so do zoom and place.
    """
    if layer == "contours" and too_ragged(labels):
        layer = "fill"
        st.caption("So many small regions have no outlines one could see: they are shown as fill.")
    _LENS(key="samples_lens", data=content(image, labels, classes, layer, shown, name))


def too_ragged(labels: np.ndarray) -> bool:
    """Whether there are more borders between labels than a browser draws without a pause."""
    across, down = (np.count_nonzero(np.diff(labels, axis=axis)) for axis in (1, 0))
    return bool(across + down > MOST_EDGES)


def content(
    image: str, labels: np.ndarray, classes: ClassTable, layer: Layer, shown: Sequence[int], name: str
) -> dict[str, object]:
    """What the browser is sent; `labels` goes as a grey PNG of class ids."""
    outlined = shown if layer == "contours" else ()
    return {
        "name": name,
        "alt": f"Frame {name}, large",
        "height": labels.shape[0],
        "width": labels.shape[1],
        "image": image,
        "labels": data_uri(png(labels), "image/png"),
        "layer": layer,
        "shown": list(shown),
        "classes": [{"name": c.name, "color": c.color} for c in classes],
        "outlines": [{"color": classes[c].color, "path": svg_path(labels, c)} for c in outlined],
    }
