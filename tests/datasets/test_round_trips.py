"""What is written is read again: the same masks where the format can hold them, a warning where it cannot."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from format_trips import CLASSES, labels_of, made, miou, read, written
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from segcore.classes import ClassTable
from segcore.datasets.dataset import Pair, Split
from segcore.datasets.formats import writers
from segcore.datasets.formats.polygons import outlines

EXACT = ("folders", "cvat", "voc", "nnunet")
READER = {"voc": "cvat"}
"""Pascal VOC is written with a labelmap.txt, so that names are kept; CVAT's reader reads it."""
COLORED = ("folders", "cvat", "voc")


def maps(values: list[int]) -> st.SearchStrategy[np.ndarray]:
    """Label maps of blocks, so that regions are larger than a pixel."""
    shapes = array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=6)
    small = arrays(np.uint8, shapes, elements=st.sampled_from(values))
    return small.map(lambda labels: labels.repeat(2, 0).repeat(3, 1))


def trip(labels: np.ndarray, format_name: str) -> tuple[np.ndarray, list[str], list[str]]:
    """One label map (with another of all classes) there and back: what was read, warnings, names of classes."""
    full = np.arange(len(CLASSES), dtype=np.uint8).repeat(2).reshape(2, -1)
    with tempfile.TemporaryDirectory() as folder:
        warnings = written(made(Path(folder) / "in", [labels, full]), format_name, Path(folder) / "out")
        reading = read(Path(folder) / "out", READER.get(format_name, format_name))
        return labels_of(reading)["f_0"], warnings, reading.classes.names


@pytest.mark.parametrize("format_name", EXACT)
@settings(max_examples=12, deadline=None)
@given(maps([0, 1, 2, 3, 255]))
def test_masks_come_back_with_ignored_pixels(format_name: str, labels: np.ndarray) -> None:
    found, warnings, names = trip(labels, format_name)
    np.testing.assert_array_equal(found, labels)
    assert (warnings, names) == ([], CLASSES.names)


@settings(max_examples=20, deadline=None)
@given(maps([0, 1, 2, 3, 255]))
def test_coco_loses_ignored_pixels_only_and_says_so(labels: np.ndarray) -> None:
    found, warnings, names = trip(labels, "coco")
    np.testing.assert_array_equal(found, np.where(labels == 255, 0, labels))
    assert names == CLASSES.names
    lost = int((labels == 255).sum())
    assert warnings == ([f"{lost} ignored pixels (255) become background: COCO has no label for them."] if lost else [])


@settings(max_examples=30, deadline=None)
@given(maps([0, 1, 2, 3, 255]))
def test_yolo_counts_exactly_what_it_loses(labels: np.ndarray) -> None:
    found, warnings, names = trip(labels, "yolo")
    assert names == CLASSES.names
    lost = int(((found != labels) & (labels != 255)).sum())
    told = [w for w in warnings if "change their class" in w]
    assert told == ([] if not lost else [told[0]])
    assert not lost or told[0].startswith(f"{lost} pixels in 1 frames")
    ignored = int((labels == 255).sum())
    assert any(w.startswith(f"{ignored} ignored pixels") for w in warnings) == bool(ignored)
    holes = any(o.is_hole for i in (1, 2, 3) for o in outlines(labels == i))
    assert holes or not lost


@pytest.mark.parametrize("format_name", [*EXACT, "coco", "yolo"])
def test_names_colours_and_split_come_back(tmp_path: Path, format_name: str) -> None:
    labels = np.kron(np.arange(4).reshape(2, 2), np.ones((3, 3))).astype(np.uint8)
    split = Split(("f_0", "f_3"), ("f_2",), left_out=("f_1",), method="given")
    dataset = made(tmp_path / "in", [labels] * 4, split=split, suffix=".jpg")
    assert written(dataset, format_name, tmp_path / "out") == []
    reading = read(tmp_path / "out", READER.get(format_name, format_name))
    assert reading.classes.names == CLASSES.names
    if format_name in COLORED or format_name == "yolo":
        assert [c.color for c in reading.classes] == [c.color for c in CLASSES]
    assert reading.split is not None
    assert (reading.split.train, reading.split.val) == (split.train, split.val)
    assert [miou(found, labels, 4) for found in labels_of(reading).values()] == [1.0] * 4
    assert (len(reading.problems), len(reading.offers)) == (0, 0)


@pytest.mark.parametrize("format_name", list(writers()))
def test_masks_are_written_with_the_class_table_applied(tmp_path: Path, format_name: str) -> None:
    labels = np.kron(np.arange(4).reshape(2, 2), np.ones((3, 3))).astype(np.uint8)
    dataset = made(tmp_path / "in", [labels] * 2)
    table = np.full(256, 255, np.uint8)
    table[:4] = (0, 1, 1, 2)  # the two roads are merged
    pairs = tuple(Pair(p.stem, p.image, p.mask, table.tobytes()) for p in dataset.pairs)
    merged = ClassTable.of(["background", "road", "tree"])
    dataset = type(dataset)(**(vars(dataset) | {"pairs": pairs, "classes": merged}))
    written(dataset, format_name, tmp_path / "out")
    reading = read(tmp_path / "out", READER.get(format_name, format_name))
    assert reading.classes.names == merged.names
    np.testing.assert_array_equal(labels_of(reading)["f_0"], table[labels])


@pytest.mark.parametrize("format_name", list(writers()))
def test_a_first_class_that_is_no_background_is_not_lost(tmp_path: Path, format_name: str) -> None:
    classes = ClassTable.of(["sky", "road"], ["#808080", "#804080"])
    labels = np.array([[0, 0, 1, 1]] * 4, np.uint8)
    warnings = written(made(tmp_path / "in", [labels] * 2, classes), format_name, tmp_path / "out")
    reading = read(tmp_path / "out", READER.get(format_name, format_name))
    moved = format_name in ("coco", "yolo", "nnunet")
    assert reading.classes.names == [*(["background"] if moved else []), "sky", "road"]
    np.testing.assert_array_equal(labels_of(reading)["f_0"], labels + moved)
    assert any("move up by one" in warning for warning in warnings) == moved


def test_classes_that_a_labelmap_cannot_hold_are_renamed_with_a_warning(tmp_path: Path) -> None:
    classes = ClassTable.of(
        ["background", "a:b", "#x", "void", "a b"], ["#000000", "#ff0000", "#ff0000", "#e0e0c0", "#00ff00"]
    )
    labels = np.arange(5, dtype=np.uint8).repeat(4).reshape(4, 5)
    warnings = written(made(tmp_path / "in", [labels] * 2, classes), "cvat", tmp_path / "out")
    reading = read(tmp_path / "out", "cvat")
    assert reading.classes.names == ["background", "a b", "x", "void class", "a b 2"]
    assert len({c.color for c in reading.classes}) == 5
    np.testing.assert_array_equal(labels_of(reading)["f_0"], labels)
    assert [w.split("'")[1] for w in warnings] == ["a:b", "#x", "void", "a b", "#x", "void"]
