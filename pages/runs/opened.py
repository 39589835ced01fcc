"""One run, opened: what it scored, where it errs, and what can be done with it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from pages.common import cached
from pages.common import format as fmt
from pages.common.charts import confusion
from pages.common.pictures import swatch_uri
from pages.common.routes import EVALUATION, RUNS, TRAINING, VIDEO, go, link, turn
from pages.common.widgets import heading, md, plot, side_by_side, state_badge
from pages.runs import actions, compare, export, quicker
from pages.runs.scores import evaluation
from pages.training.live import run_classes
from pages.training.verdict import level
from segcore.evaluation.metrics import Evaluation, dice, iou
from segcore.runs import Run

WORST = 8


def draw(run: Run) -> None:
    """The whole page of one run."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(md(run.name), anchor=False, width="content")
        state_badge(run)
        st.space("stretch")
        turn(RUNS, "All runs", icon=":material/arrow_back:", key="all_runs")
    st.caption(
        f"{md(run.dataset or '')} · {md(run.params.get('preset', ''))} · "
        f"{fmt.about(run.seconds)} · {fmt.ago(run.ended or run.started)}"
        + (f" · {md(run.tags['segcore.device'])}" if run.tags.get("segcore.device") else ""),
        help=run.tags.get("segcore.device_note") or None,
    )
    scored = evaluation(run)
    with st.container(horizontal=True, vertical_alignment="center"):
        usable = cached.runs().has_file(run.id, "weights/best.npz")
        if usable and st.button("Use for a video", type="primary", icon=VIDEO.icon, key="use_opened"):
            go(VIDEO, model=run.id)
        link(TRAINING, "Curves and pictures", run=run.id)
        if usable and not run.state.active:
            link(TRAINING, "Train further", icon=":material/fork_right:", **{"from": run.id})
        if usable:
            link(EVALUATION, "Where it fails", run=run.id)
        actions.draw(run)
    if scored is None:
        st.info("Scores of each class appear here once the training has finished.", icon=":material/info:")
        compare.draw([run])
        export.draw(run)
        return
    st.markdown(level(scored.miou))
    quicker.draw(run)
    _scores(run, scored)
    _settings(run)
    export.draw(run)


def _scores(run: Run, scored: Evaluation) -> None:
    left, right = side_by_side(1, 1, 380)
    with left:
        heading("By class", help="On the frames that it never learned from.")
        _classes(run, scored)
        heading("Worst frames")
        worst = sorted(scored.images, key=lambda image: image[1])[:WORST]
        st.dataframe(
            pd.DataFrame({"Frame": [s for s, _ in worst], "mIoU": [v for _, v in worst]}),
            hide_index=True,
            column_config={"mIoU": st.column_config.ProgressColumn(format="%.3f", min_value=0, max_value=1)},
            alt="The frames with the lowest overlap",
        )
    with right:
        heading("What is mistaken for what", help="Each row: where the pixels of a true class went.")
        plot(confusion(scored.confusion, scored.names), "confusion", "Confusion matrix, rows are the truth")


def _classes(run: Run, scored: Evaluation) -> None:
    classes = run_classes(run)
    overlap, agreement = iou(scored.confusion), dice(scored.confusion)
    pixels = scored.confusion.sum(axis=1) / max(1, scored.confusion.sum())
    rows = [
        {
            "": swatch_uri(classes[i]) if classes else None,
            "Class": name,
            "IoU": None if np.isnan(overlap[i]) else overlap[i],
            "Dice": None if np.isnan(agreement[i]) else agreement[i],
            "Share of pixels": fmt.share(pixels[i]),
        }
        for i, name in enumerate(scored.names)
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        column_config={
            "": st.column_config.ImageColumn(width=36),
            "IoU": st.column_config.ProgressColumn(format="%.3f", min_value=0, max_value=1),
            "Dice": st.column_config.NumberColumn(format="%.3f"),
        },
        alt="Scores of each class",
    )


def _settings(run: Run) -> None:
    with st.expander("Settings of this run", icon=":material/tune:"):
        rows = pd.DataFrame(sorted(run.params.items()), columns=["Setting", "Value"])
        st.dataframe(rows, hide_index=True, alt="All settings of the run")
