"""Evaluation: how good is a run, how sure is that, and where does it fail? ?run=…&split=… shows a report."""

from pages.common import cached, state
from pages.common.routes import TRAINING
from pages.common.widgets import empty, problem, title, wake_engine
from pages.evaluation import chooser, opened
from segcore.errors import RunNotFound

wake_engine()
title("Evaluation", "How good is a run, how sure is that, and where does it fail?")
runs = chooser.scorable(cached.runs().list("train"))
asked = state.param("run")

if asked:
    try:
        cached.runs().get(asked)
    except RunNotFound as error:
        problem(error)
        state.set_param("run", None)
if not runs:
    empty(
        ":material/fact_check:",
        "Nothing to evaluate yet",
        "Once a training has finished an epoch, its network can be scored class by class and frame by frame.",
        TRAINING,
        "Start a training",
    )
else:
    opened.draw(*chooser.draw(runs, asked))
