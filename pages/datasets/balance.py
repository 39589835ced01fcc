"""How much there is of each class."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.common.pictures import class_bar, swatch_uri
from segcore.datasets.dataset import Dataset
from segcore.datasets.health import balance


def table(dataset: Dataset) -> None:
    """The shares as a bar; one row a class: colour, name, frames that show it, share of all pixels."""
    shares = balance(dataset)
    bar = class_bar([row.pixel_share for row in shares], dataset.classes)
    st.image(bar, alt="Share of pixels of each class", width="stretch")
    rows = [
        {
            "": swatch_uri(dataset.classes[row.class_id]),
            "Class": row.name,
            "Learned from": row.train_frames,
            "Scored on": row.val_frames,
            "Share": row.pixel_share * 100,
        }
        for row in shares
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config={
            "": st.column_config.ImageColumn(width=36),
            "Learned from": st.column_config.NumberColumn(help="Frames with it to learn from", width="small"),
            "Scored on": st.column_config.NumberColumn(help="Frames with it to be scored on", width="small"),
            "Share": st.column_config.NumberColumn(format="%.1f %%", help="Of all labelled pixels", width="small"),
        },
        height="content" if len(rows) <= 16 else 600,
        alt="Classes with their frames and share of pixels",
    )
