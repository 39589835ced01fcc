"""Pieces that several pages draw: titles, empty states, errors, legends, states of runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.common import cached, state
from pages.common import format as fmt
from pages.common.charts import CONFIG
from pages.common.pictures import swatch
from pages.common.routes import Route, link
from segcore.classes import SegClass
from segcore.errors import SegcoreError
from segcore.runs import Progress, Run, RunState

STATES: dict[RunState, tuple[str, str, str]] = {
    RunState.QUEUED: ("Waiting", ":material/hourglass_top:", "gray"),
    RunState.RUNNING: ("Running", ":material/play_arrow:", "blue"),
    RunState.FINISHED: ("Finished", ":material/check:", "green"),
    RunState.CANCELLED: ("Cancelled", ":material/close:", "gray"),
    RunState.FAILED: ("Failed", ":material/error:", "red"),
    RunState.INTERRUPTED: ("Interrupted", ":material/bolt:", "orange"),
}
"""State → words, icon, colour."""


def title(text: str, question: str) -> None:
    """A page's head, and the notice that another page left."""
    st.title(text, anchor=False)
    st.caption(question)
    notice = state.take_notice()
    if notice:
        st.toast(notice, icon=":material/check:")


def wake_engine() -> None:
    """Start the engine, or find it running; where that fails, say so and let the rest of the page be drawn."""
    try:
        cached.engine()
    except SegcoreError as error:
        problem(error, "Jobs cannot be started now")


def heading(text: str, help: str | None = None) -> None:  # the name is Streamlit's
    """The head of a part of a page."""
    st.subheader(text, anchor=False, help=help)


def side_by_side(left: int, right: int, least: int = 150) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Two parts in these proportions, or below each other where there is little room.

    Args:
        left, right: shares of the width.
        least: pixels that one share must have for the parts to stand side by side.
    """
    grid = st.grid(left + right, min_column_width=least)
    return grid.cell(column_span=left), grid.cell(column_span=right)


def empty(icon: str, headline: str, text: str, route: Route, label: str) -> None:
    """An empty state: what is missing, why it matters, and the way on."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.markdown(f"# :gray[{icon}]", text_alignment="center", width="content")
        st.markdown(f"**{headline}**", text_alignment="center", width="content")
        st.caption(text, text_alignment="center", width="content")
        link(route, label)
        st.space("small")


def sure(keep: str, act: str, *, key: str, icon: str) -> bool:
    """The foot of a dialog that asks before something goes: two buttons, the way back and the deed.

    Args:
        keep, act: what they are called.
        key: of what it is about; the buttons are `keep_<key>` and `confirm_<key>`.
        icon: of the deed.

    Returns:
        Whether the deed was chosen; the way back closes the dialog.
    """
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(keep, key=f"keep_{key}"):
            st.rerun()
        return st.button(act, type="primary", icon=icon, key=f"confirm_{key}")


def problem(error: SegcoreError, headline: str = "") -> None:
    """An error where it was caused, with its mend."""
    body = f"{md(error.message)}\n\n{md(error.fix)}" if error.fix else md(error.message)
    st.error(body, title=headline or None, icon=":material/error:")


def md(text: str) -> str:
    """Text from outside, made harmless for Markdown."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+!|<>$:~" else c for c in text)


def legend(classes: Iterable[SegClass], values: dict[int, str] | None = None) -> None:
    """Names of classes beside their colours, in one flowing line; `values` adds a text to each."""
    parts = []
    for segclass in classes:
        value = (values or {}).get(segclass.id)
        name = md(segclass.name).replace(" ", "\u00a0")
        parts.append(f"{swatch(segclass)}\u00a0{name}" + (f" :gray[{value}]" if value else ""))
    st.markdown(" \u2003".join(parts))


def state_badge(run: Run) -> None:
    """Where a run stands."""
    text, icon, color = STATES[run.state]
    if run.state is RunState.RUNNING and run.request:
        text = "Stopping" if run.request == "stop" else "Cancelling"
    st.badge(text, icon=icon, color=color)  # type: ignore[arg-type]


def progress_bar(run: Run) -> None:
    """A running or waiting job's bar, with its rate and the time that is left."""
    if run.state is RunState.QUEUED:
        st.progress(0.0, text="Waiting for a free place")
        return
    progress = run.progress
    st.progress((progress.share if progress else None) or 0.0, text=md(progress_text(progress)))


def progress_text(progress: Progress | None) -> str:
    """ "Epoch 3 · 45 % · 12.1 images/s · 1:30 left", "Segmenting · 120 of 400 frames · 14.2 frames/s · 0:20 left"."""
    if progress is None:
        return "Starting"
    parts = [progress.stage[:1].upper() + progress.stage[1:]]
    if progress.unit and progress.total:
        parts.append(f"{amount(progress.done)} of {amount(progress.total)} {progress.unit}")
    elif progress.share is not None:
        parts.append(f"{progress.share:.0%}".replace("%", " %"))
    if progress.rate:
        parts.append(f"{progress.rate:.1f} {progress.unit or 'images'}/s")
    if progress.eta_s is not None:
        parts.append(f"{fmt.clock(progress.eta_s)} left")
    if progress.note:
        parts.append(progress.note)
    return " · ".join(parts)


def reporter(bar: DeltaGenerator, text: str) -> Callable[[int, int], None]:
    """What long work calls with (done, in all); it moves the bar. `text` may hold {done} and {total}."""

    def report(done: int, total: int) -> None:
        bar.progress(min(1.0, done / max(1, total)), text=text.format(done=done, total=total))

    return report


def amount(value: float) -> str:
    """A count, with one decimal only where it is not whole."""
    return fmt.count(value) if float(value).is_integer() else f"{value:.1f}"


def plot(figure: go.Figure, key: str, alt: str) -> None:
    """A Plotly figure over the full width, without its tool bar."""
    st.plotly_chart(figure, key=key, config=CONFIG, alt=alt)
