"""The frames that went worst, with where they went wrong; one opens large."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, cached_runs, gallery, state
from pages.common import format as fmt
from pages.common.widgets import heading, md
from pages.evaluation import large
from segcore.datasets.dataset import Dataset, Pair
from segcore.evaluation.report import ImageScores, Report
from segcore.training.pictures import error_legend

ROUND = 8
"""Frames that are shown at a time."""


def draw(report: Report, dataset: Dataset | None, *, background: bool) -> None:
    """A row of four pictures for each frame, the worst first."""
    heading("Worst frames", help="Click one to look into it.")
    if dataset is None:
        st.info(
            f"The dataset {md(report.subject.dataset)} is not here any more, so its frames cannot be shown.",
            icon=":material/image_not_supported:",
        )
        return
    pairs = {pair.stem: pair for pair in dataset.pairs}
    shown = [
        (image, score)
        for image, score in report.worst(background=background)
        if image.stem in pairs and _has_picture(report, image)
    ]
    asked = state.param("frame")
    order = [image.stem for image, _ in shown]
    if asked in order:
        large.draw(report, dataset, shown, order.index(asked))
        return
    legend(report)
    count = ROUND * rounds(report)
    tiles = [
        gallery.Tile(
            image.stem,
            strip(report, dataset, pairs[image.stem], image),
            f"Frame {image.stem}: image, truth, prediction, errors",
            f"mIoU {fmt.score(score)}",
        )
        for image, score in shown[:count]
    ]
    gallery.draw(tiles, open_frame, key="worst_frames", least=760)
    if len(shown) > count:
        st.button("Show more", icon=":material/expand_more:", key="more_worst", on_click=_more, args=(report,))


def legend(report: Report) -> None:
    """What the columns and the colours of errors are."""
    kinds = " \u2003 ".join(
        f"{large.square(color)}\u00a0{name} :gray[– {md(meaning)}]"
        for name, color, meaning in error_legend(report.classes)
    )
    st.markdown(f":gray[Left to right: image, truth, prediction, errors.] \u2003 {kinds}")


def rounds(report: Report) -> int:
    """How often more frames were asked for, from 1."""
    return int(cached.kept(f"worst {report.subject.run} {report.created}").get("rounds", 1))


def _more(report: Report) -> None:
    kept = cached.kept(f"worst {report.subject.run} {report.created}")
    kept["rounds"] = kept.get("rounds", 1) + 1


def open_frame(stem: str | None) -> None:
    """Show a frame large, or all of them again."""
    state.set_param("frame", stem)


def strip(report: Report, dataset: Dataset, pair: Pair, image: ImageScores) -> bytes:
    """Image, truth, prediction and errors side by side (JPEG)."""
    return cached_runs.evaluation_strip(
        dataset.name,
        dataset.content_hash + pair.table.hex(),
        pair.stem,
        image.run or report.subject.run,
        image.picture,
        report.created,
    )


def _has_picture(report: Report, image: ImageScores) -> bool:
    return bool(image.picture) and cached.runs().has_file(image.run or report.subject.run, image.picture)
