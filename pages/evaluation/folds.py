"""k folds: every frame of a small dataset scored once, by a network that never learned from it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.common import cached, cached_runs, state, tasks
from pages.common import format as fmt
from pages.common.routes import EVALUATION, TRAINING, link, turn
from pages.common.widgets import heading, md, problem, progress_text, state_badge
from segcore.datasets.dataset import Dataset
from segcore.errors import RunNotFound, SegcoreError
from segcore.evaluation.report import Report
from segcore.runs import Run, RunState
from segcore.training.config import TrainConfig
from segcore.training.folds import create_series, fold_splits, series_of, series_runs

KIND = "folds"
MANY = 150
"""With so many frames one split says enough, and folds cost much."""


def draw(run: Run, dataset: Dataset | None, report: Report | None) -> None:
    """How the folds went, where there are some; else the offer to train them."""
    if report is not None and report.parts:
        _parts(report)
        return
    series = newest_series(run)
    if series:
        _follow(series)
    elif dataset is not None:
        _offer(run, dataset)


def newest_series(run: Run) -> list[Run]:
    """The runs of the run's own series, else of the newest one on its dataset, in the order of their folds."""
    known = [r for r in cached.runs().list("train") if r.dataset == run.dataset and series_of(r)]
    wanted = series_of(run) or (series_of(known[0]) if known else None)
    try:
        return series_runs(cached.runs(), wanted) if wanted else []
    except RunNotFound:  # some of its runs were deleted: a new series can be made
        return []


def _parts(report: Report) -> None:
    heading("Fold by fold", help="Each network scored the frames of its fold, and learned from the others.")
    known = [part.miou for part in report.parts if part.miou is not None]
    if known:
        st.caption(
            f"mIoU from {fmt.score(min(known))} to {fmt.score(max(known))}: so much depends on which frames are scored."
        )
    st.dataframe(
        pd.DataFrame(
            [
                {"Run": part.name, "Frames": part.images, "mIoU": part.miou, "Without background": part.miou_foreground}
                for part in report.parts
            ]
        ),
        hide_index=True,
        height="content",
        column_config={
            name: st.column_config.ProgressColumn(format="%.3f", min_value=0, max_value=1)
            for name in ("mIoU", "Without background")
        },
        alt="Score of each fold",
    )


def _offer(run: Run, dataset: Dataset) -> None:
    heading("Score every frame", help="k-fold cross-validation.")
    frames = len(dataset.pairs)
    advice = "" if frames < MANY else f" With {fmt.count(frames)} frames one split usually says enough."
    st.markdown(
        "The validation frames are few, and luck decides which. Cut the dataset into folds, train once for each on the "
        f"others, and every frame is scored by a network that never learned from it.{advice}"
    )
    config = TrainConfig.model_validate(cached.runs().config(run.id))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        most = min(10, frames)
        count = st.number_input("Folds", 2, most, min(5, most), key="fold_count", width=120)
        minutes = st.number_input(
            "Minutes each", 0.5, 600.0, config.minutes or 8.0, step=1.0, format="%g", key="fold_minutes", width=140
        )
        if st.button("Train the folds", icon=":material/view_week:", key="start_folds"):
            _start(run, dataset, config, int(count), float(minutes))
    st.caption(
        f"{fmt.plural(int(count), 'training')} of {minutes:g} min with the settings of {md(run.name)}: "
        f"{fmt.about(count * minutes * 60)} where they run one after another."
    )


def _start(run: Run, dataset: Dataset, config: TrainConfig, count: int, minutes: float) -> None:
    settings = config.model_copy(update={"minutes": minutes, "epochs": None})
    try:
        fold_splits(dataset, count)
        for made in create_series(cached.runs(), settings, count, key=f"{state.train_token()}-{run.id[:8]}-{count}"):
            if made.state is RunState.QUEUED:
                cached.engine().submit(made.id)
    except SegcoreError as error:
        problem(error, "The folds could not be started")
        return
    state.new_train_token()
    st.rerun()


def _follow(series: Sequence[Run]) -> None:
    """Where the trainings of a series stand; once all are done, their scores are put together."""
    heading("Score every frame", help="k-fold cross-validation.")
    first = series[0]
    if cached_runs.report(first.id, "folds") is not None:
        st.markdown(f"The dataset was cut into {fmt.plural(len(series), 'fold')}, and every frame scored.")
        turn(EVALUATION, "See the folds", icon=":material/view_week:", key="see_folds", run=first.id, split="folds")
        return
    if any(one.state.active for one in series):
        _waiting([one.id for one in series])
        return
    _states(series)
    command = next(iter(tasks.running(KIND)), None) or tasks.find(state.param("task"))
    if command is not None and command.kind == KIND and command.subject == series_of(first):
        if not command.over:
            tasks.watch(command)
            return
        tasks.outcome(command, "The folds could not be put together")
    done = all(one.state is RunState.FINISHED for one in series)
    label = "Put the scores together" if done else "Train the rest, then put the scores together"
    if st.button(label, type="primary", icon=":material/join_inner:", key="pool_folds"):
        started = tasks.start(
            ["folds", "--series", series_of(first) or ""],
            kind=KIND,
            title=f"Scoring the folds of {first.dataset}",
            subject=series_of(first) or "",
        )
        state.set_param("task", started.id)
        st.rerun()


@st.fragment(run_every=3.0)
def _waiting(ids: Sequence[str]) -> None:
    """The trainings while some of them run or wait; once none does, the whole page is drawn again."""
    series = [cached.runs().get(run_id) for run_id in ids]
    left = sum(one.state.active for one in series)
    if not left:
        st.rerun()
    _states(series)
    st.caption(f"{fmt.plural(left, 'training')} to go. Then their scores are put together here.")


def _states(series: Sequence[Run]) -> None:
    """Where each training stands."""
    for one in series:
        with st.container(horizontal=True, vertical_alignment="center"):
            state_badge(one)
            link(TRAINING, one.name, run=one.id)
            if one.state is RunState.RUNNING and one.progress:
                st.caption(md(progress_text(one.progress)), width="content")
            elif one.state is RunState.FINISHED:
                told = one.tags.get("segcore.best_miou")
                st.caption(f"mIoU {fmt.score(float(told))}" if told else "", width="content")
            elif one.reason:
                st.caption(md(one.reason), width="content")
