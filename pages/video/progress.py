"""A video being segmented: bar, live frame, what takes the time, Stop, Cancel, Resume; then the way to the result."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.common import cached, rights
from pages.common import format as fmt
from pages.common.routes import RESULTS, VIDEO, go, turn
from pages.common.widgets import md, problem, progress_bar, side_by_side, state_badge
from pages.video import batch, stages
from segcore.access import Action
from segcore.batches.batch import BATCH, Batch, grouped, open_batch
from segcore.batches.making import without_marks
from segcore.errors import SegcoreError
from segcore.runs import Run, RunState
from segcore.video.outputs.previews import PREVIEW_FILE

STEER = Action.STEER_RUN
MOST = 5
"""Jobs that are listed on the page of others."""
STATE_S, PICTURE_S = 1.0, 0.5


def others() -> None:
    """Videos that are being segmented now; those of a batch as one."""
    active = cached.runs().list("segment", (RunState.RUNNING, RunState.QUEUED))
    for item in grouped(active)[:MOST]:
        if isinstance(item, Batch):
            with st.container(border=True):
                batch.brief(open_batch(cached.runs(), item.id))
            continue
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{md(item.name)}** :gray[{md(item.params.get('video', ''))}]", width="stretch")
            state_badge(item)
            turn(VIDEO, "Watch", icon=":material/visibility:", key=f"watch_{item.id}", run=item.id)


def draw(run: Run) -> None:
    """Everything about one video job."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(md(run.name), anchor=False, width="content")
        state_badge(run)
        st.space("stretch")
        if run.params.get(BATCH):
            turn(VIDEO, "All of its batch", icon=":material/list:", key="its_batch", batch=run.params[BATCH])
        turn(VIDEO, "Another video", icon=":material/arrow_back:", key="another_video")
    st.caption(f"{md(run.params.get('video', ''))} · by {md(run.params.get('run', ''))}")
    if run.state.active:
        left, right = side_by_side(5, 2, 120)
        with left:
            _picture(run.id, run.state)
        with right:
            _follow(run.id, run.state.value)
            _controls(run)
    else:
        _ended(run)


def _controls(run: Run) -> None:
    asked = run.request is not None
    with st.container(horizontal=True):
        if run.state is RunState.RUNNING and rights.button(
            STEER, run.owner, "Stop and keep what is done", icon=":material/stop:", key="stop_video", disabled=asked
        ):
            _ask(cached.engine().stop, run)
        if rights.button(STEER, run.owner, "Cancel", icon=":material/close:", key="cancel_video", disabled=asked):
            _ask(cached.engine().cancel, run)


def _ask(what: Callable[[str], None], run: Run) -> None:
    try:
        what(run.id)
    except SegcoreError as error:
        problem(error)
        return
    st.rerun()


@st.fragment(run_every=STATE_S)
def _follow(run_id: str, shown_state: str) -> None:
    """How far it is, and what takes the time; once the run's state changes, the whole page is drawn again."""
    run = cached.runs().get(run_id)
    if run.state.value != shown_state:
        if run.state is RunState.FINISHED and not run.params.get(BATCH):
            go(RESULTS, run=run.id)
        st.rerun()
    progress_bar(run)
    stages.draw(run)


@st.fragment(run_every=PICTURE_S)
def _picture(run_id: str, state: RunState) -> None:
    """The newest frame; looking at it makes the job show itself twice a second."""
    runs = cached.runs()
    runs.watch(run_id)
    if runs.has_file(run_id, PREVIEW_FILE):
        picture = runs.file(run_id, PREVIEW_FILE).read_bytes()
        st.image(picture, alt="The newest segmented frame", width="stretch")
    elif state is RunState.RUNNING:
        st.caption("The network is being opened; the first frame appears in a few seconds. You can leave this page.")
    else:
        st.caption("It starts as soon as a place is free. You can leave this page.")


def _ended(run: Run) -> None:
    if run.state is RunState.FINISHED:
        st.success(f"Done in {fmt.clock(run.seconds)}.", icon=":material/check:")
        if st.button("See the result", type="primary", icon=RESULTS.icon, key="see_result"):
            go(RESULTS, run=run.id)
        stages.folded(run)
        return
    text = md(without_marks(run.reason)) or "It ended without a result."
    if run.state is RunState.CANCELLED:
        st.info(text, title="Cancelled", icon=":material/close:")
    else:
        st.error(text, title="The video was not segmented", icon=":material/error:")
    if cached.runs().resumable(run) and rights.button(
        STEER, run.owner, "Resume", type="primary", icon=":material/play_arrow:", key="resume_video",
        help="From the last finished chunk.",
    ):  # fmt: skip
        _ask(cached.engine().resume, run)
    turn(VIDEO, "Try again", icon=":material/replay:", key="try_again", model=run.parent or "")
