"""Look over a dataset before hours of training go into it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np

from segcore.datasets.dataset import Dataset

_RARE = 0.001


@dataclass(frozen=True)
class Finding:
    """One remark; `level` is how much it matters for training."""

    level: Literal["ok", "note", "warning"]
    title: str
    detail: str


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


def check(dataset: Dataset) -> list[Finding]:
    """All remarks: sizes, split, classes without or with few pixels, empty and ignored masks."""
    return [_sizes(dataset), _split(dataset), *_classes(dataset), *_masks(dataset)]


def _sizes(dataset: Dataset) -> Finding:
    sizes = Counter(dataset.size_of(pair.stem) for pair in dataset.pairs)
    shown = ", ".join(f"{w}×{h} ({n})" for (h, w), n in sizes.most_common(4))
    if len(sizes) == 1:
        return Finding("ok", "All frames have one size", shown)
    return Finding("note", f"{len(sizes)} frame sizes", shown)


def _split(dataset: Dataset) -> Finding:
    train, val = len(dataset.part("train")), len(dataset.part("val"))
    detail = f"{train} frames to train on, {val} to validate on"
    if not train or not val:
        return Finding("warning", "One side of the split is empty", detail)
    if len(dataset.pairs) < 10:
        return Finding("warning", "Very few frames", f"{detail}; label at least 20 to 30 for a usable network")
    runs = f", in runs of {dataset.split.block} neighbours" if dataset.split.block > 1 else ""
    return Finding("ok", "Split by image", detail + runs)


def _classes(dataset: Dataset) -> list[Finding]:
    findings = []
    for row in balance(dataset):
        if not row.frames:
            findings.append(Finding("warning", f"{row.name}: in no frame", "Label it, or leave the class out."))
        elif not row.train_frames:
            findings.append(Finding("warning", f"{row.name}: not in the training frames", "It cannot be learned."))
        elif not row.val_frames:
            findings.append(Finding("note", f"{row.name}: not in the validation frames", "It cannot be scored."))
        elif row.pixel_share < _RARE:
            findings.append(
                Finding("note", f"{row.name}: {row.pixel_share:.3%} of all pixels", "Small classes are hard.")
            )
    return findings


def _masks(dataset: Dataset) -> list[Finding]:
    pixels = dataset.pixels()
    empty = [p.stem for p, row in zip(dataset.pairs, pixels, strict=True) if not row[1:].any()]
    areas = np.array([np.prod(dataset.size_of(p.stem)) for p in dataset.pairs])
    ignored = 1 - pixels.sum() / max(int(areas.sum()), 1)
    findings = []
    if empty:
        findings.append(Finding("note", f"{len(empty)} masks hold background only", ", ".join(empty[:5])))
    if ignored > 0:
        findings.append(
            Finding("note", f"{ignored:.1%} of all pixels are ignored", "They are not trained on or scored.")
        )
    return findings
