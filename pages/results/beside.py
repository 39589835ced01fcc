"""The choice of another result to look at beside one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.common import cached
from pages.common import format as fmt
from pages.common.routes import RESULTS, go
from segcore.runs import Run, RunState


def offer(run: Run) -> None:
    """A small form behind a button: which other result."""
    with st.popover("Compare", icon=":material/compare:"):
        others = in_order(run, cached.runs().list("segment", (RunState.FINISHED,)))
        if not others:
            st.caption("There is no other result yet. Segment another video, or this one with another network.")
            return
        names = {other.id: label(run, other) for other in others}
        chosen = st.selectbox(
            "With", list(names), format_func=lambda other: names[other], key="compare_with", width=420
        )
        if st.button("Side by side", icon=":material/compare:", key="compare"):
            go(RESULTS, run=run.id, **{"with": str(chosen)})


def in_order(run: Run, results: Sequence[Run]) -> list[Run]:
    """The other results: those of a video of the same name first, else as they come."""
    others = [other for other in results if other.id != run.id]
    return sorted(others, key=lambda other: other.params.get("video") != run.params.get("video"))


def label(run: Run, other: Run) -> str:
    """ "desk-2 · same video · by net-b · 3 h ago"; of another video its name."""
    video = other.params.get("video", "")
    same = bool(video) and video == run.params.get("video")
    parts = [other.name, "same video" if same else video, f"by {other.params.get('run', '–')}", fmt.ago(other.ended)]
    return " · ".join(part for part in parts if part)
