"""Score a trained network, through the backends that videos use too, at the masks' own resolution."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from segcore.datasets.dataset import read_labels
from segcore.datasets.images import read_image
from segcore.datasets.stages import enter
from segcore.datasets.store import DatasetStore, Pair
from segcore.errors import DatasetError
from segcore.evaluation.metrics import Evaluation, confusion_matrix, evaluation
from segcore.pipeline.scaled_labels import labels_at
from segcore.settings import Settings
from segcore.temporary import passing

if TYPE_CHECKING:
    from segcore.inference.predictor import Scorer


def evaluate_pairs(
    predictor: Scorer, pairs: Sequence[Pair], on_progress: Callable[[int, int], None] | None = None
) -> Evaluation:
    """Score a predictor on labelled frames.

    Args:
        predictor: its scores come at the network's resolution and are scaled to the mask's, then compared.
        pairs: images and masks of any sizes.
        on_progress: told (done, total).

    Raises:
        DatasetError: there are no pairs, or a mask has a class that the network does not know.
    """
    if not pairs:
        raise DatasetError("There are no labelled frames to score.", fix="Choose another split.")
    enter(on_progress, "scoring frames")
    scores = []
    for done, pair in enumerate(pairs, start=1):
        truth = read_labels(pair)
        labels = labels_at(predictor.scores(read_image(pair.image)[None])[0], truth.shape)
        try:
            matrix = confusion_matrix(truth, labels, len(predictor.classes))
        except ValueError as error:
            raise DatasetError(
                f"{pair.mask.name}: the network knows {len(predictor.classes)} classes; {error}",
                fix="Score it on a dataset with the classes it was trained on.",
            ) from error
        scores.append((pair.stem, matrix))
        if on_progress:
            on_progress(done, len(pairs))
    return evaluation(predictor.classes.names, scores)


@contextmanager
def folder_pairs(images: Path, masks: Path) -> Iterator[tuple[Pair, ...]]:
    """Pairs of two folders, read as an import would read them (any mask encoding), gone at the end.

    Raises:
        DatasetError: a folder is missing, or a pair is not sound; every file is named.
    """
    for folder in (images, masks):
        if not folder.is_dir():
            raise DatasetError(f"{folder}: there is no such folder.", fix="Check the path.")
    with passing() as folder:
        source, home = folder / "source", folder / "home"
        shutil.copytree(images, source / "images", copy_function=_link_or_copy)
        shutil.copytree(masks, source / "masks", copy_function=_link_or_copy)
        store = DatasetStore(Settings.from_env({"SEGCORE_HOME": str(home)}))
        store.import_path(source, "scored", strict=True)
        yield store.open("scored").pairs


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or a file system without links
        shutil.copy2(source, target)
