"""Frames of a dataset as thumbnails in rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from pages.common import cached, strips
from pages.common.widgets import md
from segcore.datasets.dataset import Dataset, Pair

WIDTH = 320


def grid(
    dataset: Dataset, pairs: Sequence[Pair], *, across: int, least: int, sides: Mapping[str, int] | None = None
) -> None:
    """Thumbnails with contours, named by their stems.

    Args:
        across: how many in a row at most; `least` pixels wide each.
        sides: stem → an index into `strips.SIDES`, shown as a band below the picture.
    """
    pictures = cached.thumbs().pictures(dataset, pairs, "contours", WIDTH)
    with st.grid(across, min_column_width=least, gap="xsmall"):
        for pair, picture in zip(pairs, pictures, strict=True):
            shown = picture if sides is None else strips.banded(picture, sides[pair.stem])
            st.image(shown, caption=md(pair.stem), alt=f"Frame {pair.stem}", width="stretch")
