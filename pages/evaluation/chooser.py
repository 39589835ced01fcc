"""Which run, which frames, and whether the background counts."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.common import cached_runs, state
from pages.common import format as fmt
from pages.evaluation.making import SPLITS
from segcore.models.spec import SHA256_TAG
from segcore.runs import Run


def scorable(runs: Sequence[Run]) -> list[Run]:
    """Those that have a network."""
    return [run for run in runs if run.tags.get(SHA256_TAG)]


def draw(runs: Sequence[Run], asked: str | None) -> tuple[Run, str, bool]:
    """Run, split, and whether the background counts.

    Args:
        runs: that can be scored, newest first.
        asked: id or name of the run that the address names.
    """
    names = {run.id: run for run in runs}
    chosen = next((run.id for run in runs if asked and asked in (run.id, run.name)), runs[0].id)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        run_id = st.selectbox(
            "Run",
            list(names),
            format_func=lambda i: _label(names[i]),
            key=state.mirror("evaluated_run", chosen),
            on_change=_choose_run,
            width=420,
        )
        run = names[run_id]
        known = [split for split in SPLITS if split != "folds" or cached_runs.report(run.id, "folds") is not None]
        split = state.param("split")
        split = split if split in known else known[0]
        st.segmented_control(
            "Frames",
            known,
            format_func=SPLITS.__getitem__,
            required=True,
            key=state.mirror("evaluated_split", split),
            on_change=_choose_split,
            help="Validation: those it never learned from. Only they say how good it will be on new frames.",
        )
        st.space("stretch")
        background = st.toggle(
            "Count the background",
            True,
            key="evaluation_background",
            persist_state="session",
            help="The background is large and easy: without it the mean says how well the things themselves are found.",
        )
    return run, split, background


def _label(run: Run) -> str:
    told = run.tags.get("segcore.best_miou")
    return f"{run.name} · mIoU {fmt.score(float(told))}" if told else run.name


def _choose_run() -> None:
    state.set_param("run", state.held("evaluated_run"))
    for name in ("frame", "split", "task"):
        state.set_param(name, None)


def _choose_split() -> None:
    state.set_param("split", state.held("evaluated_split"))
    for name in ("frame", "task"):
        state.set_param(name, None)
