"""Curves that live: new points arrive without the chart being made anew, so zoom and place stay.

Streamlit puts a fresh Plotly chart in place of the old one whenever its figure changes; every second that would
throw a zoom away. All panels share one step axis: dragging over one zooms all of them, pointing at one reads all.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

_HTML = """
<div class="bar"><span class="where"></span><button type="button" class="all" hidden>Show all</button></div>
<div class="panels"></div>
"""

_PLOTS = st.components.v2.component(
    "segcore_plots",
    html=_HTML,
    css=Path(__file__).with_name("plots.css").read_text("utf-8"),
    js="\n".join(Path(__file__).with_name(name).read_text("utf-8") for name in ("plots.js", "plots_paint.js")),
)


def draw(
    panels: Sequence[dict[str, Any]], *, name: str, ends: Sequence[float], best: float | None, key: str = "plots"
) -> None:
    """The panels, as many side by side as there is room for.

    Args:
        panels: as `panels.panels` makes them.
        name: of the run; while it stays, so does the zoom.
        ends: the step at which each epoch ended, drawn as thin lines.
        best: the step at which the best one ended, marked.
        key: of the element.
    """
    _PLOTS(key=key, data={"name": name, "panels": list(panels), "ends": list(ends), "best": best})
