"""Datasets: what have I, and is it sound?"""

import streamlit as st

from pages.common import cached, state
from pages.common.routes import DATASETS, turn
from pages.common.widgets import problem, title
from pages.datasets import guide, importing, opened, shelf
from segcore.errors import DatasetNotFound

names = cached.datasets().names()
asked = state.param("dataset")

if asked:
    try:
        dataset = cached.datasets().open(asked)
    except DatasetNotFound as error:
        title("Datasets", "Labelled frames that a network learns from.")
        problem(error)
        turn(DATASETS, "All datasets", key="all_datasets")
        st.stop()
    opened.draw(dataset)
else:
    title("Datasets", "Labelled frames that a network learns from.")
    if names:
        shelf.draw(names)
        with st.expander("Import another dataset", icon=":material/add:", key="import_box", on_change="rerun") as box:
            if box.open:
                importing.draw(names)
    else:
        importing.draw(names)
    guide.draw(opened=not names)
