"""The frames in which two results of one video differ most; a marked one is where both players go."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.common import state
from pages.common.widgets import heading
from pages.results import pixelwise
from pages.results.sides import Side, pair_name
from segcore.knowledge.compared import worst


def draw(a: Side, b: Side, frames: pd.DataFrame, pixels: pd.DataFrame | None) -> None:
    """The frames that differ most; a marked one sends both players there."""
    heading("Where they differ most", help="Of frames within half a second of one another only the worst is listed.")
    if frames.empty:
        st.caption("The two have no frame in common: they are of different parts of the video.")
        return
    pixelwise.draw(a.run, b.run, pixels)
    rows = worst(frames if pixels is None else pixels.assign(differs=1 - pixels["agreement"]))
    if rows.empty:
        st.caption("They do not differ in any frame.")
        return
    percent = st.column_config.NumberColumn(format="%.2f %%")
    picked = st.dataframe(
        worst_rows(rows),
        hide_index=True,
        height="content" if len(rows) <= 10 else 400,
        column_config={
            "Time": st.column_config.NumberColumn(format="%.2f s"),
            "Differs by": percent,
            "Other class": percent,
            "Overlap": st.column_config.NumberColumn(format="%.3f", help="Mean over classes (mIoU)"),
        },
        key="compared_frames",
        on_select="rerun",
        selection_mode="single-row",
        alt="Frames that differ most",
    )
    st.caption("Mark a row: both videos go there.")
    name = pair_name(a, b)
    marked = [float(rows["time_s"].iloc[number]) for number in picked.selection.rows if number < len(rows)]
    if marked and state.newly_marked(f"{name} frame", marked[0]):
        state.seek_to(name, marked[0])
        st.rerun()


def worst_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Frames that differ as people read them: by their masks where those were compared, else by areas."""
    if "miou" in rows:
        return pd.DataFrame({"Time": rows["time_s"], "Other class": rows["differs"] * 100, "Overlap": rows["miou"]})
    change = [f"{change:+.2%}".replace("%", " %") for change in rows["change"]]
    columns = {"Time": rows["time_s"], "Differs by": rows["differs"] * 100, "Most": rows["class"], "A to B": change}
    return pd.DataFrame(columns)
