"""Which classes touched for how long, as a heat map. Pure functions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.common.charts import layout

_SCALE = [[0, "rgba(21,154,140,0.04)"], [0.05, "rgba(21,154,140,0.25)"], [1, "rgba(21,154,140,1)"]]


def contacts(matrix: pd.DataFrame) -> go.Figure:
    """The matrix with its seconds written in.

    Args:
        matrix: (C, C) seconds, symmetric, of `contact_graph.contact_matrix`.
    """
    seconds = matrix.to_numpy(np.float64)
    names = list(matrix.columns)
    figure = go.Figure(
        go.Heatmap(
            z=seconds,
            x=names,
            y=names,
            zmin=0,
            zmax=max(float(seconds.max(initial=0)), 1e-9),
            xgap=2,
            ygap=2,
            showscale=False,
            colorscale=_SCALE,
            hovertemplate="%{y} and %{x} touched for %{z:.1f} s<extra></extra>",
        )
    )
    for row, column in np.argwhere(seconds > 0):
        full = seconds[row, column] >= 0.3 * seconds.max()
        figure.add_annotation(
            x=names[column],
            y=names[row],
            text=f"{seconds[row, column]:.1f} s",
            showarrow=False,
            font={"color": "#ffffff", "size": 11} if full else {"size": 11},
        )
    layout(figure, height=120 + 34 * len(names), title="Seconds in contact")
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(tickangle=-35, nticks=len(names))
    figure.update_yaxes(autorange="reversed", nticks=len(names))
    return figure
