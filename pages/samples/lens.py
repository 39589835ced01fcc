"""One labelled frame to look into: pixels stay squares, borders stay sharp, however near one goes. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from pages.common.pictures import Layer, data_uri, paint, png
from pages.samples.borders import borders
from segcore.classes import IGNORE, ClassTable

CONFIG = {"displayModeBar": False, "scrollZoom": True, "doubleClick": "reset"}
"""For `st.plotly_chart(config=…)`: the wheel zooms, dragging moves, a double click shows all again."""

TINT = 0.5


def lens(
    image: str, labels: np.ndarray, classes: ClassTable, layer: Layer, *, shown: Sequence[int], name: str, height: int
) -> go.Figure:
    """The frame with one layer over it.

    Args:
        image: the frame as a data: address.
        labels: (H, W) uint8, at the frame's own size.
        classes: names and colours.
        layer: see `Layer`; for "mask" the frame itself is left out.
        shown: class ids that are drawn.
        name: the frame's; while it stays, so do zoom and place.
        height: of the figure, in pixels of the page.
    """
    figure = go.Figure()
    if layer != "mask":
        figure.add_trace(_picture(image))
    if layer in ("fill", "mask"):
        opacity = TINT if layer == "fill" else 1.0
        figure.add_trace(_picture(mask_uri(labels, classes, shown, clear=layer == "fill"), opacity))
    if layer == "contours":
        for class_id in shown:
            _outline(figure, labels, classes, class_id)
    rows, columns = labels.shape
    figure.update_layout(
        height=height,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        dragmode="pan",
        uirevision=name,
        showlegend=False,
    )
    figure.update_xaxes(visible=False, range=[-0.5, columns - 0.5], constrain="domain")
    figure.update_yaxes(visible=False, range=[rows - 0.5, -0.5], constrain="domain", scaleanchor="x")
    return figure


def _picture(source: str, opacity: float = 1.0) -> go.Image:
    return go.Image(source=source, opacity=opacity, zsmooth=False, hoverinfo="skip")


def _outline(figure: go.Figure, labels: np.ndarray, classes: ClassTable, class_id: int) -> None:
    x, y = borders(labels, class_id)
    if len(x):
        line = {"color": classes[class_id].color, "width": 2}
        figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", name=classes[class_id].name)


def mask_uri(labels: np.ndarray, classes: ClassTable, shown: Sequence[int], *, clear: bool) -> str:
    """Labels in their classes' colours as a PNG in a data: address.

    Args:
        labels: (H, W) uint8.
        classes: their colours.
        shown: class ids that are drawn; others are black, or see-through.
        clear: what is not drawn is see-through.
    """
    visible = np.zeros(256, bool)
    visible[[*shown, IGNORE]] = True
    seen = visible[labels]
    colors = paint(labels, classes)
    colors[~seen] = 0
    if clear:
        colors = np.dstack([colors, np.where(seen, 255, 0).astype(np.uint8)])
    return data_uri(png(colors), "image/png")
