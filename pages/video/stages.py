"""What each part of a video job costs, how busy it is, and what holds the job up."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.common.widgets import md
from segcore.runs import Run
from segcore.video.bottleneck import NAMES
from segcore.video.load import Load, load_in


def draw(run: Run) -> None:
    """The table of parts with the bottleneck in words; nothing before the first frame."""
    load = load_in(run.tags)
    if load is None or not load.frames:
        return
    if load.words:
        st.markdown(md(load.words))
    st.dataframe(
        table(load),
        hide_index=True,
        height="content",
        column_config={
            "Part": st.column_config.TextColumn(width="small"),
            "ms a frame": st.column_config.NumberColumn(format="%.1f", width="small"),
            "Busy": st.column_config.ProgressColumn(
                format="%.0f %%",
                min_value=0,
                max_value=100,
                width="small",
                help="Share of the time that it works; else it waits for other parts.",
            ),
        },
        alt="Milliseconds a frame and busy share of each part of the job",
    )


def folded(run: Run) -> None:
    """The same for a finished job, opened by a click."""
    if load_in(run.tags) is not None:
        with st.expander("What took the time", icon=":material/speed:"):
            draw(run)


def table(load: Load) -> pd.DataFrame:
    """One row a part, in the order of the work."""
    rows = [
        {
            "Part": NAMES.get(stage.name, stage.name).removeprefix("the ").capitalize(),
            "ms a frame": stage.ms,
            "Busy": 100 * min(1.0, stage.busy),
        }
        for stage in load.stages
        if stage.ms >= 0.05
    ]
    return pd.DataFrame(rows, columns=["Part", "ms a frame", "Busy"])
