"""Labels as run lengths: what is written is read back, as one and in chunks, also of a region."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask as coco_mask

from segcore.classes import ClassTable
from segcore.datasets.formats.coco.rle import encode_parts
from segcore.knowledge.masks import MaskTable, labels_of, on_frame, read_masks, run_lengths
from segcore.knowledge.measure import measure_frame
from segcore.video.outputs.joining import join_tables

CLASSES = ClassTable.of(["background", "cat", "dog"])
SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 12))


@settings(max_examples=80, deadline=None)
@given(arrays(np.uint8, SHAPES, elements=st.sampled_from([0, 1, 2, 254, 255])))
def test_run_lengths_are_exact(labels: np.ndarray) -> None:
    runs = run_lengths(labels)
    assert set(runs) == set(np.unique(labels).tolist())
    np.testing.assert_array_equal(labels_of(runs, labels.shape), labels)


def test_run_lengths_are_cocos() -> None:
    labels = np.array([[0, 1, 1], [2, 2, 1]], np.uint8)  # columns first: 0 2 1 2 1 1
    assert encode_parts(labels.astype(int))[1] == [2, 1, 1, 2]
    packed = coco_mask.frPyObjects({"counts": [2, 1, 1, 2], "size": [2, 3]}, 2, 3)
    assert run_lengths(labels)[1] == packed["counts"].decode()


def frames(count: int) -> list[np.ndarray]:
    rng = np.random.default_rng(4)
    found = [rng.integers(0, 3, (6, 8)).astype(np.uint8) for _ in range(max(2, count))]
    found[1][:] = 0
    return found[:count]


def test_every_frame_comes_back_at_its_size(tmp_path: Path) -> None:
    with MaskTable(tmp_path, CLASSES, (12, 16), None) as table:
        for number, labels in enumerate(frames(5)):
            table.append(3 * number, number / 10, labels)
    found = list(read_masks(tmp_path / "masks.parquet"))
    assert [(one.frame, one.time_s) for one in found] == [(3 * k, k / 10) for k in range(5)]
    for one, labels in zip(found, frames(5), strict=True):
        np.testing.assert_array_equal(one.labels, labels.repeat(2, 0).repeat(2, 1))
    (alone,) = read_masks(tmp_path / "masks.parquet", {6})
    np.testing.assert_array_equal(alone.labels, found[2].labels)
    assert list(read_masks(tmp_path / "masks.parquet", {7})) == []


def test_frames_whose_rows_lie_in_two_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segcore.knowledge.masks._ROWS", 3)
    test_every_frame_comes_back_at_its_size(tmp_path)


def test_chunks_are_joined(tmp_path: Path) -> None:
    parts = []
    for chunk in range(2):
        with MaskTable(tmp_path / str(chunk), CLASSES, (6, 8), None) as table:
            table.append(chunk, chunk / 10, frames(3)[2 * chunk])
        parts.append(table.path)
    join_tables(parts, tmp_path / "masks.parquet")
    found = list(read_masks(tmp_path / "masks.parquet"))
    np.testing.assert_array_equal([one.labels for one in found], [frames(3)[0], frames(3)[2]])


def test_around_a_region_nothing_is_known(tmp_path: Path) -> None:
    labels = frames(1)[0]
    with MaskTable(tmp_path, CLASSES, (20, 30), (4, 2, 8, 6)) as table:
        table.append(0, 0.0, labels)
    (found,) = read_masks(tmp_path / "masks.parquet")
    np.testing.assert_array_equal(found.labels[2:8, 4:12], labels)
    assert (found.labels == 255).sum() == 20 * 30 - 6 * 8
    np.testing.assert_array_equal(on_frame(labels, (20, 30), (4, 2, 8, 6)), found.labels)


@settings(max_examples=40, deadline=None)
@given(arrays(np.uint8, SHAPES, elements=st.integers(0, 2)), SHAPES)
def test_masks_hold_what_the_ledger_counts(labels: np.ndarray, size: tuple[int, int]) -> None:
    counted = measure_frame(labels, labels, size, 3).pixels.tolist()
    assert np.bincount(on_frame(labels, size, None).ravel(), minlength=3).tolist() == counted


def test_a_broken_table_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(IndexError), MaskTable(tmp_path, CLASSES, (6, 8), None) as table:  # it has no class 9
        table.append(0, 0.0, np.full((6, 8), 9, np.uint8))
    assert list(tmp_path.iterdir()) == []
