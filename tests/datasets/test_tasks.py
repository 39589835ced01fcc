"""Frames packed for labelling: what an annotation tool finds in the ZIP."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pycocotools.coco import COCO

from segcore.classes import ClassTable
from segcore.datasets.formats.tasks import write_task
from segcore.errors import DatasetError

CLASSES = ClassTable.of(["background", "car", "road: wet"], ["#102030", "#ff0000", "#00ff00"])


@pytest.fixture
def frames(tmp_path: Path) -> list[Path]:
    found = [tmp_path / f"clip_f{i:06d}.jpg" for i in (3, 40)]
    for number, path in enumerate(found):
        Image.new("RGB", (12, 8), (number * 90, 20, 20)).save(path)
    return found


@pytest.fixture
def labels() -> np.ndarray:
    """Two cars, a road with a hole, an open (ignored) corner."""
    made = np.zeros((8, 12), np.uint8)
    made[0:2, 0:2] = made[0:2, 5:7] = 1
    made[3:8, 0:6] = 2
    made[5, 2] = 0
    made[7, 11] = 255
    return made


def test_cvat_without_labels_is_images_and_classes(frames: list[Path], tmp_path: Path) -> None:
    out = write_task(frames, CLASSES, tmp_path / "sub" / "task.zip")
    with zipfile.ZipFile(out) as archive:
        assert sorted(archive.namelist()) == ["images/clip_f000003.jpg", "images/clip_f000040.jpg", "labels.json"]
        assert archive.read("images/clip_f000040.jpg") == frames[1].read_bytes()
        named = json.loads(archive.read("labels.json"))
    assert [(label["name"], label["color"]) for label in named] == [("car", "#ff0000"), ("road: wet", "#00ff00")]


def test_cvat_labels_are_a_segmentation_mask_export(frames: list[Path], labels: np.ndarray, tmp_path: Path) -> None:
    out = write_task(frames, CLASSES, tmp_path / "task.zip", labels={"clip_f000040": labels})
    with zipfile.ZipFile(out) as archive, zipfile.ZipFile(io.BytesIO(archive.read("annotations.zip"))) as inner:
        assert inner.read("ImageSets/Segmentation/default.txt").decode().split() == ["clip_f000040"]
        rows = [line for line in inner.read("labelmap.txt").decode().splitlines() if not line.startswith("#")]
        mask = np.asarray(Image.open(io.BytesIO(inner.read("SegmentationClass/clip_f000040.png"))))
    assert rows == ["background:0,0,0::", "car:255,0,0::", "road  wet:0,255,0::"]
    assert all(row.count(":") == 3 for row in rows)
    expected = np.array([(0, 0, 0), (255, 0, 0), (0, 255, 0)], np.uint8)[np.where(labels == 255, 0, labels)]
    np.testing.assert_array_equal(mask, expected)


def test_coco_holds_regions_that_the_reference_tool_reads(
    frames: list[Path], labels: np.ndarray, tmp_path: Path
) -> None:
    out = write_task(frames, CLASSES, tmp_path / "task.zip", "coco", labels={"clip_f000003": labels})
    with zipfile.ZipFile(out) as archive:
        archive.extractall(tmp_path / "out")
    coco = COCO(str(tmp_path / "out" / "annotations" / "instances_default.json"))
    assert {c["id"]: c["name"] for c in coco.loadCats(coco.getCatIds())} == {1: "car", 2: "road: wet"}
    assert [i["file_name"] for i in coco.loadImgs(coco.getImgIds())] == [f.name for f in frames]
    regions = coco.loadAnns(coco.getAnnIds(imgIds=[1]))
    assert [r["category_id"] for r in regions] == [1, 1, 2]
    read = np.zeros((8, 12), np.uint8)
    for region in regions:
        read[coco.annToMask(region) == 1] = region["category_id"]
    np.testing.assert_array_equal(read, np.where(labels == 255, 0, labels))
    assert coco.getAnnIds(imgIds=[2]) == []


@pytest.mark.parametrize("fault", ["none", "twice", "size", "format"])
def test_what_cannot_be_packed_is_named_and_leaves_nothing(
    frames: list[Path], labels: np.ndarray, tmp_path: Path, fault: str
) -> None:
    given = {"none": [], "twice": [frames[0], frames[0]]}.get(fault, frames)
    words = {"none": "no frames", "twice": "one name", "size": "12×4", "format": "Unknown format"}[fault]
    wrong = {"clip_f000003": labels[:4]} if fault == "size" else None
    with pytest.raises(DatasetError, match=words):
        write_task(given, CLASSES, tmp_path / "task.zip", "xml" if fault == "format" else "cvat", wrong)  # type: ignore[arg-type]
    assert not list(tmp_path.glob("task.zip*"))
