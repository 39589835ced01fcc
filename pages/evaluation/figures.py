"""Figures of the evaluation page as pure functions: report in, Plotly figure out."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from pages.common.charts import ACCENT, MUTED, SECOND, layout
from segcore.evaluation.calibration import Bin
from segcore.evaluation.objects import LIMITS, SIZES
from segcore.evaluation.report import Interval, Report

MEASURES = {
    "IoU": "iou",
    "Dice": "dice",
    "Precision": "precision",
    "Recall": "recall",
    "Outline (boundary F)": "boundary",
}
"""Words → measure of a class."""


def by_class(report: Report, measure: str, *, background: bool) -> go.Figure:
    """A point a class with its 95 % interval, the best on top; classes that are nowhere are left out.

    Args:
        report: with C classes.
        measure: a value of `MEASURES`.
        background: whether class 0 is drawn.
    """
    scored = [
        (getattr(scores, measure), segclass)
        for segclass, scores in zip(report.classes, report.scores, strict=True)
        if background or segclass.id
    ]
    known = sorted(((s, c) for s, c in scored if s.value is not None), key=lambda entry: entry[0].value)
    figure = go.Figure()
    for score, segclass in known:
        low, high = _bounds(score)
        figure.add_scatter(
            x=[score.value],
            y=[segclass.name],
            mode="markers+text",
            marker={"size": 13, "color": segclass.color, "line": {"color": MUTED, "width": 1.5}},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [high - score.value],
                "arrayminus": [score.value - low],
                "color": MUTED,
                "thickness": 2,
                "width": 5,
            },
            hovertemplate=f"%{{y}}: %{{x:.3f}}<br>95 %: {low:.3f} to {high:.3f}<extra></extra>",
            showlegend=False,
        )
        figure.add_annotation(
            x=1.02, xref="paper", xanchor="left", y=segclass.name, showarrow=False, text=f"{score.value:.3f}"
        )
    layout(figure, height=70 + 30 * max(1, len(known)))
    figure.update_layout(hovermode="closest", margin={"r": 56})
    floor = min((_bounds(score)[0] for score, _ in known), default=0.0)
    figure.update_xaxes(range=[max(0.0, floor - 0.05), 1.01], showgrid=True, tickformat=".2f")
    figure.update_yaxes(nticks=max(1, len(known)), dtick=1)
    return figure


def reliability(bins: Sequence[Bin]) -> go.Figure:
    """How often it is right at each confidence; on the diagonal it is as right as it is sure.

    Bars show how many pixels have that confidence, on a scale of their own.
    """
    known = [b for b in bins if b.pixels]
    sure = [b.confidence / b.pixels for b in known]
    right = [b.right / b.pixels for b in known]
    total = max(1, sum(b.pixels for b in known))
    shares = [b.pixels / total for b in known]
    figure = go.Figure()
    figure.add_bar(
        x=sure, y=shares, width=0.05, marker={"color": MUTED, "opacity": 0.35}, name="share of pixels", hoverinfo="skip"
    )
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": MUTED, "dash": "dot"},
        name="as sure as right",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=sure,
        y=right,
        mode="lines+markers",
        line={"color": ACCENT, "width": 2.5},
        name="this network",
        customdata=shares,
        hovertemplate="sure %{x:.1%}, right %{y:.1%}<br>%{customdata:.1%} of the pixels<extra></extra>",
    )
    layout(figure, height=300)
    figure.update_layout(hovermode="closest", legend={"y": -0.3, "yanchor": "top", "x": 0, "xanchor": "left"})
    figure.update_xaxes(title_text="how sure it is", range=[0, 1.02], tickformat=".0%")
    figure.update_yaxes(title_text="how often it is right", range=[0, 1.02], tickformat=".0%")
    return figure


def by_size(report: Report) -> go.Figure:
    """Shares of small, medium and large objects that were found, and of their pixels that were hit."""
    groups = {size: [s for s in report.sizes if s.size == size] for size in SIZES}
    labels, found, hit, counts = [], [], [], []
    for size, scores in groups.items():
        objects, pixels = sum(s.objects for s in scores), sum(s.pixels for s in scores)
        labels.append(size)
        counts.append(objects)
        found.append(sum(s.found for s in scores) / objects if objects else 0.0)
        hit.append(sum(s.hit for s in scores) / pixels if pixels else 0.0)
    figure = go.Figure()
    for name, values, color in (("found", found, ACCENT), ("of its pixels hit", hit, SECOND)):
        figure.add_bar(
            x=[f"{label}<br>{count}" for label, count in zip(labels, counts, strict=True)],
            y=values,
            name=name,
            marker={"color": color},
            text=["" if not count else f"{v:.0%}".replace("%", " %") for v, count in zip(values, counts, strict=True)],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{x}: %{y:.1%}<extra></extra>",
        )
    layout(figure, height=300)
    figure.update_layout(
        hovermode="closest", barmode="group", legend={"y": -0.3, "yanchor": "top", "x": 0, "xanchor": "left"}
    )
    figure.update_yaxes(range=[0, 1.15], tickvals=[0, 0.5, 1], tickformat=".0%", showgrid=True)
    return figure


def size_words() -> str:
    """What small, medium and large mean."""
    small, medium = (f"{limit:.1%}".replace("%", " %") for limit in LIMITS)
    return (
        f"An object is a connected piece of a class: small below {small} of the frame, medium below {medium}. "
        "It is found when prediction and truth overlap by at least half."
    )


def _bounds(score: Interval) -> tuple[float, float]:
    value = score.value or 0.0
    return (value if score.low is None else score.low), (value if score.high is None else score.high)
