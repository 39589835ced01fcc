"""Samples: what will the network see? Augmented frames above, darkened with one contour per class below."""

import streamlit as st

from pages.common import cached, state
from pages.common.routes import DATASETS
from pages.common.widgets import empty, legend, md, problem, title
from pages.samples import figure, settings
from segcore.errors import SegcoreError

title("Samples", "What the network will see: each time another cut, turn and light – the labels move along.")

names = cached.datasets().names()
if not names:
    empty(
        ":material/photo_library:",
        "No dataset yet",
        "Samples are drawn from labelled frames: import yours, or take the sample scene.",
        DATASETS,
        "Go to datasets",
    )
    st.stop()

asked = state.param("dataset")
chosen = names.index(asked) if asked in names else 0
bar = st.container(horizontal=True, vertical_alignment="bottom")
name = bar.selectbox("Dataset", names, chosen, format_func=md, key="samples_dataset", width=320)
preset = settings.preset(bar)
count = bar.number_input("Samples", 1, 40, 10, key="samples_count", width=120)
bar.button("Reshuffle", type="primary", icon=":material/shuffle:", key="reshuffle", on_click=state.next_sample_seed)

try:
    dataset = cached.datasets().open(name)
    config = settings.draw(name, preset)
    legend(c for c in dataset.classes if c.id)
    figure.draw(dataset, config, int(count), state.sample_seed())
except SegcoreError as error:
    problem(error, "The samples could not be drawn")
