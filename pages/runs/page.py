"""Runs: which is best, and why?"""

import streamlit as st

from pages.common import cached, owners, state
from pages.common.routes import RUNS, TRAINING, turn
from pages.common.widgets import empty, problem, title, wake_engine
from pages.runs import bundle, compare, opened, table
from segcore.errors import RunNotFound

wake_engine()
runs = cached.runs().list("train")
asked = state.params("run")

if asked:
    try:
        named = [cached.runs().get(name) for name in dict.fromkeys(asked)]
    except RunNotFound as error:
        title("Runs", "Everything that was trained.")
        problem(error)
        turn(RUNS, "All runs", key="all_runs")
        st.stop()
    if len(named) == 1:
        opened.draw(named[0])
    else:
        compare.page(named)
elif not runs:
    title("Runs", "Which is best, and why?")
    empty(
        ":material/leaderboard:",
        "Nothing trained yet",
        "Every training becomes a run that can be compared and used for videos.",
        TRAINING,
        "Start a training",
    )
    bundle.draw()
else:
    title("Runs", "Which is best, and why? Tick runs to compare them.")
    runs = owners.chosen(runs, lambda run: run.owner, "runs")
    chosen = table.draw(runs)
    if len(chosen) == 1:
        table.open_link(chosen[0])
    elif chosen:
        turn(
            RUNS, "A page of its own, to share", icon=":material/link:", key="open_compared", run=[r.id for r in chosen]
        )
    bundle.draw()
    compare.draw(chosen or runs[:3])
