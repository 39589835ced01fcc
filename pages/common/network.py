"""A network as a picture: layers from left to right, the finer their grid the higher. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from pages.common.charts import ACCENT, MUTED, SECOND, layout

Layer = dict[str, Any]
"""name, kind, shape (height, width, channels), parameters, inputs (names), depth."""

GROUPS = {
    "convolution": ACCENT,
    "upwards": SECOND,
    "joins": "#7d6fd6",
    "other": MUTED,
}


def group(kind: str) -> str:
    """What a Keras layer class is for the eye."""
    if "Transpose" in kind or "UpSampling" in kind or "Resiz" in kind:
        return "upwards"
    if "Conv" in kind or kind == "Dense":
        return "convolution"
    if kind in ("Concatenate", "Add", "Multiply"):
        return "joins"
    return "other"


def summary(layers: Sequence[Layer]) -> tuple[int, int]:
    """(layers, parameters)."""
    return len(layers), sum(int(layer["parameters"]) for layer in layers)


def network(layers: Sequence[Layer], *, height: int = 300) -> go.Figure:
    """The graph: a point a layer, its size by channels, lines along the data; skips show as long lines."""
    finest = max(int(layer["shape"][0]) for layer in layers)
    place = {str(la["name"]): (int(la["depth"]), -math.log2(finest / int(la["shape"][0]))) for la in layers}
    figure = go.Figure()
    _edges(figure, layers, place)
    for name, color in GROUPS.items():
        _points(figure, [la for la in layers if group(str(la["kind"])) == name], place, name, color)
    layout(figure, height=height)
    figure.update_layout(hovermode="closest")
    levels = sorted({y for _, y in place.values()}, reverse=True)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(
        tickvals=levels, ticktext=[f"1/{round(2**-y)}" if y else "full size" for y in levels], title_text="grid"
    )
    return figure


def _edges(figure: go.Figure, layers: Sequence[Layer], place: dict[str, tuple[int, float]]) -> None:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for layer in layers:
        for source in layer["inputs"]:
            (x0, y0), (x1, y1) = place[str(source)], place[str(layer["name"])]
            xs += [x0, x1, None]
            ys += [y0, y1, None]
    line = {"color": MUTED, "width": 1}
    figure.add_scatter(x=xs, y=ys, mode="lines", line=line, hoverinfo="skip", showlegend=False)


def _points(
    figure: go.Figure,
    layers: Sequence[Layer],
    place: dict[str, tuple[int, float]],
    name: str,
    color: str,
) -> None:
    if not layers:
        return
    at = [place[str(layer["name"])] for layer in layers]
    figure.add_scatter(
        x=[x for x, _ in at],
        y=[y for _, y in at],
        mode="markers",
        name=name,
        marker={
            "color": color,
            "size": [5 + math.sqrt(int(la["shape"][-1])) * (0.25 if name == "other" else 0.6) for la in layers],
        },
        text=[
            f"{la['kind']} · {' × '.join(map(str, la['shape']))} · {int(la['parameters']):,} parameters"
            for la in layers
        ],
        hovertemplate="%{text}<extra></extra>",
    )
