"""A training in words: how good, which classes are weak, whether more time would help. Pure but for `words`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pages.common import cached_runs
from pages.common import format as fmt
from pages.common.widgets import md
from pages.training.live import run_classes
from segcore.runs import Run

LEVELS = (
    (0.9, "Very good", "edges and areas can be trusted for measuring"),
    (0.75, "Good", "objects are found well; edges may be a little off"),
    (0.5, "Fair", "objects are mostly found; check the weak classes before you measure"),
    (0.0, "Weak", "not ready for measuring"),
)
WEAK = 0.6
STILL_RISING = 0.005


def words(run: Run) -> str:
    """The verdict on a finished training, as Markdown."""
    told = run.tags.get("segcore.best_miou")
    if told is None:
        return "It ended before its first validation, so there is no verdict. Train it again, a little longer."
    book = cached_runs.curves(run.id, run.attempt)
    classes = run_classes(run)
    ids = [c.id for c in classes] if classes else []
    best = int(run.tags.get("segcore.best_epoch", "0"))
    book.update([f"val_iou/{i}" for i in ids])
    scores = {}
    for class_id in ids:
        series = book.series(f"val_iou/{class_id}")
        at = dict(zip(series.x, series.y, strict=True))
        if best in at and classes:
            scores[classes[class_id].name] = at[best]
    return "\n\n".join((level(float(told)), *weak(scores), *more_time(book.series("epoch/val_miou").y)))


def level(miou: float) -> str:
    """One sentence on the score."""
    _, name, meaning = next(entry for entry in LEVELS if miou >= entry[0])
    return (
        f"**{name}.** Prediction and truth overlap by {fmt.share(miou)} on average over the classes "
        f"(mIoU {fmt.score(miou)}), on frames the network never learned from: {meaning}."
    )


def weak(scores: Mapping[str, float]) -> list[str]:
    """A sentence on the classes that are found badly; none where all are fine.

    Args:
        scores: class name → IoU of the best epoch.
    """
    bad = sorted((iou, name) for name, iou in scores.items() if iou < WEAK)
    if not bad:
        return ["Every class is found."] if scores else []
    named = ", ".join(f"**{md(name)}** ({fmt.score(iou)})" for iou, name in bad[:4])
    return [f"Weakest: {named}. A few more labelled frames that show them help most."]


def more_time(miou: Sequence[float]) -> list[str]:
    """A sentence on whether the score was still rising; none where it had settled.

    Args:
        miou: on the validation frames, one an epoch.
    """
    if len(miou) < 5:
        return ["Only a few epochs were trained; more time will likely help."]
    tail = max(1, len(miou) // 5)
    if max(miou[-tail:]) - max(miou[:-tail]) > STILL_RISING:
        return ["It was still getting better at the end: more minutes will likely help."]
    return []
