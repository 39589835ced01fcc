"""COCO panoptic, by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from format_trips import labels_of, read
from small_dataset import picture, write

from segcore.datasets.formats import candidates, choose_reader
from segcore.datasets.repairs import Repairs
from segcore.errors import DatasetError

NUMBERS = np.array([[0, 5, 5, 300], [70_000, 70_000, 5, 300]]).repeat(6, 0).repeat(4, 1)
"""Segment numbers that need one, two and three channels, and void."""
SEGMENTS = [
    {"id": 5, "category_id": 200, "area": 72, "iscrowd": 0},
    {"id": 300, "category_id": 1, "area": 48, "iscrowd": 0},
    {"id": 70_000, "category_id": 200, "area": 48, "iscrowd": 0},
]
TRUE = np.select([NUMBERS == 300, NUMBERS > 0], [0, 1], 255).astype(np.uint8)


def panoptic(root: Path, segments: list[Any] | None = None, numbers: np.ndarray = NUMBERS, **more: object) -> Path:
    data = {
        "images": [{"id": 1, "file_name": "a.png", "width": 16, "height": 12}],
        "categories": [{"id": 200, "name": "wall", "isthing": 0}, {"id": 1, "name": "person", "isthing": 1}],
        "annotations": [
            {"image_id": 1, "file_name": "a.png", "segments_info": SEGMENTS if segments is None else segments} | more
        ],
    }
    write(root / "val2017" / "a.png", picture())
    colors = np.stack([numbers % 256, numbers // 256 % 256, numbers // 65536], -1).astype(np.uint8)
    write(root / "annotations" / "panoptic_val2017" / "a.png", colors)
    (root / "annotations" / "panoptic_val2017.json").write_text(json.dumps(data))
    return root


def test_segments_become_classes_and_void_is_ignored(tmp_path: Path) -> None:
    reading = read(panoptic(tmp_path), "panoptic")
    assert reading.classes.names == ["person", "wall"]
    np.testing.assert_array_equal(labels_of(reading)["a"], TRUE)
    assert [(row.source, row.best) for row in reading.legend] == [("category 1", ("a",)), ("category 200", ("a",))]
    assert (reading.problems, reading.split) == ((), None)


def test_it_is_not_taken_for_plain_folders(tmp_path: Path) -> None:
    root = panoptic(tmp_path)
    (root / "val2017").rename(root / "images")
    assert [reader.name for reader, _ in candidates(root)] == ["panoptic"]


def test_a_picture_of_few_segments_looks_grey(tmp_path: Path) -> None:
    reading = read(panoptic(tmp_path, [{"id": 0x020202, "category_id": 1}], np.full((12, 16), 0x020202)), "panoptic")
    assert not labels_of(reading)["a"].any()


def test_a_segment_that_the_json_leaves_out_is_named_or_ignored(tmp_path: Path) -> None:
    root = panoptic(tmp_path, SEGMENTS[:2])
    with pytest.raises(DatasetError, match=r"segment 70000 is not in segments_info"):
        labels_of(read(root, "panoptic"))
    mended = read(root, "panoptic", Repairs(unknown_ignore=True))
    np.testing.assert_array_equal(labels_of(mended)["a"], np.where(NUMBERS == 70_000, 255, TRUE))
    assert mended.tally.as_dict() == {"unknown_ignore": {"files": 1, "pixels": 48}}


@pytest.mark.parametrize(
    ("segments", "more", "fault"),
    [
        ([{"id": 5, "category_id": 9}], {}, "category 9 is not listed"),
        ([{"id": -5, "category_id": 1}], {}, "a segment without a number"),
        ([5], {}, "a segment without a number"),
        ("x", {}, "no segments_info"),
        (None, {"file_name": "../../a.png"}, "leads out"),
        (None, {"file_name": "b.png"}, "no PNG b.png"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, segments: Any, more: dict[str, object], fault: str) -> None:
    root = panoptic(tmp_path, segments, **more)
    with pytest.raises(DatasetError, match=r"annotations/panoptic_val2017\.json: a\.png") as error:
        choose_reader(root).read(root, Repairs())
    assert fault in str(error.value)
