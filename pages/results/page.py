"""Results: what is in the video? ?run=… shows one."""

import streamlit as st

from pages.common import cached, state
from pages.common.routes import RESULTS, VIDEO, turn
from pages.common.widgets import empty, problem, title
from pages.results import opened, shelf
from segcore.errors import RunNotFound
from segcore.runs import RunState

asked = state.param("run")
results = cached.runs().list("segment", (RunState.FINISHED,))

if asked:
    try:
        run = cached.runs().get(asked)
    except RunNotFound as error:
        title("Results", "What is in the video?")
        problem(error)
        turn(RESULTS, "All results", key="all_results")
        st.stop()
    opened.draw(run)
elif not results:
    title("Results", "What is in the video?")
    empty(
        ":material/movie:",
        "No segmented video yet",
        "Here you will watch the segmented video, see what was where and when, and download everything.",
        VIDEO,
        "Segment a video",
    )
else:
    title("Results", "What is in the video?")
    shelf.draw(results)
