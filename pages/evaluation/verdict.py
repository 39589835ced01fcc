"""A report in words: how good, how sure, what is weak, what is mistaken for what. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pages.common import format as fmt
from pages.common.widgets import md
from pages.training.verdict import LEVELS
from segcore.evaluation.calibration import Bin
from segcore.evaluation.report import Interval, Report, SizeScores

FRAMES = {
    "val": "frames it never learned from",
    "train": "frames it learned from: this shows what it kept in mind, not what it will do on new ones",
    "all": "all frames, most of which it learned from: this is better than it will do on new ones",
    "folds": "frames, each by a network that never learned from it",
}
FEW_FRAMES = 10
"""With fewer the interval says too little."""
WEAK, CONFUSED, SURE = 0.75, 0.05, 0.03


def words(report: Report, *, background: bool) -> str:
    """The verdict, as Markdown."""
    parts = [overall(report, background=background), *weak(report), *mistaken(report), *outlines(report)]
    return " ".join(part for part in (*parts, *trust(report), *small_ones(report)) if part)


def overall(report: Report, *, background: bool) -> str:
    """How good on average, and how sure that is."""
    mean = report.means["miou" if background else "miou_foreground"]
    if mean.value is None:
        return "There is nothing to score: no frame has a class of the network."
    name = next(name for least, name, _ in LEVELS if mean.value >= least)
    level = f"**{name}.** " if report.subject.split in ("val", "folds") else ""
    frames = f"{fmt.count(len(report.images))} {FRAMES[report.subject.split]}"
    without = "" if background else ", the background left out,"
    return (
        f"{level}Prediction and truth overlap by {fmt.share(mean.value)} on average over the classes{without} "
        f"({_between(mean)}), on {frames}."
    )


def weak(report: Report) -> list[str]:
    """The classes with the lowest overlap, if any is low."""
    low = sorted(
        (scores.iou.value, segclass.name)
        for segclass, scores in zip(report.classes, report.scores, strict=True)
        if scores.iou.value is not None and scores.iou.value < WEAK
    )
    if not low:
        return ["Every class is found well."]
    return [f"Weakest: {', '.join(f'**{md(name)}** ({fmt.score(value)})' for value, name in low[:3])}."]


def mistaken(report: Report) -> list[str]:
    """The class that loses the largest share of its pixels to one other, if that is more than a few."""
    counts = report.matrix().astype(float)
    sums = counts.sum(1, keepdims=True)
    shares = np.divide(counts, sums, out=np.zeros_like(counts), where=sums > 0)
    np.fill_diagonal(shares, 0)
    if not shares.size or shares.max() < CONFUSED:
        return []
    true, predicted = np.unravel_index(int(shares.argmax()), shares.shape)
    names = report.classes.names
    return [
        f"Of **{md(names[true])}**, {fmt.share(float(shares.max()))} of the pixels are taken for "
        f"{md(names[predicted])}."
    ]


def outlines(report: Report) -> list[str]:
    """How well borders are met."""
    value = report.means["boundary"].value
    return [] if value is None else [f"Outlines are met to {fmt.share(value)}."]


def trust(report: Report) -> list[str]:
    """Whether its confidence can be taken at its word."""
    error = report.calibration_error
    if error is None:
        return []
    if error <= SURE:
        return ["It is about as sure as it is right."]
    return [f"It is {'more' if leaning(report.bins) > 0 else 'less'} sure than it is right, by {fmt.share(error)}."]


def leaning(bins: tuple[Bin, ...]) -> float:
    """Mean confidence less accuracy: above 0 where it is too sure."""
    pixels = max(1, sum(b.pixels for b in bins))
    return sum(b.confidence - b.right for b in bins) / pixels


def small_ones(report: Report) -> list[str]:
    """Whether small objects are found less often than the others."""
    small = _found([s for s in report.sizes if s.size == "small"])
    others = _found([s for s in report.sizes if s.size != "small"])
    if small is None or others is None or small > 0.9 * others:
        return []
    return [f"Of small objects, {fmt.share(small)} are found; of the others, {fmt.share(others)}."]


def _found(scores: Sequence[SizeScores]) -> float | None:
    objects = sum(s.objects for s in scores)
    return sum(s.found for s in scores) / objects if objects else None


def caution(report: Report) -> str:
    """What to keep in mind where few frames were scored; empty where there are enough."""
    frames = len(report.images)
    if report.subject.split != "val" or frames >= FEW_FRAMES:
        return ""
    return (
        f"Only {fmt.plural(frames, 'frame was', 'frames were')} scored, and frames of one video resemble each other: "
        "the score of new frames may well lie outside the interval. Below, every frame can be scored in turn."
    )


def _between(score: Interval) -> str:
    value = f"mIoU {fmt.score(score.value)}"
    if score.low is None or score.high is None:
        return f"{value}; too few frames for an interval"
    return f"{value}, with 95 % certainty between {fmt.score(score.low)} and {fmt.score(score.high)}"
