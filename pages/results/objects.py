"""Objects of a segmented video: how many there were, what counts as one, what touched what; and their events."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.common import cached, cached_knowledge
from pages.common import format as fmt
from pages.common.pictures import swatch_column
from pages.common.widgets import heading
from pages.results import contacts, drawings, events
from pages.results.drawings import Size
from segcore.classes import ClassTable
from segcore.knowledge.counted import Counted
from segcore.knowledge.counts import count_objects
from segcore.knowledge.object_table import OBJECTS
from segcore.runs import Run


def draw(run: Run, classes: ClassTable, size: Size | None) -> None:
    """The section; one sentence where the result was made without objects.

    Args:
        run: the result.
        classes: of its network.
        size: of its frames; None where that is not known, because its video cannot be read.
    """
    heading("Objects and events")
    if not cached.runs().has_file(run.id, f"{OBJECTS}.parquet"):
        st.caption("This result was made before objects were followed. Segment the video again to have them.")
        return
    if size is None:
        st.caption("The size of its frames is not known, because its video cannot be read.")
        return
    drawing = drawings.kept(run.id, size).drawing
    known = cached_knowledge.known(run.id, drawing.counted, size)
    if known is None or (known.tracks.empty and not known.left_out):
        st.caption("No object was there for long enough to be followed.")
        return
    _counted(run, size, drawing.counted, known.left_out)
    if known.tracks.empty:
        return
    _objects(known.tracks, classes)
    happened = events.all_events(run.id, known.events, drawing, size)
    events.draw(run.id, happened, classes, drawing.scale())
    contacts.draw(run.id, known, classes, size, drawing.scale())


def _counted(run: Run, size: Size, now: Counted, left_out: int) -> None:
    """What a track must have to count, and how many do not."""
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover("What counts as an object", icon=":material/filter_alt:"):
            st.caption(
                "A network that sees things that are not there mostly sees them shortly, or is unsure of them. They "
                "stay in the files (tracks.csv), but are neither counted nor shown, and make no events here."
            )
            confidence = st.slider("Certainty at least", 0, 100, round(100 * now.confidence), format="%d %%")
            seconds = st.number_input("Seen over at least (seconds)", 0.0, value=now.seconds, step=0.1)
            if st.button("Count anew", key="count_anew"):
                drawings.change(run.id, size, counted={"confidence": confidence / 100, "seconds": seconds})
                st.rerun()
        if left_out:
            st.caption(
                f"{fmt.plural(left_out, 'object')} seen for less than {now.seconds:g} s, or less than "
                f"{100 * now.confidence:.0f} % sure, not counted."
            )


def _objects(tracks: pd.DataFrame, classes: ClassTable) -> None:
    table = count_objects(tracks)
    rows = pd.DataFrame(
        {
            "": swatch_column(table["class"], classes),
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
