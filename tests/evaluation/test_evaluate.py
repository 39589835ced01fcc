"""Scoring through the predictor, at the masks' own resolution, from datasets and from plain folders."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from by_color import ByColor
from tiny_training import write_shapes

from segcore.datasets.store import Dataset
from segcore.errors import DatasetError
from segcore.evaluation.evaluate import evaluate_pairs, folder_pairs


def test_perfect_labels_score_one(shapes: Dataset) -> None:
    told: list[tuple[int, int]] = []
    got = evaluate_pairs(ByColor(side=96), shapes.part("all"), lambda done, total: told.append((done, total)))
    assert got.miou == pytest.approx(1.0)
    assert got.confusion.sum() == len(shapes.pairs) * 64 * 96
    assert told[-1] == (10, 10)
    assert len(got.images) == 10


def test_coarse_network_is_scored_at_the_masks_size(shapes: Dataset) -> None:
    got = evaluate_pairs(ByColor(side=64), shapes.part("val"))
    assert 0.8 < got.miou < 1.0
    assert got.confusion.sum() == len(shapes.part("val")) * 64 * 96


def test_class_that_the_network_does_not_know_is_named(shapes: Dataset) -> None:
    with pytest.raises(DatasetError, match="knows 2 classes"):
        evaluate_pairs(ByColor(side=96, classes=2), shapes.part("all"))


def test_nothing_to_score_is_said() -> None:
    with pytest.raises(DatasetError, match="no labelled frames"):
        evaluate_pairs(ByColor(side=96), ())


def test_plain_folders_with_three_channel_masks(tmp_path: Path) -> None:
    """As the notebook keeps them: R=G=B=class."""
    folder = write_shapes(tmp_path / "held out", frames=3)
    for path in (folder / "masks").iterdir():
        cv2.imwrite(str(path), np.repeat(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)[..., None], 3, axis=-1))
    with folder_pairs(folder / "images", folder / "masks") as pairs:
        assert evaluate_pairs(ByColor(side=96), pairs).miou == pytest.approx(1.0)


def test_missing_mask_is_named(tmp_path: Path) -> None:
    folder = write_shapes(tmp_path / "held out", frames=3)
    (folder / "masks" / "b.png").unlink()
    with pytest.raises(DatasetError, match=r"b\.(jpg|png)"), folder_pairs(folder / "images", folder / "masks"):
        pass


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="nowhere"), folder_pairs(tmp_path / "nowhere", tmp_path):
        pass
