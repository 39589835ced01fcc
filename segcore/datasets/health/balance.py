"""How much there is of each class, and on which side of the split."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segcore.datasets.dataset import Dataset
from segcore.datasets.health.finding import MOST_STEMS, Finding, Level

_RARE = 0.001
_FEW_FRAMES = 3


@dataclass(frozen=True)
class ClassBalance:
    """How much there is of one class: frames it is in, and its share of all labelled pixels (0..1)."""

    class_id: int
    name: str
    frames: int
    train_frames: int
    val_frames: int
    pixel_share: float


def balance(dataset: Dataset) -> list[ClassBalance]:
    """The classes' balance, in id order."""
    every, train, val = (dataset.pixels(part) for part in ("all", "train", "val"))
    share = every.sum(0) / max(int(every.sum()), 1)
    return [
        ClassBalance(
            class_id=c.id,
            name=c.name,
            frames=int((every[:, c.id] > 0).sum()),
            train_frames=int((train[:, c.id] > 0).sum()),
            val_frames=int((val[:, c.id] > 0).sum()),
            pixel_share=float(share[c.id]),
        )
        for c in dataset.classes
    ]


def class_findings(dataset: Dataset) -> list[Finding]:
    """Classes that are missing, on one side only, or rare; at most one remark a class."""
    pixels = dataset.pixels()
    found = (_class_finding(dataset, row, pixels[:, row.class_id]) for row in balance(dataset))
    return [finding for finding in found if finding]


def _class_finding(dataset: Dataset, row: ClassBalance, pixels: np.ndarray) -> Finding | None:
    where = f"in {row.frames} of {len(dataset.pairs)} frames, {row.pixel_share:.3%} of all pixels"
    code, level, title, advice = _remark(row)
    if not code:
        return None
    order = np.argsort(-pixels, kind="stable")[: min(row.frames, MOST_STEMS)]
    stems = tuple(dataset.pairs[i].stem for i in order)
    return Finding(code, level, f"{row.name}: {title}", where if row.frames else "", advice, stems, row.class_id)


def _remark(row: ClassBalance) -> tuple[str, Level, str, str]:
    """Code, level, title and advice; an empty code where nothing is to be said."""
    if not row.frames:
        return "class-missing", "warning", "in no frame", "Label it, or leave the class out of the class table."
    if not row.train_frames:
        advice = "It cannot be learned. Label more frames that show it, or split again."
        return "class-val-only", "warning", "not in the training frames", advice
    if not row.val_frames:
        advice = "It cannot be scored. Label more frames that show it, or split again."
        return "class-train-only", "note", "not in the validation frames", advice
    if row.pixel_share < _RARE or row.frames < _FEW_FRAMES:
        rare = (
            f"only {row.pixel_share:.3%} of all pixels" if row.pixel_share < _RARE else f"in {row.frames} frames only"
        )
        return "rare-class", "note", rare, "Expect a low score. More frames that show it help most."
    return "", "ok", "", ""
