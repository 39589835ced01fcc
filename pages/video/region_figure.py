"""A picture on which a box can be dragged. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from pages.common.charts import ACCENT
from segcore.video.region import SMALLEST, Region

_DOTS = (48, 27)
_COLUMN = 380
"""Pixels of the page that it is about as wide as."""


def region_figure(picture: str, size: tuple[int, int], region: Region) -> go.Figure:
    """The picture with the region's border; axes are in its pixels, from the upper left corner.

    Args:
        picture: its address (data:…).
        size: (width, height) of the frame.
        region: what is chosen.
    """
    width, height = size
    across, down = np.meshgrid(np.linspace(0, width, _DOTS[0]), np.linspace(0, height, _DOTS[1]))
    figure = go.Figure(  # Plotly tells of a box only where there are points to select: these are not seen
        go.Scatter(x=across.ravel(), y=down.ravel(), mode="markers", marker={"opacity": 0}, hoverinfo="skip")
    )
    place = {"xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": width, "sizey": height}
    figure.add_layout_image(source=picture, sizing="stretch", layer="below", **place)
    right, bottom = region.x + region.width, region.y + region.height
    figure.add_shape(type="rect", x0=region.x, y0=region.y, x1=right, y1=bottom, line={"color": ACCENT, "width": 3})
    axis = {"visible": False, "fixedrange": True}
    figure.update_xaxes(range=[0, width], constrain="domain", **axis)
    figure.update_yaxes(range=[height, 0], scaleanchor="x", constrain="domain", **axis)
    none = {"l": 0, "r": 0, "t": 0, "b": 0}
    tall = min(_COLUMN, round(_COLUMN * height / width))
    return figure.update_layout(dragmode="select", height=tall, margin=none, showlegend=False)


def dragged(event: Mapping[str, Any] | None, width: int, height: int) -> Region | None:
    """The box of a chart's selection, in whole pixels within the frame and not too small; None where there is none."""
    boxes = ((event or {}).get("selection") or {}).get("box") or []
    if not boxes:
        return None
    left, right = _within(boxes[-1]["x"], width)
    top, bottom = _within(boxes[-1]["y"], height)
    return Region(left, top, right - left, bottom - top)


def _within(ends: list[float], length: int) -> tuple[int, int]:
    low, high = (round(min(max(0, end), length)) for end in (min(ends), max(ends)))
    low = min(low, length - SMALLEST)
    return low, max(high, low + SMALLEST)
