"""CamVid as SegNet split it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from format_trips import labels_of, read
from small_dataset import picture, write

from segcore.datasets.formats.camvid import COLORS, NAMES
from segcore.datasets.repairs import Repairs
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError

LABELS = (np.indices((12, 16)).sum(0) % 12).astype(np.uint8)


def camvid(root: Path, labels: np.ndarray = LABELS) -> Path:
    for part, stems in (("train", ("0001TP_006690", "0001TP_006720")), ("val", ("0016E5_07959",)), ("test", ("x",))):
        for number, stem in enumerate(stems):
            write(root / part / f"{stem}.png", picture(number))
            write(root / f"{part}annot" / f"{stem}.png", labels)
    return root


def test_eleven_classes_void_and_the_given_split(tmp_path: Path) -> None:
    reading = read(camvid(tmp_path / "SegNet"), "camvid")
    assert (tuple(reading.classes.names), tuple(c.color for c in reading.classes)) == (NAMES, COLORS)
    np.testing.assert_array_equal(labels_of(reading)["x"], np.where(LABELS == 11, 255, LABELS))
    assert reading.split is not None
    assert reading.split.train == ("0001TP_006690", "0001TP_006720")
    assert (reading.split.val, reading.split.left_out, reading.split.method) == (("0016E5_07959",), ("x",), "given")
    assert reading.legend[3].pixels == 4 * (LABELS == 3).sum()
    assert "void" in reading.notes[0]


def test_labels_beyond_are_named_or_ignored(tmp_path: Path) -> None:
    root = camvid(tmp_path, LABELS + np.uint8(1))
    with_faults = read(root, "camvid")
    assert (len(with_faults.frames), len(with_faults.problems)) == (0, 4)
    assert with_faults.problems[0].fault == "label 12 of no class"
    mended = read(root, "camvid", Repairs(unknown_ignore=True))
    assert {int(v) for v in np.unique(labels_of(mended)["x"])} == {*range(1, 11), 255}


def test_a_lone_picture_is_named(tmp_path: Path) -> None:
    root = camvid(tmp_path)
    (root / "trainannot" / "0001TP_006720.png").unlink()
    problems = read(root, "camvid").problems
    assert [(p.file, p.fault) for p in problems] == [("train/0001TP_006720.png", "no mask of this name")]


def test_label_colors_of_cvat_take_the_place_of_camvids_classes(tmp_path: Path) -> None:
    colors = np.array([(0, 0, 0), (128, 64, 128), (9, 9, 9)], np.uint8)
    for stem in ("a", "b"):
        write(tmp_path / "default" / f"{stem}.png", picture())
        write(tmp_path / "defaultannot" / f"{stem}.png", colors[LABELS % 3])
    (tmp_path / "label_colors.txt").write_text("0 0 0 background\n128 64 128\twet road\n9 9 9 Void\n")
    reading = read(tmp_path, "camvid")
    assert reading.classes.names == ["background", "wet road"]
    np.testing.assert_array_equal(labels_of(reading)["b"], np.array([0, 1, 255], np.uint8)[LABELS % 3])
    (tmp_path / "label_colors.txt").write_text("0 0 0 background\n128 64 road\n")
    with pytest.raises(DatasetError, match=r"label_colors\.txt: line 2: expected r g b name"):
        read(tmp_path, "camvid")


@pytest.mark.data
def test_the_real_one_imports_with_its_own_split(store: DatasetStore, camvid_folder: Path) -> None:
    report = store.import_path(camvid_folder, "camvid", strict=True)
    assert (report.format, report.pairs, report.classes.names) == ("camvid", 468, list(NAMES))
    dataset = store.open("camvid")
    assert (len(dataset.part("train")), len(dataset.part("val"))) == (367, 101)
    assert dataset.split.method == "given"
    assert (dataset.pixels().sum(0) > 0).all()
    assert dataset.pixels().sum() < 468 * 360 * 480
