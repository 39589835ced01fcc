"""What an answer in numbers over time looks like, as a Plotly figure. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from pages.common.charts import DASHES, LINES, layout, thinned
from segcore.knowledge.columns import unit_of

MOST_LINES = 12
_FEW = 40
"""So many points or fewer are drawn as points too."""


def answer_lines(table: pd.DataFrame, time: str, colors: Mapping[str, str], *, height: int = 280) -> go.Figure | None:
    """Numbers over time: a line for each column of numbers, or for each value of a column of texts.

    Args:
        table: the answer.
        time: its column of seconds, numbers.
        colors: class → "#rrggbb".
        height: of the figure, in pixels.

    Returns:
        None where there is nothing to draw: no numbers, a single moment, or too many lines to tell apart.
    """
    drawn = table.dropna(subset=[time])
    lines = _lines(drawn, time)
    if drawn[time].nunique() < 2 or not 0 < len(lines) <= MOST_LINES:
        return None
    figure = go.Figure()
    for number, (name, rows, column) in enumerate(lines):
        ordered = rows.sort_values(time)
        values = ordered[column].to_numpy(float, na_value=np.nan)
        kept = thinned(values, 1500)
        color = colors.get(name, LINES[number % len(LINES)])
        figure.add_scatter(
            x=ordered[time].to_numpy(float)[kept],
            y=values[kept],
            name=name,
            mode="lines+markers" if len(kept) <= _FEW else "lines",
            line={"color": color, "width": 1.8, "dash": DASHES[number // len(LINES) % len(DASHES)]},
            marker={"size": 6, "color": color},
        )
    layout(figure, height=height)
    figure.update_xaxes(title_text=f"{time}, seconds")
    figure.update_layout(showlegend=True)
    figure.update_yaxes(title_text=lines[0][2] if len({column for *_, column in lines}) == 1 else "")
    return figure


def _lines(table: pd.DataFrame, time: str) -> list[tuple[str, pd.DataFrame, str]]:
    """Name, rows and column of each line: by the first column of texts, of the first numbers; else each column of
    numbers that has the unit of the first."""
    numbers = [name for name in table.select_dtypes("number").columns if name != time and not _counts(str(name))]
    texts = [name for name in table.select_dtypes(exclude="number").columns if table[name].nunique() > 1]
    if not numbers:
        return []
    if texts and table.groupby(texts[0], observed=True)[time].nunique().max() > 1:
        return [(str(value), rows, numbers[0]) for value, rows in table.groupby(texts[0], observed=True, sort=False)]
    alike = [name for name in numbers if unit_of(str(name)) == unit_of(str(numbers[0]))]
    return [(str(name), table, str(name)) for name in alike]


def _counts(name: str) -> bool:
    """Numbers that name something, and other times: nothing to draw."""
    return name.endswith(("_id", "_s")) or name in ("frame", "end_frame", "track", "object")
