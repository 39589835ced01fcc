"""One frame of a result, its labels to be corrected; below it the frames that are worth it. ?run=…&correct=FRAME."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.common import cached_runs, gallery, rights, serving, state
from pages.common.gallery import Tile
from pages.common.routes import RESULTS, turn
from pages.common.widgets import heading, md, problem
from pages.results import brush, certainty, corrected, easel
from pages.results.easel import Easel
from segcore.access import Action
from segcore.errors import SegcoreError
from segcore.runs import Run

COUNT = 12
"""So many frames are proposed."""


def draw(run: Run, asked: str) -> None:
    """The page of one frame."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title("Correct labels", anchor=False, width="content")
        st.space("stretch")
        turn(RESULTS, f"Back to {md(run.name)}", icon=":material/arrow_back:", key="back_to_result", run=run.id)
    if rights.only_look(Action.ANNOTATE, "correct labels"):
        return
    try:
        opened = easel.set_up(run, _number(asked))
        frames = worth(run)
    except SegcoreError as error:
        problem(error, "This frame cannot be opened")
        return
    found = easel.corrections(run).all()
    done = {one.note.frame for one in found}
    following = _following(frames, opened, done)
    _told(opened)
    brush.draw(_canvas(opened, further=following is not None), lambda sent: _saved(opened, sent, following))
    if found:
        corrected.add(run, found)
    _wall(run, frames, done, opened)


def _number(asked: str) -> int:
    return int(asked) if asked.isdecimal() else -1


def _told(opened: Easel) -> None:
    note = opened.correction.note if opened.correction else None
    by = f" by {md(note.by)}" if note and note.by else ""
    said = f"corrected{by}" if note else "the network's own labels; paint over what is wrong"
    st.caption(f"Frame {opened.frame} at {opened.time_s:.2f} s · {said}")
    dataset = opened.run.dataset
    if dataset and not easel.teaches(opened, dataset):
        text = f"{md(dataset)} scores this frame, or one much like it, and so will not learn from it. Take another one."
        st.info(text, icon=":material/info:")


def _canvas(opened: Easel, *, further: bool) -> brush.Canvas:
    height, width = opened.opened.size
    version = opened.opened.version
    return brush.Canvas(
        frame=opened.name,
        picture=serving.offer(opened.opened.picture, "frame.jpg", shown=True),
        labels=serving.offer(opened.opened.labels, f"labels-{version}", shown=True),
        width=width,
        height=height,
        version=version,
        kept=opened.correction is not None,
        classes=opened.classes,
        further=further,
    )


def _saved(opened: Easel, sent: dict[str, Any], following: int | None) -> None:
    if easel.take(opened, sent) and sent.get("further") and following is not None:
        state.set_param("correct", str(following))


def worth(run: Run) -> list[int]:
    """Frames worth correcting, in order of time; those that were corrected are among them."""
    proposals = cached_runs.proposals(run.id, COUNT) if certainty.table(run) is not None else []
    return sorted({one.frame for one in proposals} | corrected.saved(run))


def _following(frames: list[int], opened: Easel, done: set[int]) -> int | None:
    """The next frame that nobody corrected yet; after the last one the first again."""
    left = [frame for frame in frames if frame not in done and frame != opened.frame]
    return next((frame for frame in left if frame > opened.frame), left[0] if left else None)


def _wall(run: Run, frames: list[int], done: set[int], opened: Easel) -> None:
    others = [frame for frame in frames if frame != opened.frame]
    if not others:
        return
    heading("Other frames", help="Of which the network is least sure, and those that were corrected.")
    try:
        pictures = corrected.pictures(run, others)
    except SegcoreError as error:
        problem(error, "The other frames cannot be shown")
        return
    by_time = {f"{easel.time_of(run, frame):.2f} s": frame for frame in others if frame in pictures}
    tiles = [
        Tile(time, pictures[frame], f"Frame at {time}", "✓ corrected" if frame in done else "")
        for time, frame in by_time.items()
    ]
    gallery.draw(tiles, lambda time: state.set_param("correct", str(by_time[time])), key="frames_to_correct", least=180)
