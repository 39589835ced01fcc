"""What a report counts in one frame, and how the counts of all frames become scores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from segcore.classes import ClassTable
from segcore.errors import DatasetError
from segcore.evaluation.answer import Answer
from segcore.evaluation.bootstrap import MEASURES, ImageCounts, class_scores, intervals, mean_scores
from segcore.evaluation.boundary import boundary_counts, f_score
from segcore.evaluation.calibration import Bin, added, binned, calibration_error, confidence_counts
from segcore.evaluation.metrics import Evaluation, confusion_matrix
from segcore.evaluation.objects import FOUND, ObjectScore, object_scores
from segcore.evaluation.report import ClassScores, ImageScores, Interval, Part, Report, SizeScores, Subject


@dataclass(frozen=True)
class FrameCounts:
    """One frame, counted."""

    image: ImageScores
    objects: list[ObjectScore] = field(default_factory=list)
    confidence: np.ndarray = field(default_factory=lambda: np.zeros((256, 2), np.int64))


def count_frame(stem: str, truth: np.ndarray, given: Answer, classes: int) -> FrameCounts:
    """Count one frame.

    Args:
        stem: its name.
        truth: (H, W) uint8, 255 = ignored.
        given: what the network says, of the same size.
        classes: that the network knows.

    Raises:
        ValueError: the truth has other classes.
    """
    matrix = confusion_matrix(truth, given.labels, classes)
    return FrameCounts(
        ImageScores(
            stem=stem,
            size=(truth.shape[0], truth.shape[1]),
            confusion=tuple((int(t), int(p), int(matrix[t, p])) for t, p in np.argwhere(matrix)),
            boundary=boundary_counts(truth, given.labels, classes),
        ),
        object_scores(truth, given.labels, classes),
        confidence_counts(truth, given.labels, given.confidence),
    )


def by_size(objects: Iterable[ObjectScore]) -> list[SizeScores]:
    """Objects summed by class and size."""
    groups: dict[tuple[int, str], list[ObjectScore]] = defaultdict(list)
    for one in objects:
        groups[one.class_id, one.size].append(one)
    return [
        SizeScores(
            size=found[0].size,
            class_id=found[0].class_id,
            objects=len(found),
            pixels=sum(o.pixels for o in found),
            hit=sum(o.hit for o in found),
            overlap=sum(o.overlap for o in found),
            found=sum(o.overlap >= FOUND for o in found),
        )
        for _, found in sorted(groups.items())
    ]


def report_of(subject: Subject, classes: ClassTable, frames: Sequence[FrameCounts], seconds: float) -> Report:
    """The report of counted frames."""
    counts = sum((frame.confidence for frame in frames), np.zeros((256, 2), np.int64))
    sizes = by_size(one for frame in frames for one in frame.objects)
    return _summed(subject, classes, [f.image for f in frames], sizes, binned(counts), seconds)


def pooled(subject: Subject, reports: Sequence[Report]) -> Report:
    """The reports of a series of folds as one, over all their frames.

    Raises:
        DatasetError: the classes differ, or a frame was scored twice.
    """
    classes = reports[0].classes
    stems = [image.stem for report in reports for image in report.images]
    if any(report.classes.names != classes.names for report in reports) or len(set(stems)) < len(stems):
        raise DatasetError(
            "The folds do not fit together: their classes differ, or a frame is in two of them.",
            fix="Was the dataset changed in between? Run the folds again.",
        )
    sums: dict[tuple[int, str], list[SizeScores]] = defaultdict(list)
    for report in reports:
        for size in report.sizes:
            sums[size.class_id, size.size].append(size)
    whole = _summed(
        subject,
        classes,
        [image.model_copy(update={"run": report.subject.run}) for report in reports for image in report.images],
        [_joined(same) for _, same in sorted(sums.items())],
        added([report.bins for report in reports]),
        sum(report.seconds for report in reports),
    )
    return whole.model_copy(update={"parts": tuple(_part(report) for report in reports)})


def evaluation_of(report: Report) -> Evaluation:
    """The core of a report, as trainings keep it too."""
    images = tuple((image.stem, image.score(len(report.classes))) for image in report.images)
    return Evaluation(tuple(report.classes.names), report.matrix(), images)


def image_counts(images: Sequence[ImageScores], classes: int) -> ImageCounts:
    """What intervals are drawn from."""
    number, true, predicted, pixels = _listed(images)
    hit, whole, said = (np.zeros((len(images), classes), np.int64) for _ in range(3))
    np.add.at(whole, (number, true), pixels)
    np.add.at(said, (number, predicted), pixels)
    same = true == predicted
    hit[number[same], true[same]] = pixels[same]
    outlines = np.full((len(images), classes), np.nan)
    for row, image in zip(outlines, images, strict=True):
        for class_id, counts in image.boundary.items():
            row[class_id] = f_score(counts)
    return ImageCounts(hit, whole, said, outlines)


def _listed(images: Sequence[ImageScores]) -> np.ndarray:
    """(4, n) int64: image number, true class, predicted class, pixels – of every pair that occurs in an image."""
    rows = [(number, *entry) for number, image in enumerate(images) for entry in image.confusion]
    return np.array(rows, np.int64).reshape(-1, 4).T


def _summed(
    subject: Subject,
    classes: ClassTable,
    images: Sequence[ImageScores],
    sizes: Sequence[SizeScores],
    bins: Sequence[Bin],
    seconds: float,
) -> Report:
    counts = image_counts(images, len(classes))
    once = class_scores(counts, np.ones((1, len(images))))
    bounds = intervals(counts)
    means = {name: _interval(v[0], bounds[f"mean_{name}"][:, 0]) for name, v in mean_scores(once).items()}
    total, true = max(1, int(counts.true.sum())), counts.true.sum(0)
    there = ((counts.true + counts.predicted) > 0).sum(0)
    scores = [
        ClassScores(
            **{name: _interval(once[name][0, c.id], bounds[name][:, c.id]) for name in MEASURES},
            images=int(there[c.id]),
            share=float(true[c.id] / total),
        )
        for c in classes
    ]
    matrix = np.zeros((len(classes), len(classes)), np.int64)
    _, rows, columns, pixels = _listed(images)
    np.add.at(matrix, (rows, columns), pixels)
    return Report(
        subject=subject,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(seconds, 2),
        classes=classes,
        means=means,
        scores=tuple(scores),
        confusion=tuple(tuple(int(v) for v in row) for row in matrix),
        calibration_error=calibration_error(bins),
        bins=tuple(bins),
        sizes=tuple(sizes),
        images=tuple(images),
    )


def _interval(value: float, bounds: np.ndarray) -> Interval:
    low, high = (None if np.isnan(b) else round(float(b), 6) for b in bounds)
    return Interval(value=None if np.isnan(value) else round(float(value), 6), low=low, high=high)


def _joined(same: Sequence[SizeScores]) -> SizeScores:
    names = ("objects", "pixels", "hit", "overlap", "found")
    return same[0].model_copy(update={name: sum(getattr(one, name) for one in same) for name in names})


def _part(report: Report) -> Part:
    return Part(
        run=report.subject.run,
        name=report.subject.name,
        images=len(report.images),
        miou=report.means["miou"].value,
        miou_foreground=report.means["miou_foreground"].value,
    )
