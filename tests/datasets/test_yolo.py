"""YOLO segmentation, by hand as Ultralytics and Roboflow lay it out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from format_trips import labels_of, read
from small_dataset import picture, write

from segcore.datasets.formats import choose_reader
from segcore.datasets.repairs import Repairs
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError

SQUARE = "0 0.25 0.25 0.75 0.25 0.75 0.75 0.25 0.75"
"""A quarter of the picture, in its middle."""
SMALL = "1 0.5 0.5 0.75 0.5 0.75 0.75 0.5 0.75"
"""The lower right quarter of that."""
TRUE = np.zeros((12, 16), np.uint8)
TRUE[3:9, 4:12] = 1
TRUE[6:9, 8:12] = 2


def yolo(root: Path, rows: dict[str, str], names: str = "names: [cat, dog]\n") -> Path:
    for number, (stem, text) in enumerate(rows.items()):
        write(root / "images" / f"{stem}.png", picture(number))
        (root / "labels").mkdir(parents=True, exist_ok=True)
        (root / "labels" / f"{stem}.txt").write_text(text, "utf-8")
    if names:
        (root / "data.yaml").write_text(names)
    return root


def test_objects_are_painted_the_largest_first_above_a_background(tmp_path: Path) -> None:
    reading = read(yolo(tmp_path, {"a": f"{SMALL}\n{SQUARE}\n", "b": "\ufeff" + SQUARE, "c": ""}), "yolo")
    assert reading.classes.names == ["background", "cat", "dog"]
    found = labels_of(reading)
    np.testing.assert_array_equal(found["a"], TRUE)
    np.testing.assert_array_equal(found["b"], np.minimum(TRUE, 1))
    assert not found["c"].any()
    assert "moved up by one" in reading.notes[0]
    assert reading.evidence == "labels/ with 3 text files of polygons, 2 names; names from data.yaml"
    assert [(row.source, row.frames) for row in reading.legend] == [("no object", None), ("class 0", 2), ("class 1", 1)]
    assert reading.legend[2].best == ("a",)


def test_corners_a_little_outside_are_moved_to_the_edge(tmp_path: Path) -> None:
    found = labels_of(read(yolo(tmp_path, {"a": "0 -0.005 0 1.01 0 1 1 0 1.005"}), "yolo"))["a"]
    assert (found == 1).all()


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("0 0.5 0.5 0.2 0.2", "row 2: a box (5 numbers), expected a polygon"),
        ("0 0.1 0.1 0.2 0.2 0.3", "row 2: 6 numbers, expected a class and at least 3 points"),
        ("0 0.1 0.1 0.2 0.2 0.3 x", "row 2: not all of it is numbers"),
        ("0 0.1 0.1 0.2 0.2 0.3 nan", "row 2: points outside of the picture"),
        ("0 0.1 0.1 0.2 0.2 0.3 1.2", "row 2: points outside of the picture"),
        ("-1 0.1 0.1 0.2 0.2 0.3 0.9", "row 2: -1 is no class"),
        ("1e9 0.1 0.1 0.2 0.2 0.3 0.9", "row 2: 1e9 is no class"),
        ("0.5 0.1 0.1 0.2 0.2 0.3 0.9", "row 2: 0.5 is no class"),
    ],
)
def test_a_wrong_row_is_named_with_its_file(store: DatasetStore, tmp_path: Path, row: str, fault: str) -> None:
    report = store.import_path(yolo(tmp_path / "in", {"a": SQUARE, "b": f"{SQUARE}\n{row}\n"}), "d")
    assert report.pairs == 1
    assert report.problems[0].file == "labels/b.txt"
    assert report.problems[0].fault.startswith(fault)
    assert "class x1 y1" in report.problems[0].fix


def test_a_class_without_a_name_is_named_or_ignored(tmp_path: Path) -> None:
    root = yolo(tmp_path, {"a": SQUARE, "b": SMALL.replace("1", "7", 1)})
    reading = read(root, "yolo")
    assert [(p.file, p.fault) for p in reading.problems] == [("labels/b.txt", "class 7 has no name (3 classes)")]
    assert (reading.offers[0].kind, reading.offers[0].files) == ("unknown_ignore", ("labels/b.txt",))
    mended = read(root, "yolo", reading.offers[0].repairs)
    found = labels_of(mended)["b"]
    assert ((found == 255).sum(), (found == 0).sum()) == (12, 180)
    assert mended.tally.as_dict() == {"unknown_ignore": {"files": 1, "pixels": 12}}


def test_without_names_classes_are_numbered(tmp_path: Path) -> None:
    assert read(yolo(tmp_path, {"a": SMALL}, ""), "yolo").classes.names == ["background", "class 1", "class 2"]


def test_a_background_of_its_own_is_not_doubled(tmp_path: Path) -> None:
    reading = read(yolo(tmp_path, {"a": SMALL}, "names: {0: Background, 1: cat}\n"), "yolo")
    assert (reading.classes.names, reading.notes) == (["Background", "cat"], ())
    assert labels_of(reading)["a"].max() == 1


def test_torn_pairs_are_named(tmp_path: Path) -> None:
    root = yolo(tmp_path, {"a": SQUARE, "b": SQUARE, "c": SQUARE})
    (root / "labels" / "b.txt").unlink()
    (root / "images" / "c.png").unlink()
    (root / "labels" / "classes.txt").write_text("cat\ndog\n")
    problems = {p.file: (p.fault, p.fix) for p in read(root, "yolo").problems}
    assert set(problems) == {"images/b.png", "labels/c.txt"}
    assert "empty b.txt" in problems["images/b.png"][1]


@pytest.mark.parametrize("layout", ["images/{}", "{}/images"])
def test_parts_by_folder_are_the_split(tmp_path: Path, layout: str) -> None:
    for part, stem in (("train", "a"), ("valid", "b"), ("test", "c")):
        write(tmp_path / layout.format(part) / f"{stem}.png", picture())
        labels = tmp_path / layout.replace("images", "labels").format(part)
        labels.mkdir(parents=True)
        (labels / f"{stem}.txt").write_text(SQUARE)
    (tmp_path / "data.yaml").write_text("train: ../train/images\nval: ../valid/images\nnc: 1\nnames: ['cat']\n")
    split = read(tmp_path, "yolo").split
    assert split is not None
    assert (split.train, split.val, split.left_out) == (("a",), ("b",), ("c",))


def test_parts_by_lists_are_the_split(tmp_path: Path) -> None:
    root = yolo(tmp_path, {"a": SQUARE, "b": SQUARE}, "train: train.txt\nval: val.txt\nnames: [cat]\n")
    (root / "train.txt").write_text("./images/b.png\n")
    (root / "val.txt").write_text("../../../etc/a.png\n")  # only its name is used
    split = read(root, "yolo").split
    assert split is not None
    assert (split.train, split.val) == (("b",), ("a",))


def test_masks_beside_are_asked_about(tmp_path: Path) -> None:
    root = yolo(tmp_path, {"a": SQUARE})
    write(root / "masks" / "a.png", TRUE)
    with pytest.raises(DatasetError, match=r"several ways: folders .*; yolo "):
        choose_reader(root)
    assert choose_reader(root, "yolo").read(root, Repairs()).format == "yolo"


def test_boxes_only_say_what_is_missing(tmp_path: Path) -> None:
    root = yolo(tmp_path, {"a": "0 0.5 0.5 0.1 0.1\n"})
    with pytest.raises(DatasetError, match=r"labels/a.txt: row 1: a box"):
        choose_reader(root).read(root, Repairs())
