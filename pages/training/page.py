"""Training: the form before, the monitor during, the verdict after. ?run=… shows a run, also in another browser."""

import streamlit as st

from pages.common import cached, rights, state
from pages.common.routes import DATASETS, TRAINING, turn
from pages.common.widgets import empty, md, problem, title, wake_engine
from pages.training import form, monitor, origin, others
from segcore.access import Action
from segcore.errors import RunNotFound

wake_engine()
asked = state.param("run")
names = cached.datasets().names()

if asked:
    try:
        run = cached.runs().get(asked)
    except RunNotFound as error:
        title("Training", "How is it going, and will it be good?")
        problem(error)
        turn(TRAINING, "Start a new training", key="new_training")
        st.stop()
    state.new_train_token()
    monitor.draw(run)
elif not names:
    title("Training", "How is it going, and will it be good?")
    empty(
        ":material/photo_library:",
        "No dataset yet",
        "A network learns from labelled frames: import yours, or take the sample scene.",
        DATASETS,
        "Go to datasets",
    )
else:
    title("Training", "Choose a dataset and how long it may take. The rest is set for you.")
    others.draw()
    if rights.only_look(Action.START, "train a network"):
        st.stop()
    chosen = state.param("dataset") or origin.linked_dataset()
    name = st.selectbox(
        "Dataset",
        names,
        index=names.index(chosen) if chosen in names else 0,
        format_func=md,
        key="training_dataset",
        width=420,
    )
    form.draw(cached.dataset(name))
