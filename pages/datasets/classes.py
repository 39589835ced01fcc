"""The classes of a dataset: how much there is of each; names and colours can be changed."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from pydantic import ValidationError

from pages.common import cached, state
from pages.common.pictures import swatch_uri
from pages.common.widgets import md, problem
from segcore.classes import ClassTable, SegClass
from segcore.datasets.health import balance
from segcore.datasets.store import Dataset
from segcore.errors import SegcoreError


def table(dataset: Dataset) -> None:
    """One row a class: colour, name, frames that show it, share of all pixels."""
    rows = [
        {
            "": swatch_uri(dataset.classes[row.class_id]),
            "Class": row.name,
            "Frames": row.frames,
            "Train": row.train_frames,
            "Validate": row.val_frames,
            "Share of pixels": row.pixel_share * 100,
        }
        for row in balance(dataset)
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config={
            "": st.column_config.ImageColumn(width=36),
            "Frames": st.column_config.NumberColumn(help="Frames that show the class", width="small"),
            "Train": st.column_config.NumberColumn(help="of these to learn from", width="small"),
            "Validate": st.column_config.NumberColumn(help="of these to be scored on", width="small"),
            "Share of pixels": st.column_config.ProgressColumn(format="%.1f %%", min_value=0, max_value=100),
        },
        height="content",
        alt="Classes with their frames and share of pixels",
    )


def editor(dataset: Dataset) -> None:
    """Names and colours, saved together."""
    with st.expander("Change names and colours", icon=":material/palette:"):
        with st.form(f"classes_{dataset.name}", border=False):
            edited = [_row(dataset, c) for c in dataset.classes]
            saved = st.form_submit_button("Save", icon=":material/save:")
        if saved:
            _save(dataset, edited)


def _row(dataset: Dataset, segclass: SegClass) -> tuple[str, str]:
    with st.container(horizontal=True, vertical_alignment="center"):
        color = st.color_picker(
            f"Colour of class {segclass.id}",
            segclass.color,
            label_visibility="collapsed",
            key=f"color_{dataset.name}_{segclass.id}",
        )
        name = st.text_input(
            f"Name of class {segclass.id}",
            segclass.name,
            max_chars=100,
            label_visibility="collapsed",
            key=f"name_{dataset.name}_{segclass.id}",
        )
    return name, color


def _save(dataset: Dataset, edited: list[tuple[str, str]]) -> None:
    try:
        table = ClassTable.of([name.strip() for name, _ in edited], [color for _, color in edited])
        cached.datasets().set_classes(dataset.name, table)
    except ValidationError as error:
        st.error(md("; ".join(str(e["msg"]) for e in error.errors())), icon=":material/error:")
        return
    except SegcoreError as error:
        problem(error)
        return
    state.say("Classes saved")
    st.rerun()
