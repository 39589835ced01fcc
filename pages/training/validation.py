"""The fixed validation frames, epoch by epoch: truth, prediction and errors, with a slider that plays."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.common import cached, pictures
from pages.common.widgets import heading, legend, md
from pages.training import film
from segcore.classes import ClassTable, SegClass
from segcore.runs import Run
from segcore.training.pictures import FixedFrame, epochs, error_legend, overlay

MOST = 48
"""Epochs that are sent to the browser: about a megabyte."""


def panel(run: Run, classes: ClassTable) -> None:
    """One of the fixed frames, chosen by its name."""
    heading(
        "On frames it never learned from",
        help="Where prediction and truth agree, the errors are dark. Click a picture to enlarge it.",
    )
    frames, done = cached.fixed_frames(run.id), epochs(cached.runs(), run.id)
    if not frames or not done:
        st.caption("The first pictures appear after the first epoch.")
        return
    frame = _choose(frames)
    best = int(run.tags.get("segcore.best_epoch") or 0) or None
    shown = picked(done, best, MOST)
    shots = [
        film.Shot(
            epoch,
            cached.epoch_layer(run.id, epoch, frame.number, "prediction", classes),
            cached.epoch_layer(run.id, epoch, frame.number, "errors", classes),
        )
        for epoch in shown
    ]
    truth = pictures.data_uri(pictures.indexed_png(*overlay(frame.truth, frame.truth, classes, "truth")), "image/png")
    image = pictures.data_uri(pictures.jpeg(frame.image), "image/jpeg")
    film.draw(f"{run.id} {frame.stem}", image, truth, shots, best)
    kinds = list(enumerate(error_legend(classes)))
    legend(
        [SegClass(id=number, name=name, color=color) for number, (name, color, _) in kinds],
        {number: md(meaning) for number, (_, _, meaning) in kinds},
    )
    if len(shown) < len(done):
        st.caption(f"{len(shown)} of {len(done)} epochs are shown.")


def _choose(frames: Sequence[FixedFrame]) -> FixedFrame:
    stems = [frame.stem for frame in frames]
    if len(frames) == 1:
        return frames[0]
    stem = st.segmented_control(
        "Frame", stems, default=stems[0], required=True, key="fixed_frame", label_visibility="collapsed", format_func=md
    )
    return frames[stems.index(stem)] if stem in stems else frames[0]


def picked(epochs: Sequence[int], best: int | None, most: int) -> list[int]:
    """At most `most` of the epochs, evenly over the training; the first, the newest and the best are among them.

    Args:
        epochs: ascending.
        best: the best one, if there is one.
        most: 3 or more.
    """
    if len(epochs) <= most:
        return list(epochs)
    even = [epochs[round(i * (len(epochs) - 1) / (most - 2))] for i in range(most - 1)]
    return sorted({*even, *([best] if best in epochs else [])})  # type: ignore[list-item]
