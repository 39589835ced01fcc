"""Events of a segmented video: a table to filter, whose rows send the player to their moment."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.common import cached_knowledge, state
from pages.common.widgets import md
from pages.results.drawings import Size
from segcore.classes import ClassTable
from segcore.errors import ConfigError
from segcore.knowledge.drawing import Drawing
from segcore.knowledge.event_words import detail
from segcore.knowledge.scale import Scale

SHOWN = ("appears", "disappears", "touches", "covered")
"""Kinds that are shown at first: moments and meetings; stays are in the timeline already."""
ASKED = ("enters", "leaves", "in zone", "crosses", "large", "fast")
"""What a drawing finds: always of single objects, and shown, since it was asked for."""


def of(run_id: str, drawing: Drawing | None, size: Size | None) -> pd.DataFrame | None:
    """All events of a result; None where it has none, or the size of its frames is not known."""
    if drawing is None or size is None:
        return None
    known = cached_knowledge.known(run_id, drawing.counted, size)
    return None if known is None else all_events(run_id, known.events, drawing, size)


def all_events(run_id: str, events: pd.DataFrame, drawing: Drawing, size: Size) -> pd.DataFrame:
    """Events of a result, with those that a drawing finds, in order of time."""
    try:
        drawn = cached_knowledge.drawn_events(run_id, drawing, size)
    except ConfigError:  # told where the zones are drawn
        return events
    if drawn.empty:
        return events
    return pd.concat([events, drawn], ignore_index=True).sort_values("frame", kind="stable", ignore_index=True)


@st.fragment
def draw(run_id: str, events: pd.DataFrame, classes: ClassTable, scale: Scale | None = None) -> None:
    """The table with its filters."""
    st.markdown("**Events**")
    rows, single = _filtered(events, classes)
    if rows.empty:
        st.caption("No such events.")
        return
    picked = st.dataframe(
        event_rows(rows, single=single, scale=scale),
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


def _filtered(events: pd.DataFrame, classes: ClassTable) -> tuple[pd.DataFrame, bool]:
    """The rows that are wanted, and whether they are of single objects."""
    kinds = sorted(events["kind"].unique())
    names = [c.name for c in classes if (events["class"] == c.name).any() or (events["other"] == c.name).any()]
    places = sorted(zone for zone in events["zone"].unique() if zone)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.pills(
            "Kind",
            kinds,
            default=[k for k in kinds if k in SHOWN + ASKED],
            selection_mode="multi",
            key="_".join(["event_kinds", *(k for k in kinds if k in ASKED)]),  # what is newly asked for is shown
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Class", names, index=None, placeholder="All classes", format_func=md, key="event_class", width=220
        )
        place = (
            st.selectbox("Zone or line", places, index=None, placeholder="All", key="event_zone", width=180)
            if places
            else None
        )
        least = st.number_input(
            "Lasts at least (s)", 0.0, value=0.0, step=0.5, key="event_least", width=150, help="Moments last 0 s."
        )
        single = st.toggle("Each object", key="event_objects", help="Events of single objects, not of whole classes")
    asked = events["kind"].isin(ASKED)
    rows = events[
        events["kind"].isin(kind) & (asked | ((events["track"] > 0) == single)) & (events["seconds"] >= least)
    ]
    if name is not None:
        rows = rows[(rows["class"] == name) | (rows["other"] == name)]
    if place is not None:
        rows = rows[rows["zone"] == place]
    return rows, single or bool((rows["track"] > 0).any())


def _follow(run_id: str, times: list[float]) -> None:
    """Send the player to the event that was marked, once."""
    if times and state.newly_marked(run_id, times[0]):
        state.seek_to(run_id, times[0])
        st.rerun()


def event_rows(events: pd.DataFrame, *, single: bool, scale: Scale | None = None) -> pd.DataFrame:
    """Events as people read them; numbers of objects where `single`, columns that say something."""
    table = {
        "Time": events["time_s"],
        "Event": events["kind"],
        "Class": events["class"],
        "Object": [str(track) if track > 0 else "" for track in events["track"]],
        "With": events["other"],
        "With object": [str(track) if track > 0 else "" for track in events["other_track"]],
        "Zone": events["zone"],
        "Lasts": [f"{s:.2f} s" if s > 0 else "" for s in events["seconds"]],
        "Detail": [detail(kind, value, scale) for kind, value in zip(events["kind"], events["value"], strict=True)],
    }
    made = pd.DataFrame(table)
    empty = [name for name in ("With object", "Zone", "Detail") if not made[name].astype(bool).any()]
    return made.drop(columns=empty if single else {*empty, "Object", "With object"})
