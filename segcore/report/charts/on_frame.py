"""A frame with the zones, lines and the known length that somebody drew on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from segcore.knowledge.drawing import Drawing
from segcore.knowledge.zones import Zone
from segcore.report.charts.over_time import shortened
from segcore.report.charts.paper import WIDTH, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLORS = ("#ffb000", "#00d5ff", "#ff5fa2", "#7cff6b", "#c79bff", "#ff7a45", "#f5f06a", "#5fa8ff")
"""Of shapes in their order, as the page paints them."""
_TALLEST = 0.75
"""Of the page's width; a picture that is higher is drawn narrower."""
_ARROW = 0.035, 0.012
"""Length and half the width of an arrow's tip, of the picture's width."""


_NAMED = 0.2, 0.04
"""Width and height of a name, of the picture's width, about."""


def color_of(number: int) -> str:
    """The colour of a zone or line, by its place among the shapes."""
    return COLORS[number % len(COLORS)]


def width_of(height: int, width: int) -> float:
    """Share of the page's width that a frame takes."""
    return min(1.0, _TALLEST * width / height)


def on_frame(image: np.ndarray, drawing: Drawing) -> Figure:
    """The frame, and what is drawn on it.

    Args:
        image: (H, W, 3) uint8 RGB, upright.
        drawing: in shares of it.
    """
    height, width = image.shape[:2]
    wide = WIDTH * width_of(height, width)
    figure = new_figure(wide * height / width)
    figure.set_figwidth(wide)
    figure.set_layout_engine("none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(image, interpolation="antialiased", aspect="auto")
    axes.set_axis_off()
    for number, shape in enumerate(drawing.shapes):
        color = color_of(number)
        if isinstance(shape, Zone):
            _zone(axes, np.array(shape.points) * (width, height), shape.name, color, width)
        else:
            _line(axes, np.array([shape.start, shape.end]) * (width, height), shape.name, color, width)
    if drawing.length:
        points = np.array([drawing.length.start, drawing.length.end]) * (width, height)
        _stroke(axes, points, "#ffffff", closed=False)
        _name(axes, points, f"{drawing.length.cm:g} cm", "#ffffff", width)
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    return figure


def _zone(axes: Axes, points: np.ndarray, name: str, color: str, width: int) -> None:
    axes.fill(points[:, 0], points[:, 1], color=color, alpha=0.18, linewidth=0)
    _stroke(axes, points, color, closed=True)
    _name(axes, points, name, color, width)


def _line(axes: Axes, points: np.ndarray, name: str, color: str, width: int) -> None:
    """The line, and an arrow from its left to its right, as one looks from its start to its end."""
    _stroke(axes, points, color, closed=False)
    way = (points[1] - points[0]) / np.hypot(*(points[1] - points[0]))
    long, half = _ARROW[0] * width, _ARROW[1] * width
    across, middle = np.array([-way[1], way[0]]), points.mean(axis=0)
    tip = middle + across * long
    _stroke(axes, np.stack([middle - across * 0.6 * long, tip]), color, closed=False)
    back = tip - across * half
    _stroke(axes, np.stack([back + way * half, tip, back - way * half]), color, closed=False)
    _name(axes, points, name, color, width)


def _stroke(axes: Axes, points: np.ndarray, color: str, *, closed: bool) -> None:
    from matplotlib.patheffects import Normal, Stroke

    shown = np.vstack([points, points[:1]]) if closed else points
    effects = [Stroke(linewidth=3.2, foreground="black", alpha=0.6), Normal()]
    axes.plot(shown[:, 0], shown[:, 1], color=color, linewidth=1.5, path_effects=effects, solid_joinstyle="round")


def _name(axes: Axes, points: np.ndarray, name: str, color: str, width: int) -> None:
    """Above the highest of its points that has no other name nearby, towards the middle of the picture."""
    from matplotlib.patheffects import withStroke
    from matplotlib.text import Annotation

    taken = [text.xy for text in axes.texts if isinstance(text, Annotation)]
    spots = [(x, max(y, 0.05 * width)) for x, y in points[np.argsort(points[:, 1], kind="stable")]]
    free = [spot for spot in spots if all(_apart(spot, other, width) for other in taken)]
    x, y = (free or spots)[0]
    right = x > 0.7 * width
    axes.annotate(
        shortened(name, 40),
        (x, y),
        xytext=(-3 if right else 3, 4),
        textcoords="offset points",
        ha="right" if right else "left",
        color=color,
        fontsize=9,
        fontweight="bold",
        path_effects=[withStroke(linewidth=2.5, foreground="black", alpha=0.75)],
    )


def _apart(one: tuple[float, float], other: tuple[float, float], width: int) -> bool:
    """Whether names at these places do not hide each other."""
    return abs(one[0] - other[0]) > _NAMED[0] * width or abs(one[1] - other[1]) > _NAMED[1] * width
