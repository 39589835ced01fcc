"""Scoring frames: what is done, how, and its progress; it goes on when the page is left."""

from __future__ import annotations

import streamlit as st

from pages.common import state, tasks
from pages.common.commands import Command
from segcore.datasets.dataset import Dataset
from segcore.evaluation.report import Report
from segcore.models.spec import SHA256_TAG
from segcore.runs import Run

KIND = "evaluate"
SCALES = {"As in a video": "1", "0.75, 1 and 1.25 of it": "0.75,1,1.25", "0.75 to 1.5 of it": "0.75,1,1.25,1.5"}
"""Words → what `--scales` takes."""
SPLITS = {"val": "Validation", "train": "Training", "all": "All frames", "folds": "Folds"}


def command_of(run: Run, split: str) -> Command | None:
    """The scoring of these frames: at work, or ended and started from this page."""
    subject = f"{run.id} {split}"
    busy = next((c for c in tasks.running(KIND) if c.subject == subject), None)
    asked = tasks.find(state.param("task"))
    return busy or (asked if asked and asked.kind == KIND and asked.subject == subject else None)


def draw(run: Run, split: str, *, again: bool) -> None:
    """The bar of a scoring at work, else the button that starts one.

    Args:
        run: with weights.
        split: which frames.
        again: whether there is a report already.
    """
    command = command_of(run, split)
    if command is not None and not command.over:
        tasks.watch(command)
        return
    if command is not None:
        tasks.outcome(command, "The frames could not be scored")
    if again:
        with st.popover("Score again …", icon=":material/refresh:", type="tertiary"):
            _form(run, split)
        return
    with st.container(border=True):
        st.markdown(
            "**Not scored in detail yet.** Every frame is labelled by the network and compared with its mask: each "
            "class with its uncertainty, outlines, small and large objects, whether its confidence can be trusted, "
            "and where it went wrong."
        )
        _form(run, split)


def _form(run: Run, split: str) -> None:
    scales = st.selectbox(
        "Frames are shown to it at",
        list(SCALES),
        key="evaluation_scales",
        width=320,
        help="Answers at several sizes, averaged, are often a little better and take as much longer. "
        "Videos are always segmented at one size.",
    )
    flip = st.checkbox("Mirrored too", key="evaluation_flip", help="The answer for the mirrored frame is averaged in.")
    if st.button("Score the frames", type="primary", icon=":material/fact_check:", key="start_evaluation"):
        arguments = ["evaluate", run.id, "--split", split, "--report", "--scales", SCALES[scales]]
        title = f"Scoring {run.name}: {SPLITS[split].lower()}{'' if split == 'all' else ' frames'}"
        started = tasks.start(
            [*arguments, *(["--flip"] if flip else [])], kind=KIND, title=title, subject=f"{run.id} {split}"
        )
        state.set_param("task", started.id)
        st.rerun()


def note(run: Run, report: Report, dataset: Dataset | None) -> None:
    """Whether what was scored is still as it was, and which views were averaged."""
    now = set(run.tags.get(SHA256_TAG, "").split())
    if now and not now & set(report.subject.weights.split()):
        st.warning(
            "The network was trained on since these frames were scored: score them again.", icon=":material/history:"
        )
    elif dataset is not None and dataset.content_hash != report.subject.dataset_hash:
        st.info("The dataset was changed since these frames were scored.", icon=":material/history:")
    if report.subject.averaged:
        sizes = ", ".join(f"{scale:g}" for scale in report.subject.scales)
        mirrored = ", mirrored too" if report.subject.flip else ""
        st.caption(f"Averaged over several views (sizes {sizes}{mirrored}); a video gets the plain view.")
