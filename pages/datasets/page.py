"""Datasets: what have I, and is it sound?"""

import streamlit as st

from pages.common import cached, owners, rights, state, tasks
from pages.common.routes import DATASETS, turn
from pages.common.widgets import problem, title
from pages.datasets import arrival, guide, importing, opened, shelf, video_task, wizard
from segcore.access import Action
from segcore.errors import DatasetNotFound

asked, draft = state.param("dataset"), state.param("draft")
command = tasks.find(state.param("task"))
arrival.lead_on(command)

if asked:
    try:
        dataset = cached.dataset(asked)
    except DatasetNotFound as error:
        title("Datasets", "Labelled frames that a network learns from.")
        problem(error)
        turn(DATASETS, "All datasets", key="all_datasets")
        st.stop()
    opened.draw(dataset, command)
elif draft:
    wizard.draw(draft, command)
else:
    names = cached.datasets().names()
    title("Datasets", "Labelled frames that a network learns from.")
    arrival.draw(command)
    if names:
        shelf.draw(owners.chosen(names, shelf.owner, "datasets"))
    if rights.only_look(Action.ADD_DATASET, "import frames"):
        st.stop()
    with st.expander(
        "Import another dataset" if names else "Import your labelled frames",
        expanded=not names,
        icon=":material/add:",
        key="import_box",
        on_change="rerun",
    ) as box:
        if box.open:
            importing.draw(names)
    video_task.offer(command)
    guide.draw(opened=not names)
