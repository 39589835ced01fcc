"""The figures of a report: means, classes with intervals, confusion, sizes, calibration."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.common import format as fmt
from pages.common.charts import confusion
from pages.common.pictures import swatch_uri
from pages.common.widgets import heading, plot, side_by_side
from pages.evaluation import figures
from segcore.evaluation.boundary import TOLERANCE
from segcore.evaluation.report import Interval, Report

INTERVAL_HELP = (
    "95 % interval by the bootstrap: the frames are drawn again 10 000 times, whole frames at a time, and the middle "
    "95 % of the scores kept."
)
BOUNDARY_HELP = (
    f"How much of the outlines is met within {TOLERANCE * 100:g} % of the frame's diagonal "
    "(boundary F-score, Csurka et al. 2013)."
)


def means(report: Report, *, background: bool) -> None:
    """A row of numbers: few, and each with its interval."""
    suffix = "" if background else "_foreground"
    with st.grid(5, min_column_width=130):
        _metric("mIoU", report.means[f"miou{suffix}"], "Mean overlap of prediction and truth. " + INTERVAL_HELP)
        _metric("Dice", report.means[f"dice{suffix}"], "Mean Dice (F1) over the classes.")
        _metric("Outlines", report.means[f"boundary{suffix}"], BOUNDARY_HELP)
        st.metric(
            "Calibration error",
            fmt.share(report.calibration_error),
            help="Mean gap between how sure it is and how often it is right (ECE, 15 bins); 0 is best.",
        )
        st.metric("Frames", fmt.count(len(report.images)))


def _metric(label: str, score: Interval, help: str) -> None:  # the name is Streamlit's
    sure = None if score.low is None else f"{fmt.score(score.low)} – {fmt.score(score.high)}"
    st.metric(label, fmt.score(score.value), sure, delta_color="off", delta_arrow="off", help=help)


def classes(report: Report, *, background: bool) -> None:
    """Classes with their intervals beside what is mistaken for what; then all figures as a table."""
    left, right = side_by_side(1, 1, 380)
    with left:
        heading("By class", help=INTERVAL_HELP)
        words = st.selectbox("Measure", list(figures.MEASURES), key="evaluation_measure", label_visibility="collapsed")
        figure = figures.by_class(report, figures.MEASURES[words], background=background)
        plot(figure, "class_scores", f"{words} of each class with its 95 % interval")
    with right:
        heading("What is mistaken for what", help="Each row: where the pixels of a true class went.")
        plot(
            confusion(report.matrix(), report.classes.names),
            "evaluation_confusion",
            "Confusion matrix, rows are the truth",
        )
    with st.expander("All figures of all classes", icon=":material/table:"):
        st.dataframe(
            table(report),
            hide_index=True,
            height="content",
            column_config={
                "": st.column_config.ImageColumn(width=36),
                "IoU": st.column_config.ProgressColumn(format="%.3f", min_value=0, max_value=1),
                **{name: st.column_config.NumberColumn(format="%.3f") for name in ("Dice", "Precision", "Recall")},
                "Outline": st.column_config.NumberColumn(format="%.3f", help=BOUNDARY_HELP),
            },
            alt="All scores of each class",
        )


def table(report: Report) -> pd.DataFrame:
    """One row a class."""
    return pd.DataFrame(
        [
            {
                "": swatch_uri(segclass),
                "Class": segclass.name,
                "IoU": scores.iou.value,
                "95 % interval": _span(scores.iou),
                "Dice": scores.dice.value,
                "Precision": scores.precision.value,
                "Recall": scores.recall.value,
                "Outline": scores.boundary.value,
                "Frames": scores.images,
                "Share of pixels": fmt.share(scores.share),
            }
            for segclass, scores in zip(report.classes, report.scores, strict=True)
        ]
    )


def depth(report: Report) -> None:
    """By size of the objects, and whether its confidence can be trusted."""
    left, right = side_by_side(1, 1, 380)
    with left:
        heading("By size of the objects", help=figures.size_words())
        if report.sizes:
            plot(figures.by_size(report), "by_size", "Share of objects found, by size")
        else:
            st.caption("There is no object in these frames.")
    with right:
        heading(
            "Is it as sure as it is right?",
            help="On the dotted line, of the pixels it is 90 % sure of, 90 % are right. Below it, it is too sure.",
        )
        plot(figures.reliability(report.bins), "reliability", "Accuracy over confidence")


def _span(score: Interval) -> str:
    return "–" if score.low is None else f"{fmt.score(score.low)} – {fmt.score(score.high)}"
