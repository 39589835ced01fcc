"""Plotly figures over the time of a video: area per class, and when each class is there. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from pages.common.charts import MUTED, layout
from segcore.classes import SegClass


@dataclass(frozen=True)
class Band:
    """An area over time with its bounds, which are empty where there is no interval; index seconds."""

    value: pd.Series
    low: pd.Series
    high: pd.Series


def fade(color: str, opacity: float) -> str:
    """ "#rrggbb" with an opacity, as Plotly takes it."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def areas_and_presence(
    shares: pd.DataFrame,
    stays: pd.DataFrame,
    classes: Sequence[SegClass],
    *,
    stacked: bool,
    height: int = 460,
    bands: Mapping[str, Band] | None = None,
    title: str = "share of the picture",
    tick_format: str = ".0%",
    hover: str = "%{y:.2%}",
) -> go.Figure:
    """Area per class above, presence strips below, on one time axis.

    Args:
        shares: of `areas.share_over_time`: index seconds, a column per class name, values 0..1.
        stays: of `areas.presence`: class, start_s, end_s.
        classes: what is drawn, in this order.
        stacked: areas on top of each other, else lines.
        height: of the figure, in pixels.
        bands: class name → area with error bars, drawn instead of the shares.
        title, tick_format, hover: of the upper axis; the values are taken as they are.
    """
    strip = min(0.45, 0.06 + 0.045 * len(classes))
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.05, row_heights=[1 - strip, strip])
    for segclass in classes:
        if bands and segclass.name in bands:
            _add_band(figure, bands[segclass.name], segclass, hover)
        elif segclass.name in shares:
            _add_area(figure, shares[segclass.name], segclass, stacked, hover)
        _add_strip(figure, stays[stays["class"] == segclass.name], segclass)
    layout(figure, height=height)
    figure.update_layout(showlegend=False, bargap=0.3, barmode="overlay")
    figure.update_yaxes(title_text=title, tickformat=tick_format, rangemode="tozero", row=1, col=1)
    figure.update_yaxes(autorange="reversed", nticks=len(classes), dtick=1, row=2, col=1)
    figure.update_xaxes(title_text="seconds", row=2, col=1)
    if len(shares):
        figure.update_xaxes(range=[float(shares.index.min()), float(shares.index.max())])
    return figure


def _add_band(figure: go.Figure, band: Band, segclass: SegClass, hover: str) -> None:
    """A line in a band of its class's colour."""
    edge = {"mode": "lines", "line": {"width": 0, "color": segclass.color}, "showlegend": False}
    figure.add_scatter(
        x=band.high.index, y=band.high, name=f"{segclass.name}, at most", hovertemplate=hover, row=1, col=1, **edge
    )
    figure.add_scatter(
        x=band.low.index,
        y=band.low,
        name=f"{segclass.name}, at least",
        hovertemplate=hover,
        fill="tonexty",
        fillcolor=fade(segclass.color, 0.25),
        row=1,
        col=1,
        **edge,
    )
    _add_area(figure, band.value, segclass, False, hover)


def _add_area(figure: go.Figure, shares: pd.Series, segclass: SegClass, stacked: bool, hover: str) -> None:
    figure.add_scatter(
        x=shares.index,
        y=shares,
        name=segclass.name,
        mode="lines",
        line={"color": segclass.color, "width": 0.8 if stacked else 1.8},
        stackgroup="all" if stacked else None,
        fillcolor=fade(segclass.color, 0.55) if stacked else None,
        hovertemplate=hover,
        row=1,
        col=1,
    )


def _add_strip(figure: go.Figure, stays: pd.DataFrame, segclass: SegClass) -> None:
    starts, ends = stays["start_s"].tolist() or [0.0], stays["end_s"].tolist() or [0.0]
    figure.add_bar(
        base=starts,
        x=[end - start for start, end in zip(starts, ends, strict=True)],
        y=[segclass.name] * len(starts),
        orientation="h",
        marker={"color": segclass.color, "line": {"color": MUTED, "width": 0.5}},
        name=segclass.name,
        customdata=ends,
        hovertemplate=f"{segclass.name}: %{{base:.2f}} s to %{{customdata:.2f}} s<extra></extra>",
        row=2,
        col=1,
    )
