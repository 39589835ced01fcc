"""Many videos being segmented: a row for each, a bar for all, and Cancel; then the way to the results."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, state
from pages.common import format as fmt
from pages.common.routes import RESULTS, VIDEO, go, link, turn
from pages.common.widgets import md, progress_text, state_badge
from segcore.batches.batch import BROKEN, LENGTH, Batch, open_batch, seconds_left, share_done, titles
from segcore.batches.making import goes_on, try_again, without_marks
from segcore.errors import SegcoreError
from segcore.runs import Run, RunState

ROWS = 30
"""Videos on one page of the list."""
EVERY_S = 1.0


def draw(batch: Batch) -> None:
    """Everything about one batch."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(batch.name, anchor=False, width="content")
        st.space("stretch")
        turn(VIDEO, "Other videos", icon=":material/arrow_back:", key="another_video")
    first = batch.runs[0]
    st.caption(f"started {fmt.ago(batch.created)} · by {md(first.params.get('run', ''))}")
    if batch.active:
        _follow(batch.id)
    else:
        _ended(batch)
        _rows(batch)


@st.fragment(run_every=EVERY_S)
def _follow(batch_id: str) -> None:
    """The batch while it is at work; when its last video ended, the whole page is drawn again."""
    batch = open_batch(cached.runs(), batch_id)
    if not batch.active:
        st.rerun()
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    left.progress(share_done(batch), text=md(overall(batch)))
    with right.container(horizontal_alignment="right"):
        st.button("Cancel all", icon=":material/close:", key="cancel_all", on_click=_cancel, args=(batch.runs,))
    _rows(batch)
    st.caption("You can leave this page: it goes on.")


def overall(batch: Batch) -> str:
    """ "3 of 12 done · 1 failed · about 8 min left"."""
    parts = [f"{len(batch.finished)} of {len(batch.runs)} done"]
    if batch.broken:
        parts.append(f"{len(batch.broken)} failed")
    if cancelled := batch.of(RunState.CANCELLED):
        parts.append(f"{len(cancelled)} cancelled")
    left = seconds_left(batch)
    if batch.active and left is not None:
        parts.append(f"{fmt.clock(left)} left")
    return " · ".join(parts)


def brief(batch: Batch) -> None:
    """A batch in one frame, for lists of what is going on."""
    with st.container(horizontal=True, vertical_alignment="center"):
        at_work = ", ".join(run.params.get("video", run.name) for run in batch.of(RunState.RUNNING))
        st.markdown(f"**{batch.name}** :gray[{md(at_work)}]", width="stretch")
        link(VIDEO, "Watch", icon=":material/visibility:", batch=batch.id)
    st.progress(share_done(batch), text=md(overall(batch)))


def _rows(batch: Batch) -> None:
    if complaint := state.take_complaint():
        st.error(md(complaint), icon=":material/error:")
    shown = list(zip(titles(batch.runs), batch.runs, strict=True))
    pages = -(-len(shown) // ROWS)
    page = st.pagination(pages, key="batch_page") if pages > 1 else 1
    for title, run in shown[(page - 1) * ROWS : page * ROWS]:
        with st.container(border=True, gap="small"):
            _row(title, run)


def _row(title: str, run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{md(title)}** :gray[{md(_facts(run))}]", width="stretch")
        state_badge(run)
        if run.state is RunState.RUNNING:
            turn(VIDEO, "Watch", icon=":material/visibility:", key=f"watch_{run.id}", run=run.id)
        if run.state.active:
            asked = run.request is not None
            st.button(
                "Cancel", type="tertiary", icon=":material/close:", key=f"cancel_{run.id}", disabled=asked,
                on_click=_cancel, args=((run,),),
            )  # fmt: skip
        elif run.state is RunState.FINISHED:
            link(RESULTS, "See the result", run=run.id)
        else:
            st.button(
                "Try again", type="tertiary", icon=":material/replay:", key=f"again_{run.id}",
                on_click=_retry, args=((run,),),
            )  # fmt: skip
    if run.state is RunState.RUNNING:
        st.progress((run.progress.share if run.progress else None) or 0.0, text=md(progress_text(run.progress)))
    elif run.state in BROKEN:
        st.caption(f":red[{md(without_marks(run.reason) or 'It ended without a result.')}]")


def _facts(run: Run) -> str:
    """How long a video is, and how long it took."""
    parts = [fmt.clock(float(run.params[LENGTH]))] if LENGTH in run.params else []
    parts += [f"took {fmt.clock(run.seconds)}"] if run.state is RunState.FINISHED else []
    return " · ".join(parts)


def _ended(batch: Batch) -> None:
    done, broken = batch.finished, batch.broken
    if len(done) == len(batch.runs):
        st.success(f"All {len(done)} videos are done.", icon=":material/check:")
    elif done:
        st.warning(f"{md(overall(batch))}. Why stands with each video.", icon=":material/warning:")
    else:
        st.error("No video was segmented. Why stands with each video.", icon=":material/error:")
    with st.container(horizontal=True):
        if done and st.button("See the results", type="primary", icon=RESULTS.icon, key="see_results"):
            go(RESULTS, batch=batch.id)
        if len(broken) > 1:
            label = f"Try the {len(broken)} failed ones again"
            st.button(label, icon=":material/replay:", key="again_all", on_click=_retry, args=(broken,))


def _retry(runs: tuple[Run, ...]) -> None:
    """Those of which chunks are finished go on after them, the others begin anew."""
    try:
        for run in runs:
            if goes_on(cached.runs(), run):
                cached.engine().resume(run.id)
                continue
            again = try_again(cached.runs(), run)
            if again.state is RunState.QUEUED:
                cached.engine().submit(again.id)
    except SegcoreError as error:
        state.complain(str(error))


def _cancel(runs: tuple[Run, ...]) -> None:
    """Those that wait first, so that none of them starts meanwhile."""
    try:
        for run in sorted(runs, key=lambda run: run.state is RunState.RUNNING):
            if run.state.active:
                cached.engine().cancel(run.id)
    except SegcoreError as error:
        state.complain(str(error))
