"""What is to be said about a split."""

from __future__ import annotations

from segcore.datasets.dataset import Dataset, Split
from segcore.datasets.health.finding import MOST_STEMS, Finding
from segcore.datasets.splits.leaks import neighbours_across

_VERY_FEW = 10
_FEW = 20


def split_findings(dataset: Dataset) -> list[Finding]:
    """The sides and how they were made, too few frames, neighbours on two sides."""
    return [_sides(dataset), *_few(dataset), *_neighbours(dataset)]


def _sides(dataset: Dataset) -> Finding:
    split = dataset.split
    detail = f"{len(split.train)} frames to train on, {len(split.val)} to validate on"
    if split.left_out:
        detail += f", {len(split.left_out)} between them left out"
    if not split.train or not split.val:
        return Finding("split", "error", "One side of the split is empty", detail, "Split again, or label more frames.")
    return Finding("split", "ok", _how(split), detail)


def _how(split: Split) -> str:
    if split.method == "given":
        return "Split as the source gave it"
    if split.method == "by hand":
        return "Split by hand"
    if split.method == "groups":
        return "Split by groups that stay whole"
    if split.fold:
        return f"Fold {split.fold[0]} of {split.fold[1]}"
    if split.block:
        apart = f", {split.gap} between the sides" if split.gap else ""
        return f"Split in runs of {split.block} neighbours and more{apart}"
    return "Split by image"


def _few(dataset: Dataset) -> list[Finding]:
    count = len(dataset.pairs)
    if count >= _FEW:
        return []
    title = "Very few frames" if count < _VERY_FEW else "Few frames"
    advice = "Label at least 20 to 30 for a usable network."
    return [Finding("few-frames", "warning" if count < _VERY_FEW else "note", title, f"{count} frames", advice)]


def _neighbours(dataset: Dataset) -> list[Finding]:
    groups = dataset.groups if dataset.split.method == "groups" else None
    pairs = neighbours_across(dataset.split, [p.stem for p in dataset.pairs], groups)
    if not pairs:
        return []
    many = len({val for _, val in pairs})
    return [
        Finding(
            code="neighbours-across-split",
            level="warning",
            title=f"{many} validation frame{'s are' if many > 1 else ' is'} next to frames that are learned from",
            detail="Neighbouring frames of a video are almost copies: scores will be too good.",
            advice="Split again: runs of neighbours stay together then, with a gap between the sides.",
            stems=tuple(stem for pair in pairs for stem in pair)[:MOST_STEMS],
        )
    ]
