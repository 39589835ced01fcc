"""The ledger: hand-counted frames, flat memory in chunks, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from segcore.classes import ClassTable
from segcore.knowledge.ledger import COLUMNS, LedgerWriter, read_ledger
from segcore.knowledge.measure import measure_frame
from segcore.pipeline.preprocess import resize_labels

CLASSES = ClassTable.of(["background", "cat", "dog"])


def test_a_frame_counted_by_hand() -> None:
    labels = np.array([[1, 0, 1], [0, 0, 1]], np.uint8)
    confidence = np.array([[255, 51, 204], [102, 153, 0]], np.uint8)
    measure = measure_frame(labels, confidence, (4, 6), 3)
    assert measure.pixels.tolist() == [12, 12, 0]
    assert measure.objects.tolist() == [1, 2, 0]
    np.testing.assert_allclose(measure.confidence, [0.4, 0.6, np.nan], rtol=1e-6)


@pytest.mark.parametrize("size", [(47, 63), (1080, 1920), (20, 11), (352, 608)])
def test_pixels_are_those_of_the_labels_scaled_to_the_frame(size: tuple[int, int]) -> None:
    labels = np.random.default_rng(0).integers(0, 3, (35, 61)).astype(np.uint8)
    scaled = resize_labels(labels, size)
    measure = measure_frame(labels, np.zeros_like(labels), size, 3)
    assert measure.pixels.tolist() == np.bincount(scaled.ravel(), minlength=3).tolist()


def test_both_files_hold_every_frame_and_class(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    with LedgerWriter(tmp_path, CLASSES, (8, 8)) as ledger:
        for frame in range(1203):
            labels = random.integers(0, 2, (8, 8)).astype(np.uint8)
            ledger.append(frame, frame / 30, measure_frame(labels, labels + 100, (8, 8), 3))
    table = read_ledger(tmp_path / "ledger.parquet")
    assert tuple(table.columns) == COLUMNS
    assert len(table) == 1203 * 3
    assert (table.groupby("frame").pixels.sum() == 64).all()
    assert table[table["class"] == "dog"].pixels.sum() == 0
    pd.testing.assert_frame_equal(table, pd.read_csv(tmp_path / "ledger.csv"), check_dtype=False, rtol=1e-6)


def test_an_error_leaves_no_half_ledger(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), LedgerWriter(tmp_path, CLASSES, (8, 8)):
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())
