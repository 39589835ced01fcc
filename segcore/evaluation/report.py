"""The report of an evaluation: one document that is kept with the run and read by pages, exports and people."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from segcore.classes import ClassTable
from segcore.evaluation.calibration import Bin
from segcore.evaluation.metrics import iou, mean_present
from segcore.evaluation.objects import Size

ScoredSplit = Literal["train", "val", "all", "folds"]
"""Which frames: those learned from, those not, all, or – of a series of folds – each by the network that did not."""


def report_file(split: str) -> str:
    """The name of a report among the files of a run."""
    return f"evaluation/report-{split}.json"


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True)


class Interval(_Document):
    """A score and its 95 % interval; None where there is nothing to score, or too few images for an interval."""

    value: float | None
    low: float | None = None
    high: float | None = None


class ClassScores(_Document):
    """Scores of one class. `images`: in how many frames it is; `share`: of all scored pixels, by the truth."""

    iou: Interval
    dice: Interval
    precision: Interval
    recall: Interval
    boundary: Interval
    images: int
    share: float


class ImageScores(_Document):
    """What was counted in one frame.

    Attributes:
        stem: its name.
        size: (height, width) of its mask.
        confusion: (true class, predicted class, pixels) of every pair that occurs.
        boundary: class id → boundary pixels (predicted, of them met, true, of them met).
        picture: the file of the run that holds the predicted labels (PNG); "" where none was kept.
        run: whose file that is, where several runs were put together; else "".
    """

    stem: str
    size: tuple[int, int]
    confusion: tuple[tuple[int, int, int], ...]
    boundary: dict[int, tuple[int, int, int, int]]
    picture: str = ""
    run: str = ""

    def matrix(self, classes: int) -> np.ndarray:
        """(C, C) int64, rows are the truth."""
        table = np.zeros((classes, classes), np.int64)
        for true, predicted, pixels in self.confusion:
            table[true, predicted] = pixels
        return table

    def score(self, classes: int, *, background: bool = True) -> float:
        """Mean IoU over the classes that are there; NaN where none is."""
        return mean_present(iou(self.matrix(classes))[0 if background else 1 :])


class SizeScores(_Document):
    """Objects of one class and size: how many, their pixels, those hit, the sum of their overlaps, how many found."""

    size: Size
    class_id: int
    objects: int
    pixels: int
    hit: int
    overlap: float
    found: int


class Part(_Document):
    """One fold of a series: its run and what it scored on the frames it did not learn from."""

    run: str
    name: str
    images: int
    miou: float | None
    miou_foreground: float | None


class Subject(_Document):
    """What was evaluated, on what, and how."""

    run: str
    name: str
    dataset: str
    dataset_hash: str
    split: ScoredSplit
    weights: str
    """SHA-256; of a series, those of its runs joined by spaces."""
    backend: str
    flip: bool = False
    scales: tuple[float, ...] = (1.0,)

    @property
    def averaged(self) -> bool:
        """Whether several views of each frame were averaged."""
        return self.flip or self.scales != (1.0,)


class Report(_Document):
    """All figures of one evaluation.

    `means`: "miou", "dice", "boundary", each also with "_foreground": without class 0, the background.
    """

    version: Literal[1] = 1
    subject: Subject
    created: str
    """ISO, UTC."""
    seconds: float
    classes: ClassTable
    means: dict[str, Interval]
    scores: tuple[ClassScores, ...]
    confusion: tuple[tuple[int, ...], ...]
    calibration_error: float | None
    bins: tuple[Bin, ...]
    sizes: tuple[SizeScores, ...]
    images: tuple[ImageScores, ...]
    parts: tuple[Part, ...] = ()

    def matrix(self) -> np.ndarray:
        """(C, C) int64 pixels of all frames, rows are the truth."""
        return np.array(self.confusion, np.int64)

    def worst(self, *, background: bool = True) -> list[tuple[ImageScores, float]]:
        """All frames with their mean IoU, the worst first; those without anything to score last."""
        scored = [(image, image.score(len(self.classes), background=background)) for image in self.images]
        return sorted(scored, key=lambda entry: (np.isnan(entry[1]), entry[1], entry[0].stem))


def read_report(content: bytes) -> Report | None:
    """A report as it was kept; None where another version of segcore wrote it: it is made anew then."""
    try:
        return Report.model_validate_json(content)
    except ValidationError:
        return None
