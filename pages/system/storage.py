"""What takes how much room below SEGCORE_HOME, by kind and by dataset and run, and what can go."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.common import cached, rights, state
from pages.common import format as fmt
from pages.common.charts import LINES, MUTED, layout
from pages.common.widgets import heading, md, plot, problem
from segcore.access import Action
from segcore.errors import SegcoreError
from segcore.settings import Settings
from segcore.upkeep import cleaning
from segcore.upkeep.cleaning import Waste
from segcore.upkeep.sizes import Use

LARGEST = 12
"""Bars of the chart; the rest is one more."""
_COLORS = {"dataset": LINES[0], "training": LINES[2], "result": LINES[1]}
_TOLD = {
    cleaning.CHECKPOINTS: "Checkpoints of finished trainings; their best networks stay",
    cleaning.UPLOADS: f"Uploaded videos that came more than {cleaning.UPLOAD_DAYS} days ago and that no job needs",
    cleaning.CHUNKS: "Parts of videos whose job has ended",
    cleaning.TEMPORARY: "Temporary files, older than a day",
}


def draw(settings: Settings) -> None:
    """How much is free, what is large, what can go."""
    heading("Storage")
    free = shutil.disk_usage(settings.home).free
    st.caption(f"{md(str(settings.home))} · {fmt.size(free)} free on this disk")
    uses = cached.room()
    if uses:
        plot(figure(uses), "room", "Room that each dataset and run takes, the largest first")
    _elsewhere(settings)
    _clean_up()


def figure(uses: Sequence[Use]) -> go.Figure:
    """Horizontal bars, the largest on top; what is in the bin is pale, and all smaller ones are one bar."""
    shown, rest = list(uses[:LARGEST]), uses[LARGEST:]
    chart = go.Figure()
    for sort, color in _COLORS.items():
        mine = [use for use in shown if use.sort == sort]
        if mine:
            chart.add_bar(
                orientation="h",
                name=f"{sort}s",
                y=[_label(use) for use in mine],
                x=[use.bytes for use in mine],
                text=[fmt.size(use.bytes) for use in mine],
                customdata=[use.owner or "nobody knows" for use in mine],
                hovertemplate="%{y}: %{text}, of %{customdata}<extra></extra>",
                marker={"color": color, "opacity": [0.35 if use.binned else 1.0 for use in mine]},
            )
    order = [_label(use) for use in shown]
    if rest:
        total = sum(use.bytes for use in rest)
        order.append(f"{len(rest)} smaller ones")
        chart.add_bar(
            orientation="h", y=order[-1:], x=[total], text=[fmt.size(total)], marker={"color": MUTED}, showlegend=False,
            hovertemplate="%{y}: %{text}<extra></extra>",
        )  # fmt: skip
    layout(chart, height=70 + 26 * len(order))
    chart.update_layout(hovermode="closest", barmode="overlay", bargap=0.25)
    chart.update_xaxes(visible=False, range=[0, 1.18 * max(use.bytes for use in uses) + 1])
    chart.update_yaxes(categoryorder="array", categoryarray=order[::-1], nticks=None)
    return chart.update_traces(textposition="outside", cliponaxis=False)


def _label(use: Use) -> str:
    """Names may be the same in two kinds, or in the bin: what is drawn at one place must have one label."""
    name = use.name if len(use.name) <= 28 else f"{use.name[:27]}…"
    name = name.replace("<", "&lt;")
    return f"{name} ({use.sort}{', in the bin ' + use.id[-4:] if use.binned else ''})"


def _elsewhere(settings: Settings) -> None:
    folders = {
        "Uploaded videos": settings.uploads_dir,
        "Sample video": settings.home / "samples",
        "Converted networks, small pictures": settings.home / "cache",
        "Videos at work": settings.home / "work",
    }
    sizes = cached.folder_sizes(tuple(str(folder) for folder in folders.values()))
    rows = [{"What": what, "Size": fmt.size(sizes[str(folder)])} for what, folder in folders.items()]
    database = settings.home / "mlflow.db"
    if database.is_file():
        rows.append({"What": "Database of runs", "Size": fmt.size(database.stat().st_size)})
    with st.expander("And besides", icon=":material/folder:"):
        st.dataframe(pd.DataFrame(rows), hide_index=True, height="content", alt="Storage by kind of data")


def _clean_up() -> None:
    if rights.button(
        Action.CLEAN_UP, None, "Clean up …", icon=":material/mop:", key="clean_up", help="Shows first what would go."
    ):
        _confirm()


@st.dialog("Clean up the disk?", width="large")
def _confirm() -> None:
    with st.spinner("Looking what can go …"):
        found = cleaning.plan(cached.runs())
    if not found:
        st.success("There is nothing to clean up.", icon=":material/check:")
        return
    chosen = [kind for kind in cleaning.KINDS if _kind(kind, [w for w in found if w.kind == kind])]
    going = [waste for waste in found if waste.kind in chosen]
    table(going)
    total = fmt.size(sum(waste.bytes for waste in going))
    if st.button(
        f"Remove {fmt.plural(len(going), 'entry', 'entries')}, {total}",
        type="primary", icon=":material/delete_sweep:", key="confirm_clean", disabled=not going,
    ):  # fmt: skip
        _do(going)


def _kind(kind: str, found: Sequence[Waste]) -> bool:
    if not found:
        return False
    size = fmt.size(sum(waste.bytes for waste in found))
    return st.checkbox(f"{_TOLD[kind]}: **{len(found)}**, {size}", value=True, key=f"clean_{kind}")


def table(found: Sequence[Waste]) -> None:
    """Each file or folder that would go, and why it can."""
    home = cached.settings().home
    rows = [{"What": _below(w.path, home), "Size": fmt.size(w.bytes), "Why it can go": w.why} for w in found]
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True, height=min(320, 36 + 35 * len(rows)), alt="What would go")


def _below(path: Path, home: Path) -> str:
    return str(path.relative_to(home)) if path.is_relative_to(home) else str(path)


def _do(going: Sequence[Waste]) -> None:
    try:
        gone = cleaning.clean(cached.runs(), {waste.path for waste in going})
    except (SegcoreError, OSError) as error:
        problem(error if isinstance(error, SegcoreError) else SegcoreError(str(error)), "Not all could be removed")
        return
    cached.forget_sizes()
    state.say(f"{fmt.size(sum(waste.bytes for waste in gone))} were freed")
    st.rerun()
