"""What a training shows: figures, curves, classes, validation pictures; refreshed while it runs."""

from __future__ import annotations

import streamlit as st

from pages.common import cached
from pages.common import format as fmt
from pages.common.charts import CURVE_KEY, class_bars, learning_curve
from pages.common.curves import CurveBook
from pages.common.widgets import heading, md, plot, progress_bar, side_by_side
from pages.training import validation
from segcore.classes import ClassTable
from segcore.models.spec import MODEL_FILE, ModelSpec
from segcore.runs import Run, RunState

STEP_KEYS = ("step/loss", "step/miou", "step/dice")
EPOCH_KEYS = ("epoch/step", "epoch/val_loss", "epoch/val_miou", "epoch/val_dice")
CURVES = (
    ("Loss", "step/loss", "epoch/val_loss", False),
    ("mIoU – overlap with the truth", "step/miou", "epoch/val_miou", True),
    ("Dice", "step/dice", "epoch/val_dice", True),
)


@st.fragment(run_every=2.0)
def follow(run_id: str, shown_state: str) -> None:
    """The live part; once the run's state changes, the whole page is drawn again."""
    run = cached.runs().get(run_id)
    if run.state.value != shown_state:
        st.rerun()
    progress_bar(run)
    _all(run)


def still(run: Run) -> None:
    """The same for a run that has ended."""
    _all(run)


def _all(run: Run) -> None:
    book = cached.curves(run.id, run.attempt)
    book.update(STEP_KEYS)
    if book.newest("epoch/step") != run.metrics.get("epoch/step"):
        book.update(EPOCH_KEYS)
    _figures(run)
    if not book.series("step/loss"):
        st.caption(_waiting(run))
        return
    _curves(run, book)
    classes = run_classes(run)
    if classes is None or "epoch/val_miou" not in run.metrics:
        st.caption("After the first epoch, the scores of each class and the validation pictures appear here.")
        return
    left, right = side_by_side(2, 3)
    with left:
        _classes(run, classes)
    with right:
        validation.panel(run)


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


def _figures(run: Run) -> None:
    """A row of numbers: few, and each with its meaning."""
    now = run.metrics
    best = run.tags.get("segcore.best_miou")
    waiting = now.get("step/input_share")
    with st.grid(5, min_column_width=130):
        st.metric(
            "Best mIoU",
            fmt.score(float(best)) if best else "–",
            help="Mean overlap of prediction and truth on frames it never learned from, 1 is perfect.",
        )
        st.metric("Best epoch", run.tags.get("segcore.best_epoch", "–"))
        st.metric("Loss", f"{now['step/loss']:.3f}" if "step/loss" in now else "–")
        st.metric(
            "Images a second",
            f"{now['step/images_per_s']:.1f}" if "step/images_per_s" in now else "–",
            help=f"{fmt.share(waiting)} of a step is spent waiting for images." if waiting is not None else None,
        )
        st.metric("Time", fmt.clock(run.seconds))


def _curves(run: Run, book: CurveBook) -> None:
    best = best_step(run, book)
    with st.container(horizontal=True):
        st.caption(CURVE_KEY, width="content")
        st.space("stretch")
        st.caption(md(run.tags.get("segcore.device", "")), width="content")
    with st.grid(3, min_column_width=280):
        for title, step_key, epoch_key, rising in CURVES:
            figure = learning_curve(title, book.series(step_key), book.epochs(epoch_key), rising=rising, best=best)
            plot(figure, key=f"curve_{step_key}", alt=f"{title} over the training's steps")


def best_step(run: Run, book: CurveBook) -> float | None:
    """The global step at which the best epoch ended."""
    best, ends = run.tags.get("segcore.best_epoch"), book.series("epoch/step")
    if best is None or float(best) not in ends.x:
        return None
    return ends.y[list(ends.x).index(float(best))]


def _classes(run: Run, classes: ClassTable) -> None:
    heading("Overlap by class", help="Intersection over union on the validation frames, newest epoch.")
    values = [run.metrics.get(f"val_iou/{c.id}", float("nan")) for c in classes]
    plot(class_bars(classes.names, [c.color for c in classes], values), "class_bars", "Overlap of each class")
