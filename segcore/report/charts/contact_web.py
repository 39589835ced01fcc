"""Which classes touched for how long, as a graph on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segcore.knowledge.contact_graph import ContactGraph, Node
from segcore.report.charts.over_time import shortened
from segcore.report.charts.paper import GRID, MUTED, new_figure, readable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDE, _HIGH = 4.6, 3.3
"""Inches."""
_LINE = "#b4bebe"
_NODE, _EDGE = (8.0, 32.0), (0.8, 8.0)
"""Points: diameters of the smallest and the largest node, widths of edges."""


def contact_web(graph: ContactGraph) -> Figure:
    """Nodes as large as their areas, edges as wide as the contact was long, with the seconds of the longest ones.

    Args:
        graph: of `class_graph` or `object_graph`.
    """
    figure = new_figure(_HIGH)
    figure.set_figwidth(_WIDE)
    axes = figure.add_subplot()
    for edge in graph.edges:
        one, other = graph.nodes[edge.one], graph.nodes[edge.other]
        width = _EDGE[0] + edge.weight * (_EDGE[1] - _EDGE[0])
        axes.plot([one.x, other.x], [one.y, other.y], color=_LINE, linewidth=width, solid_capstyle="butt", zorder=1)
        if edge.label is not None:
            paper = {"facecolor": "white", "edgecolor": GRID, "linewidth": 0.5, "boxstyle": "round,pad=0.25"}
            text = f"{edge.seconds:.1f} s"
            axes.text(*edge.label, text, ha="center", va="center", fontsize=7, bbox=paper, zorder=4)
    for node in graph.nodes:
        _draw_node(axes, node)
    axes.set_xlim(-1.6, 1.6)
    axes.set_ylim(-1.25, 1.25)
    axes.set_aspect("equal")
    axes.set_axis_off()
    return figure


def web_words(graph: ContactGraph) -> str:
    """ "mouse and bear 12.3 s, …" for those who cannot see it; the longest first."""
    nodes = graph.nodes
    return ", ".join(f"{nodes[e.one].name} and {nodes[e.other].name} {e.seconds:.1f} s" for e in reversed(graph.edges))


def _draw_node(axes: Axes, node: Node) -> None:
    wide = _NODE[0] + node.size * (_NODE[1] - _NODE[0])
    axes.scatter([node.x], [node.y], s=wide**2, color=node.color, edgecolors=readable(node.color), zorder=3)
    side = 0 if abs(node.x) < 0.2 else 1 if node.x > 0 else -1
    above = (1 if node.y > 0 else -1) * (side == 0)
    axes.annotate(
        shortened(node.name, 22),
        (node.x, node.y),
        xytext=(side * (wide / 2 + 3), above * (wide / 2 + 3)),
        textcoords="offset points",
        ha={0: "center", 1: "left", -1: "right"}[side],
        va={0: "center", 1: "bottom", -1: "top"}[above],
        color=MUTED if not node.seconds else None,
        zorder=5,
    )
