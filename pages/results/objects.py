"""Objects and events of a segmented video: how many there were, what happened when, what touched what."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.common import cached_runs, state
from pages.common import format as fmt
from pages.common.contact_chart import contacts
from pages.common.pictures import swatch_uri
from pages.common.widgets import heading, md, plot
from segcore.classes import ClassTable
from segcore.knowledge.contact_graph import contact_matrix
from segcore.knowledge.counts import count_objects
from segcore.runs import Run

SHOWN = ("appears", "disappears", "touches", "covered")
"""Kinds that are shown at first: moments and meetings; stays are in the timeline already."""


def draw(run: Run, classes: ClassTable) -> None:
    """The section; one sentence where the result was made without objects."""
    tracks, events = cached_runs.table(run.id, "tracks"), cached_runs.table(run.id, "events")
    heading("Objects and events")
    if tracks is None or events is None:
        st.caption("This result was made before objects were followed. Segment the video again to have them.")
        return
    if tracks.empty:
        st.caption("No object was there for long enough to be followed.")
        return
    _objects(tracks, classes)
    _events(run.id, events, classes)
    _contacts(events, classes)


def _objects(tracks: pd.DataFrame, classes: ClassTable) -> None:
    table = count_objects(tracks)
    rows = pd.DataFrame(
        {
            "": [swatch_uri(classes[i]) if i < len(classes) else None for i in table["class_id"]],
            "Class": table["class"],
            "At once": table["at_once"],
            "Followed": table["tracks"],
            "First": [fmt.clock(s) for s in table["first_s"]],
            "Last": [fmt.clock(s) for s in table["last_s"]],
            "Certainty": table["confidence"] * 100,
        }
    )
    st.dataframe(
        rows,
        hide_index=True,
        height="content",
        column_config={
            "": st.column_config.ImageColumn(width=36),
            "At once": st.column_config.NumberColumn(help="The most objects of the class in one frame"),
            "Followed": st.column_config.NumberColumn(
                help="Objects by their way through the video. One that was out of sight for more than a second counts "
                "again when it comes back, so the number of different objects lies between the two columns."
            ),
            "Certainty": st.column_config.NumberColumn(format="%.0f %%", help="Mean probability over these objects"),
        },
        key="objects_table",
        alt="Each class: how many objects were followed, and from when to when",
    )


@st.fragment
def _events(run_id: str, events: pd.DataFrame, classes: ClassTable) -> None:
    st.markdown("**Events**")
    kinds = sorted(events["kind"].unique())
    names = [c.name for c in classes if (events["class"] == c.name).any() or (events["other"] == c.name).any()]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.pills(
            "Kind", kinds, default=[k for k in kinds if k in SHOWN], selection_mode="multi", key="event_kinds"
        )
        name = st.selectbox(
            "Class", names, index=None, placeholder="All classes", format_func=md, key="event_class", width=220
        )
        single = st.toggle("Each object", key="event_objects", help="Events of single objects, not of whole classes")
    rows = events[events["kind"].isin(kind) & ((events["track"] > 0) == single)]
    if name is not None:
        rows = rows[(rows["class"] == name) | (rows["other"] == name)]
    if rows.empty:
        st.caption("No such events.")
        return
    picked = st.dataframe(
        event_rows(rows, single=single),
        hide_index=True,
        height=min(400, 38 + 35 * len(rows)),
        column_config={"Time": st.column_config.NumberColumn(format="%.2f s")},
        key="events_table",
        on_select="rerun",
        selection_mode="single-row",
        alt="Events with their times",
    )
    st.caption("Mark a row: the video goes there.")
    _follow(run_id, [float(rows["time_s"].iloc[number]) for number in picked.selection.rows])


def _follow(run_id: str, times: list[float]) -> None:
    """Send the player to the event that was marked, once."""
    if times and state.newly_marked(run_id, times[0]):
        state.seek_to(run_id, times[0])
        st.rerun()


def event_rows(events: pd.DataFrame, *, single: bool) -> pd.DataFrame:
    """Events as people read them; numbers of objects where `single`."""
    table = {
        "Time": events["time_s"],
        "Event": events["kind"],
        "Class": events["class"],
        "Object": events["track"],
        "With": events["other"],
        "With object": [str(track) if track > 0 else "" for track in events["other_track"]],
        "Lasts": [f"{s:.2f} s" if s > 0 else "" for s in events["seconds"]],
    }
    return pd.DataFrame(table if single else {k: v for k, v in table.items() if k not in ("Object", "With object")})


def _contacts(events: pd.DataFrame, classes: ClassTable) -> None:
    touching = events[(events["kind"] == "touches") & (events["track"] == 0)]
    met = {*touching["class"], *touching["other"]}
    names = [c.name for c in classes if c.name in met]
    if not names:
        st.caption("No two classes touched.")
        return
    plot(contacts(contact_matrix(events, names)), "contacts", "Seconds in which each two classes touched")
