"""The ways of objects over the frame: whole, or the last seconds before the moment that is shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from pages.common import cached_knowledge, state
from pages.common import format as fmt
from pages.common.pictures import swatch_column
from pages.common.widgets import md
from pages.results import drawings, frame
from pages.results.frame import Footage, ShownWay, Ways
from segcore.classes import ClassTable
from segcore.knowledge.scale import Scale
from segcore.knowledge.track_measures import length_unit, track_measures
from segcore.runs import Run

MOST = 200
"""More ways than these hide each other."""
MOST_NAMES = 40
"""So many ways have their names beside them."""
MOST_POINTS = 400
"""Of a way that are sent."""
TRAILS = {"Whole paths": None, "Last 10 s": 10.0, "Last 3 s": 3.0, "Last second": 1.0}
COLORS = ("#ffb000", "#00d5ff", "#ff5fa2", "#7cff6b", "#c79bff", "#ff7a45", "#f5f06a", "#5fa8ff")
"""Of tracks; each stands out from most pictures."""


def draw(run: Run, footage: Footage, classes: ClassTable) -> None:
    """The frame with ways, and the table of tracks; a marked row, or a way that is clicked, seeks the player."""
    size = (footage.height, footage.width)
    drawing = drawings.kept(run.id, size).drawing
    known = cached_knowledge.known(run.id, drawing.counted, size)
    if known is None or known.tracks.empty:
        st.caption("No object was followed in this video, so there are no paths.")
        return
    names = [c.name for c in classes if (known.tracks["class"] == c.name).any()]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown = st.pills("Classes", names, default=names, selection_mode="multi", format_func=md, key="path_classes")
        trail = st.selectbox("Show", list(TRAILS), key="path_trail", width=160)
        color = st.segmented_control("Colour by", ["class", "object"], default="class", required=True, key="path_color")
    tracks = known.tracks[known.tracks["class"].isin(shown)]
    drawn = tracks.nlargest(MOST, "seconds").sort_values("track")
    if len(drawn) < len(tracks):
        st.caption(f"The {MOST} longest of {len(tracks)} are drawn.")
    picked = state.picked_track(run.id)
    frame.draw(
        footage,
        drawing,
        ways=Ways(
            ways_of(known.positions, drawn, size, classes, by_class=color == "class"),
            TRAILS[str(trail)],
            picked,
            len(drawn) <= MOST_NAMES,
        ),
        on_picked=lambda track, time: _pick(run.id, track, time),
        seek=state.seek(run.id),
        key="frame_paths",
    )
    _table(run.id, tracks, classes, drawing.scale())


def _pick(run_id: str, track: int, time_s: float) -> None:
    state.pick_track(run_id, track)
    state.seek_to(run_id, time_s)


def ways_of(
    positions: pd.DataFrame, tracks: pd.DataFrame, size: drawings.Size, classes: ClassTable, *, by_class: bool
) -> list[ShownWay]:
    """The ways of these tracks in shares of the frame, thinned evenly to at most `MOST_POINTS` points each.

    Args:
        positions: of `tracks.positions`, in order of track and time.
        tracks: those that are wanted, in ascending order.
        size: (height, width) of the frames.
        classes: their colours.
        by_class: coloured by class, else each object by itself.
    """
    colors = {c.name: c.color for c in classes}
    begins = np.searchsorted(positions["track"], tracks["track"])
    ends = np.searchsorted(positions["track"], tracks["track"], "right")
    columns = [positions[name].to_numpy(float) for name in ("time_s", "x", "y")]
    made = []
    for track, name, begin, end in zip(tracks["track"].tolist(), tracks["class"].tolist(), begins, ends, strict=True):
        kept = np.unique(np.linspace(begin, end - 1, min(MOST_POINTS, end - begin)).round().astype(int))
        times, x, y = (column[kept] for column in columns)
        color = colors.get(name, COLORS[0]) if by_class else COLORS[track % len(COLORS)]
        made.append(ShownWay(track, name, color, times, x / size[1], y / size[0]))
    return made


def _table(run_id: str, tracks: pd.DataFrame, classes: ClassTable, scale: Scale | None) -> None:
    measured, unit = track_measures(tracks, scale), length_unit(scale)
    rows = pd.DataFrame(
        {
            "": swatch_column(tracks["class"], classes),
            "Object": tracks["track"],
            "Class": tracks["class"],
            "First": [fmt.clock(s) for s in tracks["first_s"]],
            "Last": [fmt.clock(s) for s in tracks["last_s"]],
            "There for": tracks["seconds"],
            "Path": measured["path"],
            "Mean speed": measured["speed"],
            "Mean area": measured["area"],
            "Certainty": tracks["confidence"] * 100,
        }
    )
    marked = st.dataframe(
        rows,
        hide_index=True,
        height=min(400, 38 + 35 * len(rows)),
        column_config={
            "": st.column_config.ImageColumn(width=36),
            "There for": st.column_config.NumberColumn(format="%.2f s"),
            "Path": st.column_config.NumberColumn(format=f"%.1f {unit}", help="The camera's own motion is in it."),
            "Mean speed": st.column_config.NumberColumn(format=f"%.1f {unit}/s"),
            "Mean area": st.column_config.NumberColumn(format=f"%.{1 if scale else 0}f {unit}²"),
            "Certainty": st.column_config.NumberColumn(format="%.0f %%"),
        },
        key="paths_table",
        on_select="rerun",
        selection_mode="single-row",
        alt="Objects with their first and last sight, path and speed",
    )
    st.caption("Mark a row: its path stands out, and the video goes to its first sight.")
    for number in marked.selection.rows:
        row = tracks.iloc[number]
        if state.newly_marked(f"{run_id} paths", float(row["track"])):
            _pick(run_id, int(row["track"]), float(row["first_s"]))
            st.rerun()
