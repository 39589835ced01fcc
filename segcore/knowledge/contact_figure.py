"""The graph of contacts to move about in, by Plotly: for pages and for the file of charts. Pure functions."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from segcore.knowledge.contact_graph import ContactGraph, Edge, Node
from segcore.knowledge.scale import Scale

if TYPE_CHECKING:
    import plotly.graph_objects as go

_LINE, _LABEL = "rgba(128,140,140,0.75)", "#56666a"
"""Greys that read on light and on dark; the second carries white text."""
_NODE, _EDGE = (16.0, 54.0), (1.5, 14.0)
"""Pixels: diameters of the smallest and the largest node, widths of edges."""
_TARGETS = np.linspace(0.15, 0.85, 15)
"""Where along an edge the mouse finds it."""
_NAME = 18
"""Letters of a name that are shown beside its node."""
HEIGHT = 460


def contact_figure(graph: ContactGraph, scale: Scale | None = None) -> go.Figure:
    """Nodes in their colours, as large as what they stand for; edges as wide as the contact was long.

    Args:
        graph: of `class_graph` or `object_graph`.
        scale: tells borders in cm too; None: in pixels alone.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for edge in graph.edges:
        one, other = graph.nodes[edge.one], graph.nodes[edge.other]
        width = _between(_EDGE, edge.weight)
        line = {"color": _LINE, "width": width}
        figure.add_scatter(x=[one.x, other.x], y=[one.y, other.y], mode="lines", line=line, hoverinfo="skip")
    _edge_targets(figure, graph, scale)
    _nodes(figure, graph)
    for edge in graph.edges:
        if edge.label is not None:
            x, y = edge.label
            text, font = f"{edge.seconds:.1f} s", {"color": "#ffffff", "size": 11}
            figure.add_annotation(x=x, y=y, text=text, font=font, bgcolor=_LABEL, borderpad=2, showarrow=False)
    figure.update_layout(
        height=HEIGHT,
        showlegend=False,
        hovermode="closest",
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        dragmode="pan",
    )
    figure.update_xaxes(visible=False, range=[-1.9, 1.9])  # room for names
    figure.update_yaxes(visible=False, range=[-1.3, 1.3], scaleanchor="x")
    return figure


def _edge_targets(figure: go.Figure, graph: ContactGraph, scale: Scale | None) -> None:
    """What the mouse finds along the edges."""
    x, y, told = [], [], []
    for edge in graph.edges:
        one, other = graph.nodes[edge.one], graph.nodes[edge.other]
        x += (one.x + _TARGETS * (other.x - one.x)).tolist()
        y += (one.y + _TARGETS * (other.y - one.y)).tolist()
        told += ["<br>".join([f"<b>{escape(one.name)} – {escape(other.name)}</b>", *edge_facts(edge, scale)])] * len(
            _TARGETS
        )
    mark = {"size": 14, "opacity": 0, "color": _LABEL}
    figure.add_scatter(x=x, y=y, mode="markers", marker=mark, text=told, hovertemplate="%{text}<extra></extra>")


def edge_facts(edge: Edge, scale: Scale | None = None) -> list[str]:
    """ "12.3 s in contact", "4 contacts, the longest 5.1 s", "common border 84 px long on average"."""
    contacts = f"{edge.times} contacts, the longest {edge.longest_s:.1f} s" if edge.times > 1 else "1 contact"
    told = [f"{edge.seconds:.1f} s in contact", contacts]
    if edge.border == edge.border:
        cm = f" ({edge.border * scale.cm_per_pixel:.3g} cm)" if scale else ""
        told.append(f"common border {edge.border:.0f} px{cm} long on average")
    return told


def _nodes(figure: go.Figure, graph: ContactGraph) -> None:
    figure.add_scatter(
        x=[node.x for node in graph.nodes],
        y=[node.y for node in graph.nodes],
        mode="markers+text",
        marker={
            "size": [_between(_NODE, node.size) for node in graph.nodes],
            "color": [node.color for node in graph.nodes],
            "opacity": 1,
            "line": {"color": _LINE, "width": 1.5},
        },
        text=[escape(node.name if len(node.name) <= _NAME else f"{node.name[: _NAME - 1]}…") for node in graph.nodes],
        textposition=[_beside(node) for node in graph.nodes],
        customdata=["<br>".join([f"<b>{escape(node.name)}</b>", *node_facts(node)]) for node in graph.nodes],
        hovertemplate="%{customdata}<extra></extra>",
        textfont={"size": 13},
        cliponaxis=False,
    )


def node_facts(node: Node) -> list[str]:
    """ "4.21 % of the picture on average", "12.3 s in contact, with all others together"."""
    touching = f"{node.seconds:.1f} s in contact, with all others together" if node.seconds else "touched nothing"
    return [f"{100 * node.share:.2f} % of the picture on average", touching]


def _beside(node: Node) -> str:
    """Where a name stands to its node: away from the middle of the circle."""
    if abs(node.x) < 0.2:
        return "top center" if node.y > 0 else "bottom center"
    return "middle right" if node.x > 0 else "middle left"


def _between(bounds: tuple[float, float], part: float) -> float:
    return bounds[0] + part * (bounds[1] - bounds[0])
