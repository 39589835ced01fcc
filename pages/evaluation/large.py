"""One scored frame, large: its layers, what went wrong, and the score of each class in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
import streamlit as st

from pages.common import cached, cached_media, state
from pages.common import format as fmt
from pages.common.pictures import data_uri, swatch_uri
from pages.common.widgets import md, side_by_side
from pages.evaluation.panes import read_prediction
from pages.samples import lens
from segcore.classes import ClassTable
from segcore.datasets.dataset import Dataset, read_labels
from segcore.evaluation.metrics import iou
from segcore.evaluation.report import ImageScores, Report
from segcore.pipeline.preprocess import resize_labels
from segcore.training.pictures import ERROR_KINDS, error_map

Shown = Literal["Errors", "Prediction", "Truth", "Image"]
LAYERS: tuple[Shown, ...] = ("Errors", "Prediction", "Truth", "Image")
_ERRORS = ClassTable.of(["right", *(kind.name for kind in ERROR_KINDS)], ["#000000", *(k.color for k in ERROR_KINDS)])


def draw(report: Report, dataset: Dataset, shown: Sequence[tuple[ImageScores, float]], at: int) -> None:
    """The frame beside its scores.

    Args:
        report: of all frames.
        dataset: that holds them.
        shown: frames with their scores, the worst first.
        at: which of them.
    """
    image, score = shown[at]
    layer = _way(shown, at, score)
    pair = next(pair for pair in dataset.pairs if pair.stem == image.stem)
    truth = read_labels(pair)
    path = cached.runs().file(image.run or report.subject.run, image.picture)
    predicted = resize_labels(read_prediction(path), (truth.shape[0], truth.shape[1]))
    picture, facts = side_by_side(4, 1, 180)
    with picture:
        changed = pair.image.stat().st_mtime_ns
        uri = cached_media.frame_uri(str(pair.image), changed)
        if layer == "Errors":
            uri = cached_media.dark_frame_uri(str(pair.image), changed)
            lens.draw(uri, error_map(predicted, truth), _ERRORS, "fill", (1, 2, 3), pair.stem)
        else:
            labels = truth if layer == "Truth" else predicted
            every = [c.id for c in dataset.classes]
            lens.draw(uri, labels, dataset.classes, "image" if layer == "Image" else "fill", every[1:], pair.stem)
        st.caption("The wheel zooms, dragging moves, a double click shows all.")
    with facts:
        _classes(report, dataset, image)


def square(color: str) -> str:
    """A colour as a small picture inside text (Markdown)."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="14" height="14">'
        f'<rect x="1" y="1" width="12" height="12" rx="3" fill="{color}" stroke="#8a9a9a"/></svg>'
    )
    return f"![colour]({data_uri(svg.encode(), 'image/svg+xml')})"


def _way(shown: Sequence[tuple[ImageScores, float]], at: int, score: float) -> Shown:
    """Back, worse, better, and which layer."""
    with st.container(horizontal=True, vertical_alignment="center"):
        _button("All frames", ":material/arrow_back:", None, back=True)
        _button("Worse", ":material/chevron_left:", shown[at - 1][0].stem if at else None)
        _button("Better", ":material/chevron_right:", shown[at + 1][0].stem if at + 1 < len(shown) else None)
        st.markdown(
            f"**{md(shown[at][0].stem)}** \u2002 :gray[{at + 1} of {len(shown)} · mIoU {fmt.score(score)}]",
            width="content",
        )
        st.space("stretch")
        chosen: Shown = st.segmented_control(
            "Layer", LAYERS, default="Errors", required=True, key="error_layer", label_visibility="collapsed"
        )
    return chosen


def _button(label: str, icon: str, stem: str | None, *, back: bool = False) -> None:
    st.button(
        label,
        icon=icon,
        key=f"evaluation_{label}",
        disabled=stem is None and not back,
        on_click=state.set_param,
        args=("frame", stem),
    )


def _classes(report: Report, dataset: Dataset, image: ImageScores) -> None:
    """The classes of this frame, the worst first; then the errors' colours."""
    overlap = iou(image.matrix(len(report.classes)))
    present = sorted((c for c in dataset.classes if not np.isnan(overlap[c.id])), key=lambda c: float(overlap[c.id]))
    rows = [{"": swatch_uri(c), "Class": c.name, "IoU": float(overlap[c.id])} for c in present]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        column_config={
            "": st.column_config.ImageColumn(width=36),
            "IoU": st.column_config.NumberColumn(format="%.3f"),
        },
        alt="Scores of the classes in this frame",
    )
    for kind in ERROR_KINDS:
        meaning = kind.meaning.format(background=report.classes[0].name)
        st.caption(f"{square(kind.color)} {kind.name} – {md(meaning)}")
