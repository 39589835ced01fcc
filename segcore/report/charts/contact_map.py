"""Which classes touched for how long, as a heat map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from segcore.report.charts.over_time import shortened
from segcore.report.charts.paper import ACCENT, INK, WIDTH, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def contact_map(matrix: pd.DataFrame) -> Figure:
    """The matrix with its seconds written in.

    Args:
        matrix: (C, C) seconds, symmetric, of `contact_graph.contact_matrix`.
    """
    from matplotlib.colors import LinearSegmentedColormap

    seconds = matrix.to_numpy(np.float64)
    names = [shortened(name, 18) for name in matrix.columns]
    figure = new_figure(0.7 + 0.24 * len(names))
    figure.set_figwidth(min(WIDTH, 2.2 + 0.62 * len(names)))
    axes = figure.add_subplot()
    shown = np.where(np.triu(np.ones_like(seconds, bool), 1).T & (seconds > 0), seconds, np.nan)
    colors = LinearSegmentedColormap.from_list("contacts", ["#e4f3f1", ACCENT])
    axes.pcolormesh(shown, cmap=colors, vmin=0, vmax=max(float(seconds.max(initial=0)), 1e-9), edgecolor="white")
    for row, column in np.argwhere(~np.isnan(shown)):
        ink = "white" if shown[row, column] >= 0.55 * seconds.max() else INK
        axes.text(
            column + 0.5, row + 0.5, f"{shown[row, column]:.1f} s", ha="center", va="center", color=ink, fontsize=7
        )
    places = np.arange(len(names)) + 0.5
    axes.set_xticks(places[:-1], names[:-1], rotation=30, ha="right")
    axes.set_yticks(places[1:], names[1:])
    axes.set_xlim(0, len(names) - 1)
    axes.set_ylim(len(names), 1)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    for side in axes.spines.values():
        side.set_visible(False)
    return figure
