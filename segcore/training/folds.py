"""Trainings on the folds of a small dataset: each frame is scored once, by a network that never learned from it.

The dataset's own split stays as it is: a training is told its fold, and the folds are cut the same way each time.
"""

from __future__ import annotations

from dataclasses import replace

from segcore.datasets.dataset import Dataset, Split
from segcore.datasets.splits import k_folds
from segcore.errors import DatasetError

SEED = 0
"""Of the way a dataset is cut: one way, so that the trainings of a series fit together."""


def fold_splits(dataset: Dataset, folds: int) -> tuple[Split, ...]:
    """The splits of a dataset cut into folds, without leakage between their sides.

    Args:
        dataset: groups of its frames stay whole; neighbours of scored frames are left out.
        folds: how many, 2 or more.

    Raises:
        DatasetError: fewer frames than folds, or nothing would be left to learn from.
    """
    stems = [pair.stem for pair in dataset.pairs]
    frames = dataset.source["frames"]
    looks = {stem: frames[stem]["phash"] for stem in stems if "phash" in frames[stem]}
    return k_folds(stems, dataset.pixels(), folds, groups=dataset.groups, seed=SEED, looks=looks)


def in_fold(dataset: Dataset, fold: tuple[int, int] | None) -> Dataset:
    """The dataset as a training of a fold sees it; as it is where there is none.

    Args:
        dataset: opened; nothing of it is changed on disk.
        fold: (which one, of how many), both from 1.

    Raises:
        DatasetError: there is no such fold.
    """
    if fold is None:
        return dataset
    which, folds = fold
    if not 1 <= which <= folds:
        raise DatasetError(f"Expected a fold from 1 to {folds}. Received: {which}.")
    return replace(dataset, split=fold_splits(dataset, folds)[which - 1])
