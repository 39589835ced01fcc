"""What a training starts from: ImageNet (or random weights), or a run that was trained before."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, state
from pages.common import format as fmt
from pages.common.widgets import md, problem
from segcore.datasets.store import Dataset
from segcore.errors import RunNotFound, SegcoreError
from segcore.models.spec import SHA256_TAG
from segcore.runs import Run
from segcore.training.takeover import plan

ANEW, RUN = "anew", "run"


def draw(dataset: Dataset) -> str | None:
    """The choice, where there is one, and what is taken over in words; returns the id of a run, None for anew."""
    runs = usable()
    if not runs:
        return None
    linked = linked_run()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choice = st.segmented_control(
            "Start from",
            (ANEW, RUN),
            default=RUN if linked else ANEW,
            required=True,
            format_func={ANEW: "scratch or ImageNet", RUN: "a run of mine"}.get,  # type: ignore[arg-type]
            key="start_choice",
            help="A run of yours knows your pictures already: a few minutes are enough for new frames or classes.",
        )
        if choice == ANEW:
            return None
        ids = [run.id for run in runs]
        first = linked.id if linked and linked.id in ids else _of(dataset.name, runs)
        by_id = {run.id: run for run in runs}
        chosen = st.selectbox(
            "Run",
            ids,
            ids.index(first),
            format_func=lambda run_id: caption(by_id[run_id]),
            key="start_run",
            width=420,
        )
    try:
        taken = plan(cached.runs(), chosen, dataset)
    except SegcoreError as error:
        problem(error, "This run cannot be started from")
        return None
    (st.warning if taken.seen else st.info)(md(taken.words), icon=":material/fork_right:")
    return str(chosen)


def usable() -> list[Run]:
    """Trainings that have ended and have weights, newest first."""
    return [run for run in cached.runs().list("train") if not run.state.active and run.tags.get(SHA256_TAG)]


def linked_run() -> Run | None:
    """The run that a link asked for (?from=…)."""
    asked = state.param("from")
    try:
        return cached.runs().get(asked) if asked else None
    except RunNotFound:
        return None


def linked_dataset() -> str | None:
    """The dataset of that run."""
    linked = linked_run()
    return linked.dataset if linked else None


def caption(run: Run) -> str:
    """ "desk-fast-1 · desk · mIoU 0.93"."""
    told = run.tags.get("segcore.best_miou")
    return " · ".join([run.name, run.dataset or "", f"mIoU {fmt.score(float(told))}" if told else "not scored"])


def _of(dataset: str, runs: list[Run]) -> str:
    """The best run on this dataset, or the newest of all."""
    same = [run for run in runs if run.dataset == dataset]
    return max(same or runs[:1], key=lambda run: float(run.tags.get("segcore.best_miou") or 0)).id
