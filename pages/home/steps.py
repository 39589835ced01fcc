"""The three steps from labelled frames to a result: which are done, and which comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from pages.common import format as fmt
from pages.common.routes import DATASETS, RESULTS, RUNS, TRAINING, VIDEO, Route, go, link
from segcore.runs import Run, RunState


@dataclass(frozen=True)
class Standing:
    """What there is so far."""

    datasets: Sequence[str]
    trained: Sequence[Run]
    segmented: Sequence[Run]

    @property
    def next_step(self) -> int:
        """0 data, 1 train, 2 video, 3 all done."""
        return [bool(self.datasets), bool(self.trained), bool(self.segmented), False].index(False)


def standing(datasets: Sequence[str], runs: Sequence[Run]) -> Standing:
    """What is finished, newest first."""
    done = [run for run in runs if run.state is RunState.FINISHED]
    return Standing(datasets, [r for r in done if r.kind == "train"], [r for r in done if r.kind == "segment"])


@dataclass(frozen=True)
class Step:
    """What a card says."""

    name: str
    text: str
    noun: str
    route: Route
    first: str
    again: str


STEPS = (
    Step(
        "Data",
        "Labelled frames, from 30 on: images and their masks.",
        "dataset",
        DATASETS,
        "Import your frames",
        "Open datasets",
    ),
    Step(
        "Train",
        "A network learns your classes; minutes on a laptop.",
        "run",
        TRAINING,
        "Train a network",
        "Train another",
    ),
    Step(
        "Video",
        "Every frame segmented, measured and ready to download.",
        "result",
        VIDEO,
        "Segment a video",
        "Another video",
    ),
)


def draw(now: Standing, *, primary: bool) -> None:
    """Three cards side by side; with `primary` the next step's button is the page's main one."""
    have = (now.datasets, now.trained, now.segmented)
    grid = st.grid(3, min_column_width=210)
    for number, step in enumerate(STEPS):
        with grid.container(border=True, height="stretch"):
            _head(number, step, len(have[number]))
            st.space("stretch")
            if have[number]:
                link(step.route, step.again)
            else:
                _button(number, step, now.next_step, primary)


def _head(number: int, step: Step, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{number + 1} · {step.name}**", width="stretch")
        if count:
            st.badge(fmt.plural(count, step.noun), icon=":material/check:", color="green")
    st.caption(step.text)


def _button(number: int, step: Step, following: int, primary: bool) -> None:
    main = primary and number == following
    if st.button(
        step.first,
        key=f"step_{number}",
        type="primary" if main else "secondary",
        disabled=number > following,
        icon=step.route.icon,
    ):
        go(step.route)


def more_links(now: Standing) -> None:
    """Where to go when all steps are done."""
    if now.next_step == 3:
        with st.container(horizontal=True):
            link(RUNS, "Compare runs")
            link(RESULTS, "All results")
