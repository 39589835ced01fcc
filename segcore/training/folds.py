"""Trainings on the folds of a small dataset: each frame is scored once, by a network that never learned from it.

The dataset's own split stays as it is: a training is told its fold, and the folds are cut the same way each time.
"""

from __future__ import annotations

import uuid
from dataclasses import replace

from segcore.datasets.dataset import Dataset, Split
from segcore.datasets.splits import k_folds
from segcore.errors import DatasetError, RunNotFound
from segcore.runs.records import Run
from segcore.runs.store import RunStore
from segcore.training.config import TrainConfig, as_params

SERIES = "segcore.series"
FOLD = "segcore.fold"
"""Tags of runs that belong together: the series' id, and "2/5"."""
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


def create_series(store: RunStore, config: TrainConfig, folds: int, *, key: str | None = None) -> list[Run]:
    """Queued runs, one a fold, marked as one series.

    Args:
        store: where they are made.
        config: of every one of them, but for the fold.
        folds: how many.
        key: a second call with the same key gives the same runs.

    Returns:
        The runs, in the order of their folds.
    """
    series, runs = key or uuid.uuid4().hex, []
    for which in range(1, folds + 1):
        each = config.model_copy(update={"fold": (which, folds)})
        run = store.create(
            "train",
            config=each.model_dump(mode="json"),
            name=f"{config.dataset}-{config.preset}-fold-{which}-of-{folds}",
            dataset=config.dataset,
            params=as_params(each),
            key=f"{series}-{which}",
        )
        store.set_tags(run.id, {SERIES: series, FOLD: f"{which}/{folds}"})
        runs.append(store.get(run.id))
    return runs


def series_of(run: Run) -> str | None:
    """The series that a run belongs to; None for a run of its own."""
    return run.tags.get(SERIES) or None


def series_runs(store: RunStore, series: str) -> list[Run]:
    """The runs of a series, in the order of their folds.

    Raises:
        RunNotFound: there is no such series, or some of its runs were deleted.
    """
    found = sorted((run for run in store.list("train") if series_of(run) == series), key=_fold_of)
    if not found or [_fold_of(run) for run in found] != [(i + 1, len(found)) for i in range(len(found))]:
        raise RunNotFound(
            f"The series {series!r} has no runs, or some of them were deleted.", fix="Start the folds again."
        )
    return found


def _fold_of(run: Run) -> tuple[int, int]:
    which, _, folds = run.tags.get(FOLD, "0/0").partition("/")
    return int(which), int(folds)
