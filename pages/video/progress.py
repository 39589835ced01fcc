"""A video being segmented: bar, live frame, Stop, Cancel, Resume; then the way to the result."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.common import cached
from pages.common import format as fmt
from pages.common.routes import RESULTS, VIDEO, go, turn
from pages.common.widgets import md, problem, progress_bar, state_badge
from segcore.errors import SegcoreError
from segcore.runs import Run, RunState

PREVIEW = "preview.jpg"


def others() -> None:
    """Videos that are being segmented now."""
    for run in cached.runs().list("segment", (RunState.RUNNING, RunState.QUEUED), 5):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{md(run.name)}** :gray[{md(run.params.get('video', ''))}]", width="stretch")
            state_badge(run)
            turn(VIDEO, "Watch", icon=":material/visibility:", key=f"watch_{run.id}", run=run.id)


def draw(run: Run) -> None:
    """Everything about one video job."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(md(run.name), anchor=False, width="content")
        state_badge(run)
        st.space("stretch")
        turn(VIDEO, "Another video", icon=":material/arrow_back:", key="another_video")
    st.caption(f"{md(run.params.get('video', ''))} · by {md(run.params.get('run', ''))}")
    if run.state.active:
        _controls(run)
        _follow(run.id, run.state.value)
    else:
        _ended(run)


def _controls(run: Run) -> None:
    asked = run.request is not None
    with st.container(horizontal=True):
        if run.state is RunState.RUNNING and st.button(
            "Stop and keep what is done", icon=":material/stop:", key="stop_video", disabled=asked
        ):
            _ask(cached.engine().stop, run)
        if st.button("Cancel", icon=":material/close:", key="cancel_video", disabled=asked):
            _ask(cached.engine().cancel, run)


def _ask(what: Callable[[str], None], run: Run) -> None:
    try:
        what(run.id)
    except SegcoreError as error:
        problem(error)
        return
    st.rerun()


@st.fragment(run_every=1.0)
def _follow(run_id: str, shown_state: str) -> None:
    run = cached.runs().get(run_id)
    if run.state.value != shown_state:
        if run.state is RunState.FINISHED:
            go(RESULTS, run=run.id)
        st.rerun()
    progress_bar(run)
    _frame(run)


def _frame(run: Run) -> None:
    if cached.runs().has_file(run.id, PREVIEW):
        path = cached.runs().file(run.id, PREVIEW)
        st.image(path.read_bytes(), alt="The newest segmented frame", width="stretch")
    elif run.state is RunState.RUNNING:
        st.caption("The network is being opened; the first frame appears in a few seconds. You can leave this page.")
    else:
        st.caption("It starts as soon as a place is free. You can leave this page.")


def _ended(run: Run) -> None:
    if run.state is RunState.FINISHED:
        st.success(f"Done in {fmt.clock(run.seconds)}.", icon=":material/check:")
        if st.button("See the result", type="primary", icon=RESULTS.icon, key="see_result"):
            go(RESULTS, run=run.id)
        return
    text = md(run.reason) or "It ended without a result."
    if run.state is RunState.CANCELLED:
        st.info(text, title="Cancelled", icon=":material/close:")
    else:
        st.error(text, title="The video was not segmented", icon=":material/error:")
    if cached.runs().resumable(run) and st.button(
        "Resume", type="primary", icon=":material/play_arrow:", key="resume_video", help="From the last finished chunk."
    ):
        _ask(cached.engine().resume, run)
    turn(VIDEO, "Try again", icon=":material/replay:", key="try_again", model=run.parent or "")
