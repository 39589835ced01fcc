"""Plotly figures over the time of a video: area per class, and when each class is there. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from pages.common.charts import MUTED, layout
from segcore.classes import SegClass


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
) -> go.Figure:
    """Area per class above, presence strips below, on one time axis.

    Args:
        shares: of `areas.share_over_time`: index seconds, a column per class name, values 0..1.
        stays: of `areas.presence`: class, start_s, end_s.
        classes: what is drawn, in this order.
        stacked: areas on top of each other, else lines.
    """
    strip = min(0.45, 0.06 + 0.045 * len(classes))
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.05, row_heights=[1 - strip, strip])
    for segclass in classes:
        if segclass.name in shares:
            _add_area(figure, shares[segclass.name], segclass, stacked)
        _add_strip(figure, stays[stays["class"] == segclass.name], segclass)
    layout(figure, height=height)
    figure.update_layout(showlegend=False, bargap=0.3, barmode="overlay")
    figure.update_yaxes(title_text="share of the picture", tickformat=".0%", rangemode="tozero", row=1, col=1)
    figure.update_yaxes(autorange="reversed", nticks=len(classes), dtick=1, row=2, col=1)
    figure.update_xaxes(title_text="seconds", row=2, col=1)
    if len(shares):
        figure.update_xaxes(range=[float(shares.index.min()), float(shares.index.max())])
    return figure


def _add_area(figure: go.Figure, shares: pd.Series, segclass: SegClass, stacked: bool) -> None:
    figure.add_scatter(
        x=shares.index,
        y=shares,
        name=segclass.name,
        mode="lines",
        line={"color": segclass.color, "width": 0.8 if stacked else 1.8},
        stackgroup="all" if stacked else None,
        fillcolor=fade(segclass.color, 0.55) if stacked else None,
        hovertemplate="%{y:.2%}",
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
