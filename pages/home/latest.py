"""The last results as cards with a still."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.common import format as fmt
from pages.common.routes import RUNS, link
from pages.common.widgets import heading, md
from pages.results import shelf
from segcore.runs import Run

MOST = 4


def results(segmented: Sequence[Run]) -> None:
    """The newest segmented videos."""
    if not segmented:
        return
    heading("Latest results")
    shelf.draw(segmented, MOST)


def trained(runs: Sequence[Run]) -> None:
    """The newest trained networks, one line each."""
    if not runs:
        return
    heading("Latest runs")
    with st.container(border=True):
        for run in runs[:MOST]:
            line, way = st.columns([3, 1], vertical_alignment="center")
            with line:
                best = run.metrics.get("epoch/val_miou")
                told = run.tags.get("segcore.best_miou")
                score = fmt.score(float(told) if told else best)
                st.markdown(
                    f"**{md(run.name)}** :gray[{md(run.dataset or '')} · mIoU {score} · {fmt.ago(run.ended)}]",
                )
            with way.container(horizontal_alignment="right"):
                link(RUNS, "Open", icon=":material/arrow_forward:", run=run.id)
