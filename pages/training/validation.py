"""The fixed validation frames, epoch by epoch: truth, prediction and errors, with a slider that plays."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.common import cached, cached_runs, pictures
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
    frames, done = cached_runs.fixed_frames(run.id), epochs(cached.runs(), run.id)
    if not frames or not done:
        st.caption("The first pictures appear after the first epoch.")
        return
    frame = _choose(frames)
    best = int(run.tags.get("segcore.best_epoch") or 0) or None
    shown = picked(done, best, MOST)
    shots = [
        film.Shot(
            epoch,
            cached_runs.epoch_layer(run.id, epoch, frame.number, "prediction", classes),
            cached_runs.epoch_layer(run.id, epoch, frame.number, "errors", classes),
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
    """At most `most` of the epochs: every 1st, 2nd, 4th or 8th … one, the best and the newest.

    So the choice seldom changes while epochs are added, and what the user looks at stays.

    Args:
        epochs: ascending.
        best: the best one, if there is one.
        most: 3 or more.
    """
    if len(epochs) <= most:
        return list(epochs)
    every = 1
    while len(epochs[::every]) > most - 2:
        every *= 2
    return sorted({*epochs[::every], epochs[-1], *(e for e in epochs if e == best)})
