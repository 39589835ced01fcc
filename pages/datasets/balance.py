"""How much there is of each class."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.common.pictures import swatch_uri
from segcore.datasets.dataset import Dataset
from segcore.datasets.health import balance


def table(dataset: Dataset) -> None:
    """One row a class: colour, name, frames that show it, share of all pixels."""
    rows = [
        {
            "": swatch_uri(dataset.classes[row.class_id]),
            "Class": row.name,
            "Learn": row.train_frames,
            "Score": row.val_frames,
            "Share": row.pixel_share * 100,
        }
        for row in balance(dataset)
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config={
            "": st.column_config.ImageColumn(width=36),
            "Learn": st.column_config.NumberColumn(help="Frames with it to learn from", width=60),
            "Score": st.column_config.NumberColumn(help="Frames with it to be scored on", width=60),
            "Share": st.column_config.ProgressColumn(
                format="%.1f %%", min_value=0, max_value=100, help="Of all labelled pixels", width="medium"
            ),
        },
        height="content" if len(rows) <= 16 else 600,
        alt="Classes with their frames and share of pixels",
    )
