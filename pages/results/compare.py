"""Two results side by side: both players and both charts on one time axis, each class in both, where they differ."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.common import cached, cached_runs
from pages.common import format as fmt
from pages.common.routes import RESULTS, turn
from pages.common.widgets import heading, md, problem
from pages.results import pixelwise, two_players, worst_frames
from pages.results.compared_rows import class_rows, differing_cells
from pages.results.sides import Side, side_of
from segcore.errors import RunError
from segcore.knowledge.compared import same_video
from segcore.runs import Run


def draw(one: Run, other: Run) -> None:
    """The page."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Two results compared", anchor=False, width="content")
        st.space("stretch")
        turn(RESULTS, "Swap", icon=":material/swap_horiz:", key="swap", run=other.id, **{"with": one.id})
        turn(RESULTS, "All results", icon=":material/arrow_back:", key="all_results")
    try:
        a, b = side_of(one), side_of(other)
    except RunError as error:
        problem(error, "The files of these results are not here")
        return
    classes, frames = cached_runs.differences(one.id, other.id)
    same = same_video(cached_runs.summary(one.id), cached_runs.summary(other.id))
    _head(a, b, alike=same and len(frames) > 0)
    pixels = pixelwise.frames(one.id, other.id) if same else None
    two_players.draw(a, b, classes, frames if same else frames.iloc[:0], pixels)
    _classes(a, b, classes)
    if same:
        worst_frames.draw(a, b, frames, pixels)
    else:
        st.caption("Of two different videos there are no frames to compare one by one.")


def _head(a: Side, b: Side, *, alike: bool) -> None:
    lines = []
    for letter, side in (("A", a), ("B", b)):
        params, end = side.run.params, float(side.times.ends[-1]) if len(side.times) else side.start
        lines.append(
            f"**{letter}** {md(side.run.name)} · {md(params.get('video', ''))} · by {md(params.get('run', ''))} · "
            f"{fmt.clock(side.start)} to {fmt.clock(end)}"
        )
    if alike and a.run.parent == b.run.parent:
        lines.append("One video, one network: what differs comes from the settings of the two.")
    st.caption("  \n".join(lines))
    regions = [cached.runs().config(side.run.id).get("region") for side in (a, b)]
    if regions[0] != regions[1]:
        st.info("They look at different regions: shares are of each one's own.", icon=":material/info:")


def _classes(a: Side, b: Side, classes: pd.DataFrame) -> None:
    heading("Each class", help="Cells that differ by more than a tenth are marked.")
    rows = class_rows(classes)
    st.dataframe(
        rows.style.apply(lambda _: differing_cells(rows, classes), axis=None),
        hide_index=True,
        height="content",
        key="compared_classes",
        alt="Each class in both results",
    )
    st.download_button(
        "This table (CSV)",
        lambda: classes.to_csv().encode(),
        f"{a.run.name}-{b.run.name}.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
        key="download_compared",
    )
