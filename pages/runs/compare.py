"""Runs side by side: curves in one picture, and only those settings that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from pages.common import cached
from pages.common.charts import Series, overlay_curves
from pages.common.widgets import heading, plot
from segcore.runs import Run

MEASURES = {
    "mIoU": "epoch/val_miou",
    "Dice": "epoch/val_dice",
    "Validation loss": "epoch/val_loss",
    "Training loss": "epoch/loss",
}
AXES = ("minutes", "epoch")


def draw(runs: Sequence[Run]) -> None:
    """Curves and differences of these runs."""
    heading("Compared")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        measure = st.segmented_control("Measure", list(MEASURES), default="mIoU", required=True, key="measure")
        axis = st.segmented_control("Over", AXES, default="minutes", required=True, key="axis")
    curves = {run.name: _curve(run, MEASURES[measure], axis) for run in runs}
    curves = {name: series for name, series in curves.items() if series}
    if curves:
        plot(overlay_curves(curves, title="", x_title=axis), "overlay", f"{measure} of each run over {axis}")
    else:
        st.caption("None of these runs has finished an epoch yet.")
    if len(runs) > 1:
        _differences(runs)


def _curve(run: Run, key: str, axis: str) -> Series:
    book = cached.curves(run.id, run.attempt)
    book.update((key, "epoch/seconds"))
    series = book.series(key)
    if axis == "epoch" or not series:
        return series
    return over_minutes(series, book.series("epoch/seconds"))


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
