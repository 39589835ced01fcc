"""Zones, lines, a known length and thresholds: drawn on the frame, with what they find below."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.common import cached_knowledge, state
from pages.common import format as fmt
from pages.common.pictures import swatch_column
from pages.common.widgets import md, problem
from pages.results import drawings, frame, zone_exchange
from pages.results.frame import Footage
from segcore.access import Action, may
from segcore.classes import ClassTable
from segcore.errors import ConfigError
from segcore.knowledge.drawing import Drawing
from segcore.knowledge.zone_tables import crossings, dwell
from segcore.runs import Run


def draw(run: Run, footage: Footage, classes: ClassTable) -> None:
    """The frame with its tools, thresholds, and the tables of who was where."""
    size = (footage.height, footage.width)
    found, draws = drawings.kept(run.id, size), may(Action.ANNOTATE)
    for error in (found.error, state.take_complaint()):
        if error:
            st.warning(md(str(error)), icon=":material/warning:")
    frame.draw(
        footage,
        found.drawing,
        version=found.version,
        on_saved=(lambda sent: drawings.take(run.id, size, sent)) if draws else None,
        seek=state.seek(run.id),
        key="frame_zones",
    )
    if draws:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _thresholds(run, size, found.drawing)
            zone_exchange.draw(run, size, found.drawing)
        st.caption("Saved with the result as you draw; everybody who opens it sees the same zones.")
    elif not found.drawing.shapes:
        st.caption("Nobody drew a zone or a line here yet. To draw, ask an admin for the role editor.")
    try:
        events = cached_knowledge.drawn_events(run.id, found.drawing, size)
    except ConfigError as error:
        problem(error)
        return
    _tables(events, found.drawing, classes)


def _thresholds(run: Run, size: drawings.Size, drawing: Drawing) -> None:
    """From what on an object is large or fast; in cm where a length is known."""
    scale = drawing.scale()
    whole = float(scale.area_cm2(size[0] * size[1])) if scale else 100.0
    step = scale.cm_per_pixel if scale else 1.0
    with st.popover("Large and fast objects", icon=":material/speed:"):
        st.caption("An event for each time that an object is at least so large, or so fast. 0: not asked.")
        large = st.number_input(
            f"Large from ({'cm²' if scale else '% of the picture'})",
            0.0,
            value=round((drawing.large or 0.0) * whole, 4),
            key=f"large_{run.id}_{whole:g}",
        )
        fast = st.number_input(
            f"Fast from ({'cm' if scale else 'pixels'} a second)",
            0.0,
            value=round((drawing.fast or 0.0) * step, 4),
            key=f"fast_{run.id}_{step:g}",
        )
        if st.button("Find these", key="find_thresholds"):
            try:
                drawings.change(run.id, size, large=large / whole or None, fast=fast / step or None)
            except ConfigError as error:
                problem(error)
                return
            st.rerun()


def _tables(events: pd.DataFrame, drawing: Drawing, classes: ClassTable) -> None:
    if not drawing.shapes:
        return
    if events.empty:
        st.caption("No object was in a zone or crossed a line.")
        return
    each = st.toggle("Each object", key="zones_each", help="A row for each object, instead of each class.")
    stays, passed = dwell(events, each=each), crossings(events, each=each)
    if len(stays):
        _shown(dwell_rows(stays, classes), "zones_dwell", "How long each class was in each zone")
    if len(passed):
        _shown(crossing_rows(passed, classes), "zones_crossings", "How often each class crossed each line")


def _shown(rows: pd.DataFrame, key: str, alt: str) -> None:
    st.dataframe(
        rows,
        hide_index=True,
        height="content" if len(rows) <= 12 else 460,
        column_config={
            "": st.column_config.ImageColumn(width=36),
            "In it": st.column_config.NumberColumn(
                format="%.2f s", help="All objects together: two at once count twice."
            ),
            "Occupied": st.column_config.NumberColumn(format="%.2f s", help="With one of them in it at least."),
            "Entered": st.column_config.NumberColumn(help="Came in. What appears in the zone does not count."),
            "Left": st.column_config.NumberColumn(help="Went out. What disappears in the zone does not count."),
            "With the arrow": st.column_config.NumberColumn(help="From the arrow's foot to its tip."),
        },
        key=key,
        alt=alt,
    )


def dwell_rows(stays: pd.DataFrame, classes: ClassTable) -> pd.DataFrame:
    """A table of `dwell` as people read it."""
    rows = {
        "": swatch_column(stays["class"], classes),
        "Zone": stays["zone"],
        "Class": stays["class"],
        **({"Object": stays["track"]} if "track" in stays else {}),
        "In it": stays["seconds"],
        **({"Occupied": stays["occupied_s"]} if "occupied_s" in stays else {}),
        "Stays": stays["visits"],
        "Entered": stays["enters"],
        "Left": stays["leaves"],
        **({"Objects": stays["objects"]} if "objects" in stays else {}),
        "First": [fmt.clock(s) for s in stays["first_s"]],
        "Last": [fmt.clock(s) for s in stays["last_s"]],
    }
    return pd.DataFrame(rows)


def crossing_rows(passed: pd.DataFrame, classes: ClassTable) -> pd.DataFrame:
    """A table of `crossings` as people read it."""
    rows = {
        "": swatch_column(passed["class"], classes),
        "Line": passed["line"],
        "Class": passed["class"],
        **({"Object": passed["track"]} if "track" in passed else {}),
        "With the arrow": passed["right"],
        "Against it": passed["left"],
        "First": [fmt.clock(s) for s in passed["first_s"]],
        "Last": [fmt.clock(s) for s in passed["last_s"]],
    }
    return pd.DataFrame(rows)
