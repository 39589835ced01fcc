"""The plain-folder reader through the store: where folders are, how files pair, what names classes have."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from PIL import Image
from small_dataset import labels, pack, picture, write, write_folder

from segcore.datasets.formats.folders.layout import find_folders, natural
from segcore.datasets.images import read_index_mask
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError


def test_natural_order_counts() -> None:
    assert sorted(["f_10", "f_9", "a", "f_2"], key=natural) == ["a", "f_2", "f_9", "f_10"]


@pytest.mark.parametrize("inside", ["", "dataset/", "a/b/"])
def test_folders_are_found_at_any_depth_of_a_zip(store: DatasetStore, tmp_path: Path, inside: str) -> None:
    archive = pack(write_folder(tmp_path / "in"), tmp_path / "a.zip", inside)
    report = store.import_path(archive, "d")
    assert (report.pairs, report.problems) == (4, ())


def test_upper_case_suffixes_and_folders(store: DatasetStore, tmp_path: Path) -> None:
    write(tmp_path / "in" / "Images" / "A.PNG", picture())
    write(tmp_path / "in" / "MASKS" / "A.PNG", labels())
    assert store.import_path(tmp_path / "in", "d").pairs == 1


def test_other_files_beside_are_no_problem(store: DatasetStore, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in")
    (root / "original.mp4").write_bytes(b"x")
    (root / "images" / "Thumbs.db").write_bytes(b"x")
    assert store.import_path(root, "d").problems == ()


def test_train_and_val_folders_are_kept_as_split(store: DatasetStore, tmp_path: Path) -> None:
    for part, count in (("train", 3), ("val", 2)):
        for number in range(count):
            write(tmp_path / "in" / "images" / part / f"{part}{number}.png", picture(number))
            write(tmp_path / "in" / "masks" / part / f"{part}{number}.png", labels(number))
    store.import_path(tmp_path / "in", "d")
    split = store.open("d").split
    assert split.train == ("train0", "train1", "train2")
    assert split.val == ("val0", "val1")


def test_parts_with_equal_names_do_not_collide(store: DatasetStore, tmp_path: Path) -> None:
    write_folder(tmp_path / "in" / "train", 2)
    write_folder(tmp_path / "in" / "val", 2)
    report = store.import_path(tmp_path / "in", "d")
    dataset = store.open("d")
    assert report.pairs == 4
    assert dataset.split.val == ("val_images_f_0", "val_images_f_1")


def test_two_datasets_in_one_are_named(store: DatasetStore, tmp_path: Path) -> None:
    write_folder(tmp_path / "in" / "cats")
    write_folder(tmp_path / "in" / "dogs")
    with pytest.raises(DatasetError, match="cats, dogs"):
        store.import_path(tmp_path / "in", "d")


def test_unknown_layout_says_what_is_there(store: DatasetStore, tmp_path: Path) -> None:
    write(tmp_path / "in" / "holiday" / "a.png", picture())
    with pytest.raises(DatasetError, match="holiday/"):
        store.import_path(tmp_path / "in", "d")


def test_classes_txt_names_classes(store: DatasetStore, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in")
    (root / "classes.txt").write_text("background\ncat\ndög\n", "utf-8")
    report = store.import_path(root, "d")
    assert report.classes.names == ["background", "cat", "dög"]
    assert "classes.txt" in report.evidence


def test_classes_txt_without_background_gets_one(store: DatasetStore, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in")
    (root / "classes.txt").write_text("cat\ndog\n")
    report = store.import_path(root, "d")
    assert report.classes.names == ["background", "cat", "dog"]
    assert "background added" in report.evidence


def test_dataset_yaml_gives_names_colours_and_the_mask_folder(store: DatasetStore, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in")
    shutil.move(root / "masks", root / "ground_truth")
    data = {"names": {0: "bg", 1: "cat", 2: "dog"}, "colors": {1: "#010203"}, "masks_dir": "ground_truth"}
    (root / "dataset.yaml").write_text(yaml.safe_dump(data))
    report = store.import_path(root, "d")
    assert report.classes.names == ["bg", "cat", "dog"]
    assert report.classes[1].color == "#010203"


@pytest.mark.parametrize(
    ("text", "fault"),
    [("names: [a, a, b]", "twice"), ("names: 3", "names"), ("{", "YAML"), ("colors: {0: red}", "#rrggbb")],
)
def test_a_wrong_description_is_named(store: DatasetStore, tmp_path: Path, text: str, fault: str) -> None:
    root = write_folder(tmp_path / "in")
    (root / "dataset.yaml").write_text(text)
    with pytest.raises(DatasetError, match=fault):
        store.import_path(root, "d")
    assert store.names() == []


def test_palette_colours_become_class_colours(store: DatasetStore, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in", 2)
    for path in (root / "masks").iterdir():
        indexed = Image.fromarray(labels(int(path.stem[-1]))).convert("P")
        indexed.putdata(labels(int(path.stem[-1])).ravel().tolist())
        indexed.putpalette([0, 0, 0, 1, 2, 3, 4, 5, 6])
        indexed.save(path)
    report = store.import_path(root, "d")
    assert [c.color for c in report.classes] == ["#000000", "#010203", "#040506"]
    assert (read_index_mask(store.open("d").pairs[1].mask) == labels(1)).all()


def test_a_link_out_of_the_folder_is_left_out(store: DatasetStore, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in")
    secret = write(tmp_path / "secret.png", picture(9))
    (root / "images" / "f_0.png").unlink()
    (root / "images" / "f_0.png").symlink_to(secret)
    problems = store.import_path(root, "d").problems
    assert any(p.file == "images/f_0.png" and "link" in p.fault for p in problems)


@pytest.mark.parametrize("wrapping", ["frames", "labels", "images/set"])
def test_a_wrapping_folder_may_be_called_like_an_inner_one(tmp_path: Path, wrapping: str) -> None:
    for part in ("images", "masks"):
        folder = tmp_path / wrapping / part
        folder.mkdir(parents=True)
        Image.new("L", (8, 6), 1).save(folder / "a.png")
    found = find_folders(tmp_path)
    assert found == [(tmp_path / wrapping / "images", tmp_path / wrapping / "masks")]
