"""The charts of a result to move about in: one HTML file that holds Plotly, and fetches nothing."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from segcore.knowledge.contact_figure import contact_figure
from segcore.report.charts.of_result import averaged, series_of, span_of, strips_of, web_of
from segcore.report.charts.paper import ACCENT, SECOND, readable
from segcore.report.facts import Facts
from segcore.report.provenance import title_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_POINTS = 4000
_STYLE = "body { font-family: system-ui, sans-serif; max-width: 75rem; margin: 0 auto; padding: 1rem; color: #1d2426 }"


def charts_page(facts: Facts) -> str:
    """The file's text; about 5 MB, which is Plotly itself."""
    from plotly.offline import get_plotlyjs

    figures = [_areas(facts), _presence(facts)] if len(facts.seen) else []
    if facts.result.has("certainty.parquet"):
        figures.append(_certainty(facts))
    web = web_of(facts)
    if web is not None:
        figure = contact_figure(web, facts.scale).update_layout(template="plotly_white", dragmode="zoom")
        figures.append(figure.update_layout(title="Who touched whom, and for how long", margin={"t": 60}))
    parts = "\n".join(figure.to_html(full_html=False, include_plotlyjs=False) for figure in figures)
    name = escape(title_of(facts))
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"/><title>{name}</title>
<style>{_STYLE}</style>
<script>{get_plotlyjs()}</script></head>
<body><h1>{name}</h1>
<p>Drag to zoom in, double-click to see all; click a name in the legend to hide it.</p>
{parts}
</body></html>
"""


def _areas(facts: Facts) -> go.Figure:
    import plotly.graph_objects as go

    figure = go.Figure()
    digits = ".4g" if facts.scale else ".2%"
    for one in series_of(facts, MOST_POINTS):
        name, color = escape(one.name), readable(one.color)
        if one.low is not None and one.high is not None:
            shade = {
                "mode": "lines",
                "line": {"width": 0},
                "legendgroup": name,
                "showlegend": False,
                "hoverinfo": "skip",
            }
            figure.add_scatter(x=one.times, y=one.low, **shade)
            figure.add_scatter(x=one.times, y=one.high, fill="tonexty", fillcolor=_faint(color), **shade)
        figure.add_scatter(
            x=one.times,
            y=one.values,
            name=name,
            mode="lines",
            legendgroup=name,
            line={"color": color, "width": 1.6},
            hovertemplate=f"%{{y:{digits}}}",
        )
    figure.update_yaxes(title_text="cm²" if facts.scale else "share of the picture", rangemode="tozero")
    if not facts.scale:
        figure.update_yaxes(tickformat=".1%")
    return _laid_out(figure, "How much of each class", facts, 460)


def _presence(facts: Facts) -> go.Figure:
    import plotly.graph_objects as go

    strips = strips_of(facts)
    figure = go.Figure()
    for name, color, stays in strips:
        figure.add_bar(
            y=[escape(name)] * len(stays),
            x=[end - start for start, end in stays],
            base=[start for start, _ in stays],
            customdata=[end for _, end in stays],
            orientation="h",
            marker={"color": color, "line": {"color": readable(color), "width": 1}},
            hovertemplate="%{base:.2f}–%{customdata:.2f} s<extra></extra>",
            showlegend=False,
        )
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(barmode="overlay", bargap=0.25)
    return _laid_out(figure, "When each class was there", facts, 150 + 26 * len(strips))


def _certainty(facts: Facts) -> go.Figure:
    import plotly.graph_objects as go

    table = averaged(facts.result.certainty, MOST_POINTS)
    figure = go.Figure()
    for column, name, color in (("unsure", "unsure", ACCENT), ("unstable", "changing from frame to frame", SECOND)):
        figure.add_scatter(
            x=table["time_s"], y=table[column], name=name, mode="lines", line={"color": color}, hovertemplate="%{y:.2%}"
        )
    figure.update_yaxes(title_text="share of pixels", tickformat=".1%", rangemode="tozero")
    return _laid_out(figure, "How sure, how steady", facts, 320)


def _faint(color: str) -> str:
    """A colour that shines through.

    Args:
        color: "#rrggbb".
    """
    return f"rgba({','.join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5))},0.18)"


def _laid_out(figure: go.Figure, title: str, facts: Facts, height: int) -> go.Figure:
    figure.update_layout(title=title, template="plotly_white", height=height, hovermode="x unified")
    figure.update_layout(
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}, margin={"l": 90, "r": 20, "t": 90}
    )
    figure.update_xaxes(title_text="seconds", range=list(span_of(facts)))
    return figure
