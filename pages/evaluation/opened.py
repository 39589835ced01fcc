"""The report of one run on one part of its dataset, from the verdict down to single frames."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, cached_runs
from pages.common.routes import RUNS, TRAINING, link
from pages.evaluation import folds, making, scores, verdict, worst
from segcore.datasets.dataset import Dataset
from segcore.errors import DatasetError
from segcore.runs import Run


def draw(run: Run, split: str, background: bool) -> None:
    """The report, or the way to get one."""
    report, dataset = cached_runs.report(run.id, split), dataset_of(run)
    if report is None:
        making.draw(run, split, again=False)
        folds.draw(run, dataset, None)
        return
    making.note(run, report, dataset)
    st.markdown(verdict.words(report, background=background))
    caution = verdict.caution(report)
    if caution:
        st.caption(f":material/info: {caution}")
    scores.means(report, background=background)
    with st.container(horizontal=True, vertical_alignment="center"):
        if split != "folds":
            making.draw(run, split, again=True)
        link(RUNS, "The run", run=run.id)
        link(TRAINING, "Curves and pictures", run=run.id)
    scores.classes(report, background=background)
    scores.depth(report)
    worst.draw(report, dataset, background=background)
    folds.draw(run, dataset, report)


def dataset_of(run: Run) -> Dataset | None:
    """The run's dataset; None where it is gone or damaged."""
    try:
        return cached.dataset(str(run.dataset))
    except DatasetError:
        return None
