"""How sure and how steady a video's frames are, as a Plotly figure. Pure."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from pages.common.charts import ACCENT, MUTED, SECOND, layout, thinned

MOST_CUTS = 100
"""More shots than these are not drawn: they would be all that one sees."""


def certainty_lines(table: pd.DataFrame, *, height: int = 240) -> go.Figure:
    """Unsure and unstable pixels over time; dotted lines where shots begin.

    Args:
        table: `certainty` of a segmented video: time_s, unsure, unstable (shares), cut.
        height: of the figure, in pixels.
    """
    figure = go.Figure()
    columns = (("unsure", "unsure", ACCENT), ("unstable", "changing from frame to frame", SECOND))
    for column, name, color in columns:
        kept = table.iloc[thinned(table[column].to_numpy(float), 1500)]
        figure.add_scatter(
            x=kept["time_s"],
            y=kept[column],
            name=name,
            mode="lines",
            line={"color": color, "width": 1.6},
            hovertemplate="%{y:.2%}",
        )
    cuts = table.loc[table["cut"].astype(bool), "time_s"].tolist()
    for time in cuts if len(cuts) <= MOST_CUTS else ():
        figure.add_vline(x=float(time), line={"color": MUTED, "width": 1, "dash": "dot"})
    layout(figure, height=height)
    figure.update_yaxes(title_text="share of pixels", tickformat=".1%", rangemode="tozero")
    figure.update_xaxes(title_text="seconds")
    return figure
