"""One segmented video: downloads, player and timeline, each class, objects and events, certainty."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.common import cached, cached_runs, owners
from pages.common import format as fmt
from pages.common.pictures import swatch_column
from pages.common.routes import RESULTS, VIDEO, link, turn
from pages.common.widgets import heading, md, problem, state_badge
from pages.results import (
    ask,
    beside,
    certainty,
    corrected,
    downloads,
    drawings,
    events,
    next_frames,
    objects,
    on_frame,
    timeline,
)
from pages.results.class_table import classes_of
from pages.runs import actions
from pages.video import stages
from segcore.batches.batch import BATCH
from segcore.classes import ClassTable
from segcore.errors import RunError
from segcore.runs import Run, RunState


def draw(run: Run) -> None:
    """The whole page of one result."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(md(run.name), anchor=False, width="content")
        if run.state is not RunState.FINISHED:
            state_badge(run)
        st.space("stretch")
        if run.params.get(BATCH):
            turn(RESULTS, "Its batch", icon=":material/list:", key="its_batch", batch=run.params[BATCH])
        turn(RESULTS, "All results", icon=":material/arrow_back:", key="all_results")
    st.caption(
        f"{md(run.params.get('video', ''))} · by {md(run.params.get('run', ''))} · "
        f"{fmt.ago(run.ended)} · took {fmt.clock(run.seconds)}{md(owners.whose(run.owner))}"
    )
    if run.state is not RunState.FINISHED:
        st.info("This video is not finished.", icon=":material/info:")
        link(VIDEO, "Watch it", run=run.id)
        return
    try:
        path, _ = (cached.runs().file(run.id, name) for name in ("ledger.parquet", "overlay.mp4"))
    except RunError as error:
        problem(error, "The files of this result are not here")
        return
    ledger = cached_runs.ledger(str(path), path.stat().st_mtime)
    classes = classes_of(run, ledger)
    footage = on_frame.footage_of(run)
    size = (footage.height, footage.width) if footage else None
    drawing = drawings.kept(run.id, size).drawing if size else None
    scale = drawing.scale() if drawing else None
    downloads.draw(run, scale)
    with st.container(horizontal=True, vertical_alignment="center"):
        beside.offer(run)
        st.space("stretch")
        actions.draw(run)
    timeline.draw(run, ledger, classes, scale, events.of(run.id, drawing, size))
    if footage:
        on_frame.draw(run, footage, classes)
    _summary(cached_runs.class_summary(run.id), classes)
    objects.draw(run, classes, size)
    certainty.draw(run)
    next_frames.draw(run)
    corrected.draw(run)
    ask.draw(run, classes)
    stages.folded(run)


def _summary(table: pd.DataFrame, classes: ClassTable) -> None:
    heading("Each class")
    rows = pd.DataFrame(
        {
            "": swatch_column(table["class"], classes),
            "Class": table["class"],
            "There for": [fmt.clock(s) for s in table["seconds"]],
            "First": [fmt.clock(s) for s in table["first_s"]],
            "Last": [fmt.clock(s) for s in table["last_s"]],
            "Mean share": [fmt.share(s) for s in table["mean_share"]],
            "Largest": [fmt.share(s) for s in table["max_share"]],
            "Largest at": [fmt.clock(s) for s in table["max_s"]],
            "Objects at once": table["max_objects"],
            "Certainty": table["confidence"] * 100,
        }
    )
    st.dataframe(
        rows,
        hide_index=True,
        height="content",
        column_config={
            "": st.column_config.ImageColumn(width=36),
            "Certainty": st.column_config.NumberColumn(
                format="%.0f %%", help="Mean probability that the network gives its own answer"
            ),
        },
        alt="Each class: when it was there, how much of the picture it took",
    )
