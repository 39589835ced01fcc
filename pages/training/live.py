"""What a training shows: figures, curves, classes, validation pictures; refreshed while it runs."""

from __future__ import annotations

import streamlit as st

from pages.common import cached, cached_runs
from pages.common.charts import class_bars
from pages.common.curves import FRESH_S
from pages.common.widgets import heading, md, plot, side_by_side
from pages.training import budget, figures, log, panels, plots, validation
from segcore.classes import ClassTable
from segcore.models.spec import MODEL_FILE, ModelSpec
from segcore.runs import Run, RunState
from segcore.runs.machine import JOB_MEMORY

EVERY_S, SLOWLY_S = 2.0, 5.0


def follow(run: Run) -> None:
    """The live parts: what changes with every step, and what changes with every epoch."""
    _steps(run.id, run.state.value)
    _epochs(run.id)


def still(run: Run) -> None:
    """The same for a run that has ended."""
    _by_step(run)
    _by_epoch(run)


@st.fragment(run_every=EVERY_S)
def _steps(run_id: str, shown_state: str) -> None:
    """Once the run's state changes, the whole page is drawn again."""
    run = cached.runs().get(run_id)
    if run.state.value != shown_state:
        st.rerun()
    budget.draw(run)
    _by_step(run)


@st.fragment(run_every=SLOWLY_S)
def _epochs(run_id: str) -> None:
    _by_epoch(cached.runs().get(run_id))


def _by_step(run: Run) -> None:
    book, classes = cached_runs.curves(run.id, run.attempt), run_classes(run)
    book.update(panels.STEP_KEYS, FRESH_S)
    if book.newest("epoch/step") != run.metrics.get("epoch/step"):
        book.update((*panels.EPOCH_KEYS, *panels.class_keys(classes)))
    figures.scores(run, book)
    if not book.arrays("step/loss").size:
        st.caption(_waiting(run))
        return
    look = _look()
    best, ends = panels.best_and_ends(book, figures.best_epoch(run))
    plots.draw(panels.panels(book, classes, look), name=run.id, ends=ends, best=best)


def _look() -> panels.Look:
    """How the curves are drawn; one line of controls."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        smoothing = st.slider(
            "Smoothing", 0.0, 0.99, 0.9, 0.01, key="smoothing", width=150, help="How much of its past a mean keeps."
        )
        score = st.segmented_control("Score", list(panels.SCORES), default="mIoU", required=True, key="score")
        log_scale = st.toggle("Logarithmic loss", key="log_scale")
        clip = st.toggle(
            "Leave outliers out", True, key="clip", help="The wildest 2 % of the steps do not stretch the axes."
        )
    return panels.Look(smoothing, log_scale, clip, score or "mIoU")


def _by_epoch(run: Run) -> None:
    book, classes = cached_runs.curves(run.id, run.attempt), run_classes(run)
    if classes is None or "epoch/val_miou" not in run.metrics:
        if book.arrays("step/loss").size:
            st.caption("After the first epoch, the scores of each class and the validation pictures appear here.")
    else:
        left, right = side_by_side(1, 3, 190)
        with left:
            _classes(run, classes)
        with right:
            validation.panel(run, classes)
    if JOB_MEMORY in run.metrics:
        heading("The machine")
        st.caption(md(run.tags.get("segcore.device", "")))
        figures.machine(run, book)
    log.draw(run)


def _waiting(run: Run) -> str:
    if run.state is RunState.QUEUED:
        return "It starts as soon as a place is free. You can leave this page."
    if run.state is RunState.RUNNING:
        return "TensorFlow is being opened and the network built; the first curve appears in a few seconds."
    return "Nothing was measured."


def run_classes(run: Run) -> ClassTable | None:
    """The classes that the run learns; None before it has written them."""
    if not cached.runs().has_file(run.id, MODEL_FILE):
        return None
    path = cached.runs().file(run.id, MODEL_FILE)
    return ModelSpec.model_validate_json(path.read_text("utf-8")).classes


def _classes(run: Run, classes: ClassTable) -> None:
    heading("Overlap by class", help="Intersection over union on the validation frames, newest epoch.")
    values = [run.metrics.get(f"val_iou/{c.id}", float("nan")) for c in classes]
    plot(class_bars(classes.names, [c.color for c in classes], values), "class_bars", "Overlap of each class")
