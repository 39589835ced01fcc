"""Runs side by side: curves in one picture, scores, classes, the same frame, and only those settings that differ."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from pages.common import cached, cached_runs
from pages.common.charts import Series, overlay_curves
from pages.common.routes import RUNS, turn
from pages.common.widgets import heading, md, plot
from pages.runs import same_frame
from pages.runs.scores import best_cells, class_bars_of, class_table, evaluation, score_table
from segcore.evaluation.metrics import Evaluation
from segcore.runs import Run

MEASURES = {
    "mIoU": "epoch/val_miou",
    "Dice": "epoch/val_dice",
    "Validation loss": "epoch/val_loss",
    "Training loss": "epoch/loss",
    "Loss of each step": "step/loss",
}
AXES = ("minutes", "epoch", "step")


def page(runs: Sequence[Run]) -> None:
    """The comparison as a page of its own; its address names the runs and can be shared."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(f"{len(runs)} runs compared", anchor=False, width="content")
        st.space("stretch")
        turn(RUNS, "All runs", icon=":material/arrow_back:", key="all_runs")
    st.caption(" · ".join(md(run.name) for run in runs))
    draw(runs)


def draw(runs: Sequence[Run]) -> None:
    """Curves, scores, classes, the same frame and the differing settings of these runs."""
    scored = {run.id: found for run in runs if (found := evaluation(run)) is not None}
    heading("Curves")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        measure = st.segmented_control("Measure", list(MEASURES), default="mIoU", required=True, key="measure")
        axis = st.segmented_control("Over", AXES, default="minutes", required=True, key="axis")
    curves = {run.name: _curve(run, MEASURES[measure], axis) for run in runs}
    curves = {name: series for name, series in curves.items() if series}
    if curves:
        plot(overlay_curves(curves, title="", x_title=axis), "overlay", f"{measure} of each run over {axis}")
    else:
        st.caption("None of these runs has finished an epoch yet.")
    if len(runs) < 2:
        return
    _scores(runs, scored)
    by_class = class_table({run.name: scored[run.id] for run in runs if run.id in scored})
    if not by_class.empty:
        heading("By class", help="Overlap (IoU) on the validation frames of each run.")
        plot(class_bars_of(by_class), "classes_compared", "Overlap of each class in each run")
    same_frame.draw(runs, scored)
    _differences(runs)


def _scores(runs: Sequence[Run], scored: Mapping[str, Evaluation]) -> None:
    heading("Scores", help="Of the best epoch, on the frames that the run never learned from.")
    table = score_table(runs, scored, {run.id: _best_loss(run) for run in runs})
    style = table.style.apply(lambda _: best_cells(table), axis=None)
    config: dict = {
        name: st.column_config.NumberColumn(format="%.3f")
        for name in ("mIoU", "Without background", "Dice", "Validation loss")
    }
    config |= {name: st.column_config.NumberColumn(format="%.1f") for name in ("Images a second", "Minutes")}
    st.dataframe(style, hide_index=True, height="content", column_config=config, alt="Scores of the runs")
    if len({_frames(run) for run in runs}) > 1:
        st.caption(
            ":material/info: These runs were scored on different frames: compare their figures with care, or evaluate "
            "them on the same frames."
        )


def _best_loss(run: Run) -> float | None:
    book = cached_runs.curves(run.id, run.attempt)
    book.update(("epoch/val_loss",))
    series = book.series("epoch/val_loss")
    return dict(zip(series.x, series.y, strict=True)).get(float(run.tags.get("segcore.best_epoch") or 0))


def _frames(run: Run) -> str:
    """Which frames a run was scored on: those of its split, of this content of the dataset."""
    if not cached.runs().has_file(run.id, "split.json"):
        return ""
    split = json.loads(cached.runs().file(run.id, "split.json").read_text("utf-8"))
    return json.dumps([run.tags.get("segcore.dataset_hash"), sorted(split.get("val", []))])


def _curve(run: Run, key: str, axis: str) -> Series:
    """A metric of a run over minutes of training, epochs or steps."""
    book = cached_runs.curves(run.id, run.attempt)
    book.update((key, "epoch/seconds", "epoch/step"))
    if key.startswith("step/"):
        return steps_over(axis, book.series(key), book.series("epoch/step"), book.series("epoch/seconds"))
    if axis == "step":
        return book.epochs(key)
    series = book.series(key)
    return series if axis == "epoch" or not series else over_minutes(series, book.series("epoch/seconds"))


def steps_over(axis: str, series: Series, ends: Series, seconds: Series) -> Series:
    """Values by step → values by step, by epoch or by minutes of training.

    Args:
        axis: one of `AXES`.
        series: x is the global step.
        ends: the step at which each epoch ended, by epoch.
        seconds: how long each epoch took, by epoch.
    """
    if axis == "step" or not series:
        return series
    took = dict(zip(seconds.x, seconds.y, strict=True))
    known = [(epoch, step) for epoch, step in zip(ends.x, ends.y, strict=True) if epoch in took]
    places = [0.0, *np.cumsum([took[e] / 60 for e, _ in known])] if axis == "minutes" else [0.0, *(e for e, _ in known)]
    last = known[-1][1] if known else 0
    inside = [(x, y) for x, y in zip(series.x, series.y, strict=True) if x <= last]
    x = np.interp([x for x, _ in inside], [0.0, *(step for _, step in known)], places)
    return Series(tuple(x.tolist()), tuple(y for _, y in inside))


def over_minutes(series: Series, seconds: Series) -> Series:
    """Values by epoch → values by minutes of training.

    Args:
        series: x is the epoch.
        seconds: how long each epoch took, by epoch.
    """
    passed, total = {}, 0.0
    for epoch, value in zip(seconds.x, seconds.y, strict=True):
        total += value
        passed[epoch] = total / 60
    known = [(passed[x], y) for x, y in zip(series.x, series.y, strict=True) if x in passed]
    return Series(tuple(x for x, _ in known), tuple(y for _, y in known))


def differing(params: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Settings that are not the same in all runs: a row a setting, a column a run.

    Args:
        params: run name → its settings.
    """
    keys = sorted({key for each in params.values() for key in each})
    rows = {key: [each.get(key, "–") for each in params.values()] for key in keys}
    return pd.DataFrame(
        {key: values for key, values in rows.items() if len(set(values)) > 1}, index=list(params)
    ).T.rename_axis("Setting")


def _differences(runs: Sequence[Run]) -> None:
    table = differing({run.name: run.params for run in runs})
    heading("Settings that differ")
    if table.empty:
        st.caption("None: these runs have the same settings.")
    else:
        st.dataframe(table.reset_index(), hide_index=True, height="content", alt="Settings that differ")
