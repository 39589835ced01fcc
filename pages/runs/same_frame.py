"""The same validation frame as each run sees it, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from pages.common import cached
from pages.common import format as fmt
from pages.common.pictures import jpeg
from pages.common.widgets import heading, md
from pages.training.live import run_classes
from segcore.evaluation.metrics import Evaluation
from segcore.runs import Run
from segcore.training import pictures
from segcore.training.pictures import FixedFrame, Layer

LAYERS: dict[str, Layer] = {"Prediction": "prediction", "Errors": "errors"}


def draw(runs: Sequence[Run], scored: Mapping[str, Evaluation]) -> None:
    """Choose a frame that all runs kept; the truth first, then each run at its best epoch.

    Args:
        runs: those that are compared.
        scored: run id → its evaluation, for the score of the frame.
    """
    kept = {run.id: {f.stem: f for f in pictures.fixed_frames(cached.runs(), run.id)} for run in runs}
    heading("The same frame", help="A frame that none of them learned from, at the best epoch of each.")
    common = common_stems([list(frames) for frames in kept.values()])
    if not common:
        st.caption("These runs kept no validation frame in common: they were trained on other data or splits.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        stem = st.segmented_control("Frame", common, default=common[0], required=True, key="same_frame")
        layer = st.segmented_control("Show", list(LAYERS), default="Prediction", required=True, key="same_layer")
    with st.grid(min(4, len(runs) + 1), min_column_width=170):
        first = runs[0]
        _picture(first, kept[first.id][stem], None, "truth", "What people labelled")
        for run in runs:
            words = f"{md(run.name)}{_score(scored.get(run.id), stem)}"
            _picture(run, kept[run.id][stem], shown_epoch(run), LAYERS[layer], words)
    if LAYERS[layer] == "errors":
        classes = run_classes(runs[0])
        if classes is not None:
            parts = [f"**{name}**: {md(meaning)}" for name, _, meaning in pictures.error_legend(classes)]
            st.caption(" · ".join(parts))


def common_stems(lists: Sequence[Sequence[str]]) -> list[str]:
    """The names that are in every list, in the order of the first."""
    return [stem for stem in lists[0] if all(stem in other for other in lists[1:])] if lists else []


def shown_epoch(run: Run) -> int | None:
    """The run's best epoch, or its newest where the pictures of the best are not there; None before the first."""
    there = pictures.epochs(cached.runs(), run.id)
    best = int(run.tags.get("segcore.best_epoch") or 0)
    return best if best in there else there[-1] if there else None


def _score(scored: Evaluation | None, stem: str) -> str:
    value = dict(scored.images).get(stem) if scored else None
    return f" · {fmt.score(value)}" if value is not None else ""


def _picture(run: Run, frame: FixedFrame, epoch: int | None, layer: Layer, words: str) -> None:
    classes = run_classes(run)
    with st.container():
        if classes is None or (epoch is None and layer != "truth"):
            st.caption(f"{words}: no picture yet")
            return
        labels = frame.truth if epoch is None else pictures.labels(cached.runs(), run.id, epoch, frame.number)
        image = pictures.compose(frame.image, labels, frame.truth, classes, layer)
        st.image(jpeg(image, 90), caption=words, alt=f"{words}, frame {frame.stem}", width="stretch")
