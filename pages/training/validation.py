"""The fixed validation frames, epoch by epoch: image, truth, prediction."""

from __future__ import annotations

import re

import streamlit as st

from pages.common import cached
from pages.common.widgets import heading
from segcore.runs import Run

FOLDER = "validation"


def panel(run: Run) -> None:
    """The picture of one epoch: the newest while it trains, or the one that the slider is at."""
    epochs = picture_epochs(cached.runs().files(run.id, FOLDER))
    heading("On frames it never learned from")
    if not epochs:
        st.caption("The first picture appears after the first epoch.")
        return
    shown = _choose(epochs, live=run.state.active) if len(epochs) > 1 else epochs[-1]
    path = cached.runs().file(run.id, f"{FOLDER}/epoch-{shown:04d}.jpg")
    st.image(
        path.read_bytes(),
        caption=f"epoch {shown}: frame · truth · prediction",
        alt=f"Validation frames after epoch {shown}: frame, truth and prediction side by side",
        width="stretch",
    )


def _choose(epochs: list[int], *, live: bool) -> int:
    """The epoch to show; a slider's options must not move under the user, so following is a choice of its own."""
    if live and st.toggle("Follow the newest epoch", True, key="follow_epoch"):
        return epochs[-1]
    chosen = st.select_slider("Epoch", epochs, epochs[-1], key=f"epoch_of_{'live' if live else 'ended'}")
    return chosen if chosen in epochs else epochs[-1]


def picture_epochs(files: list[str]) -> list[int]:
    """The epochs of which there is a picture, ascending."""
    found = (re.search(r"epoch-(\d+)\.jpg$", name) for name in files)
    return sorted(int(match[1]) for match in found if match)
