"""Charts with an axis of time: presence of classes, their areas, how sure and steady frames are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from segcore.report.charts.paper import ACCENT, MUTED, SECOND, in_percent, new_figure, readable, seconds_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 2


@dataclass(frozen=True)
class Series:
    """The area of a class over time.

    Attributes:
        times: (n,) float64 seconds.
        values, low, high: (n,) float64; bounds are None where there are none.
    """

    name: str
    color: str
    times: np.ndarray
    values: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None


def presence_strips(
    strips: Sequence[tuple[str, str, Sequence[tuple[float, float]]]], span: tuple[float, float]
) -> Figure:
    """A row a class, filled where it is there.

    Args:
        strips: (name, "#rrggbb", (start, end) of each stay).
        span: first and last second.
    """
    figure = new_figure(0.45 + 0.2 * max(1, len(strips)))
    axes = figure.add_subplot()
    for row, (_, color, stays) in enumerate(strips):
        bars = [(start, end - start) for start, end in stays]
        axes.broken_barh(bars, (row - 0.36, 0.72), facecolors=color, edgecolors=readable(color), linewidth=0.5)
    axes.set_yticks(range(len(strips)), [shortened(name) for name, _, _ in strips])
    axes.set_ylim(len(strips) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    seconds_axis(axes, *span)
    return figure


def area_panels(series: Sequence[Series], span: tuple[float, float], unit: str) -> Figure:
    """A small chart a class, each with an axis of its own, with the bounds of its area as a band.

    Args:
        series: at least one.
        span: first and last second.
        unit: "cm²", or "" for shares of the picture.
    """
    rows = -(-len(series) // COLUMNS)
    figure = new_figure(0.35 + 1.15 * rows)
    grid = figure.subplots(rows, COLUMNS, sharex=True, squeeze=False)
    for axes, one in zip(grid.flat, series, strict=False):
        _panel(axes, one, unit)
        seconds_axis(axes, *span)
    for axes in grid.flat[len(series) :]:
        axes.set_visible(False)
        grid[-2, 1].tick_params(labelbottom=True)
    return figure


def _panel(axes: Axes, one: Series, unit: str) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.fill_between(one.times, one.values, color=one.color, alpha=0.45, linewidth=0)
    if one.low is not None and one.high is not None:
        axes.fill_between(one.times, one.low, one.high, color=MUTED, alpha=0.35, linewidth=0)
    axes.plot(one.times, one.values, color=readable(one.color), linewidth=0.9)
    axes.set_title(shortened(one.name, 40) + (f" ({unit})" if unit else ""), fontsize=8, loc="left", pad=3)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(4, min_n_ticks=3))
    if not unit:
        axes.yaxis.set_major_formatter(in_percent)


def certainty_lines(table: pd.DataFrame, span: tuple[float, float]) -> Figure:
    """Unsure and unstable pixels over time, and where shots begin.

    Args:
        table: time_s, unsure, unstable (shares), cut.
        span: first and last second.
    """
    figure = new_figure(1.9)
    axes = figure.add_subplot()
    axes.plot(table["time_s"], table["unsure"], color=ACCENT, linewidth=0.9, label="unsure")
    axes.plot(table["time_s"], table["unstable"], color=SECOND, linewidth=0.9, label="changing from frame to frame")
    for time in table.loc[table["cut"].astype(bool), "time_s"].head(100):
        axes.axvline(time, color=MUTED, linewidth=0.6, linestyle=":")
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(in_percent)
    axes.set_ylabel("share of pixels")
    axes.legend(frameon=False, ncols=2, loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
    seconds_axis(axes, *span)
    return figure


def shortened(name: str, most: int = 22) -> str:
    """A name that fits beside a chart."""
    return name if len(name) <= most else name[: most - 1] + "…"
