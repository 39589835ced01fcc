"""nnU-Net's 2-D pictures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from format_trips import labels_of, made, read, written
from PIL import Image
from small_dataset import labels, picture, write

from segcore.datasets.formats import choose_reader
from segcore.datasets.repairs import Repairs
from segcore.errors import DatasetError

JSON = {"channel_names": {"0": "R"}, "labels": {"background": 0, "cell": 1, "ignore": 2}, "file_ending": ".png"}


def nnunet(root: Path, data: object = JSON) -> Path:
    home = root / "Dataset001_Cells"
    for number in range(3):
        write(home / "imagesTr" / f"cell_{number:03d}_0000.png", picture(number))
        write(home / "labelsTr" / f"cell_{number:03d}.png", labels(number))
    (home / "dataset.json").write_text(json.dumps(data))
    return root


def test_cases_labels_and_ignore(tmp_path: Path) -> None:
    reading = read(nnunet(tmp_path), "nnunet")
    assert reading.classes.names == ["background", "cell"]
    np.testing.assert_array_equal(labels_of(reading)["cell_001"], np.where(labels(1) == 2, 255, labels(1)))
    assert "2 classes" in reading.evidence
    assert reading.split is None


def test_version_1_labels_and_the_split_of_the_first_fold(tmp_path: Path) -> None:
    root = nnunet(tmp_path, {"labels": {"0": "background", "1": "cell", "2": "nucleus"}})
    folds = [{"train": ["cell_000"], "val": ["cell_002"]}, {"train": ["cell_002"], "val": ["cell_000"]}]
    (root / "Dataset001_Cells" / "splits_final.json").write_text(json.dumps(folds))
    reading = read(root, "nnunet")
    assert reading.classes.names == ["background", "cell", "nucleus"]
    assert reading.split is not None
    assert (reading.split.train, reading.split.val, reading.split.left_out) == (
        ("cell_000",),
        ("cell_002",),
        ("cell_001",),
    )


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"file_ending": ".nii.gz"}, "volumes"),
        ({"labels": {"background": 0, "all": [1, 2]}}, "regions"),
        ({"labels": {"background": 0, "a": 1, "b": 1}}, "different values"),
        ({"labels": {"background": 0, "a": -1}}, "different values"),
        ({"labels": {"background": 0, "a": 2}}, "the value 1 has no name"),
        ({"labels": []}, "expected labels"),
        ([], "JSON object"),
    ],
)
def test_a_wrong_description_is_named(tmp_path: Path, data: object, fault: str) -> None:
    root = nnunet(tmp_path, data)
    with pytest.raises(DatasetError, match=r"dataset\.json") as error:
        choose_reader(root).read(root, Repairs())
    assert fault in str(error.value)


def test_torn_cases_more_channels_and_odd_names(tmp_path: Path) -> None:
    home = nnunet(tmp_path) / "Dataset001_Cells"
    write(home / "imagesTr" / "cell_000_0001.png", picture())
    write(home / "imagesTr" / "cell_9.png", picture())
    (home / "labelsTr" / "cell_002.png").unlink()
    reading = read(tmp_path, "nnunet")
    assert {p.file.rpartition("/")[2] for p in reading.problems} == {"cell_9.png", "cell_002_0000.png"}
    assert reading.notes[-1] == "1 cases have several channels; only the first (0000) is read."


def test_what_is_written_is_as_nnunet_wants_it(tmp_path: Path) -> None:
    maps = [np.array([[0, 1, 2, 3], [255, 3, 2, 1]], np.uint8)] * 2
    written(made(tmp_path / "in", maps, suffix=".jpg"), "nnunet", tmp_path / "out")
    data = json.loads((tmp_path / "out" / "dataset.json").read_text())
    assert data["labels"] == {"background": 0, "road": 1, "wet road": 2, "tree": 3, "ignore": 4}
    assert (data["numTraining"], data["file_ending"], len(data["channel_names"])) == (2, ".png", 3)
    with Image.open(tmp_path / "out" / "imagesTr" / "f_1_0000.png") as image:
        assert (image.mode, image.size) == ("RGB", (4, 2))
    assert np.asarray(Image.open(tmp_path / "out" / "labelsTr" / "f_1.png")).tolist() == [[0, 1, 2, 3], [4, 3, 2, 1]]
