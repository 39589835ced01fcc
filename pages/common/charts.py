"""Plotly figures as pure functions: data in, figure out. Text and grid colours come from Streamlit's theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from tsdownsample import MinMaxDownsampler

MUTED = "rgba(128,140,140,0.65)"
"""Grey that reads on light and on dark."""
ACCENT = "#159a8c"
SECOND = "#e07b39"
LINES = (ACCENT, SECOND, "#7d6fd6", "#d6457f", "#9aa52b", "#3b9ad6", "#8a97a8")
"""Colours of runs beside each other; each reads on light and on dark."""
DASHES = ("solid", "dash", "dot")
"""Where there are more runs than colours."""
CONFIG = {"displayModeBar": False}
"""For `st.plotly_chart(config=…)`: no tool bar over the picture."""


@dataclass(frozen=True)
class Series:
    """Points of one metric: x ascending, y of the same length."""

    x: Sequence[float]
    y: Sequence[float]

    def __bool__(self) -> bool:
        return len(self.x) > 0


EMPTY = Series((), ())


def thin(series: Series, most: int = 1500) -> Series:
    """At most about `most` points: in each bucket the lowest and the highest stay, so no peak is lost."""
    index = thinned(np.asarray(series.y, float), most)
    if len(index) == len(series.x):
        return series
    return Series(np.asarray(series.x, float)[index].tolist(), np.asarray(series.y, float)[index].tolist())


def thinned(values: np.ndarray, most: int) -> np.ndarray:
    """Which points stay: all where there are few, else the ends, and the lowest and highest of each bucket.

    Args:
        values: (n,) float.
        most: about how many may stay.

    Returns:
        Positions (m,) int64, ascending.
    """
    if len(values) <= most:
        return np.arange(len(values))
    clean = np.nan_to_num(np.ascontiguousarray(values, np.float64))
    found = MinMaxDownsampler().downsample(clean, n_out=max(2, most // 2 * 2))
    return np.unique(np.concatenate([[0], found.astype(np.int64), [len(values) - 1]]))


def layout(figure: go.Figure, *, height: int, title: str = "") -> go.Figure:
    """The look that all figures share: little ink, legend above, zoom kept while data arrives."""
    figure.update_layout(
        height=height,
        title={"text": title, "font": {"size": 14}, "x": 0, "xanchor": "left", "y": 0.98} if title else None,
        margin={"l": 8, "r": 8, "t": 34 if title else 10, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "xanchor": "right", "x": 1},
        hovermode="x unified",
        uirevision="keep",
        bargap=0.35,
    )
    figure.update_xaxes(showgrid=False, zeroline=False, automargin=True)
    figure.update_yaxes(zeroline=False, automargin=True, nticks=5)
    return figure


def class_bars(
    names: Sequence[str],
    colors: Sequence[str],
    values: Sequence[float],
    *,
    title: str = "",
    height: int | None = None,
) -> go.Figure:
    """One horizontal bar per class, 0..1, in the class's colour, its value beside it.

    Args:
        names: class names, drawn from top to bottom.
        colors: "#rrggbb" for each.
        values: score in [0, 1]; NaN where the class does not occur.
    """
    shown = [0.0 if v != v else v for v in values]
    figure = go.Figure(
        go.Bar(
            x=shown,
            y=list(names),
            orientation="h",
            marker={"color": list(colors), "line": {"color": MUTED, "width": 1}},
            text=["–" if v != v else f"{v:.2f}" for v in values],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.3f}<extra></extra>",
        )
    )
    layout(figure, height=height or 60 + 26 * len(names), title=title)
    figure.update_layout(hovermode="closest", showlegend=False)
    figure.update_xaxes(range=[0, 1.25], tickvals=[0, 0.5, 1], showgrid=True)
    figure.update_yaxes(autorange="reversed", nticks=len(names), dtick=1)
    return figure


def confusion(matrix: np.ndarray, names: Sequence[str], *, height: int | None = None) -> go.Figure:
    """Where pixels of each true class went, as shares of the true class.

    Args:
        matrix: (C, C) counts, rows true, columns predicted.
        names: C class names.
    """
    counts = np.asarray(matrix, float)
    rows = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, rows, out=np.full_like(counts, np.nan), where=rows > 0)
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=list(names),
            y=list(names),
            zmin=0,
            zmax=1,
            xgap=2,
            ygap=2,
            showscale=False,
            colorscale=[
                [0, "rgba(21,154,140,0.04)"],
                [0.05, "rgba(21,154,140,0.25)"],
                [1, "rgba(21,154,140,1)"],
            ],
            customdata=counts,
            hovertemplate="true %{y}<br>predicted %{x}<br>%{z:.2%}, %{customdata:,.0f} pixels<extra></extra>",
        )
    )
    _write_shares(figure, shares, names)
    layout(figure, height=height or 140 + 34 * len(names))
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(title_text="predicted", side="bottom", tickangle=-35, nticks=len(names))
    figure.update_yaxes(title_text="true", autorange="reversed", nticks=len(names))
    return figure


def _write_shares(figure: go.Figure, shares: np.ndarray, names: Sequence[str]) -> None:
    """The shares in their cells: white on full ones, in the theme's colour on faint ones, so that all can be read."""
    for row, column in np.argwhere(np.nan_to_num(shares) >= 0.005):
        share = float(shares[row, column])
        figure.add_annotation(
            x=names[column],
            y=names[row],
            text=f"{share:.0%}".replace("%", " %"),
            showarrow=False,
            font={"color": "#ffffff", "size": 11} if share >= 0.3 else {"size": 11},
        )


def overlay_curves(curves: Mapping[str, Series], *, title: str, x_title: str, height: int = 320) -> go.Figure:
    """One line per run, named."""
    figure = go.Figure()
    for number, (name, series) in enumerate(curves.items()):
        points, color = thin(series), LINES[number % len(LINES)]
        dash = DASHES[number // len(LINES) % len(DASHES)]
        mark, line = {"size": 5, "color": color}, {"color": color, "width": 2, "dash": dash}
        figure.add_scatter(x=points.x, y=points.y, mode="lines+markers", name=name, marker=mark, line=line)
    layout(figure, height=height, title=title)
    figure.update_layout(legend={"y": -0.28, "yanchor": "top", "x": 0, "xanchor": "left"}, showlegend=True)
    figure.update_xaxes(title_text=x_title, rangemode="tozero")
    return figure
