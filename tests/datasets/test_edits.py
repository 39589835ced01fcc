"""Changing datasets of the store: classes as a mapping that can be taken back, splits, measuring anew."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from small_dataset import labels, write_folder

from segcore.classes import ClassTable
from segcore.datasets.class_history import MOST
from segcore.datasets.dataset import Split, read_labels
from segcore.datasets.manifest import read_record, write_record
from segcore.datasets.mapping import ClassMapping, drop, merge, recolor, rename, reorder
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError


@pytest.fixture
def filled(store: DatasetStore, tmp_path: Path) -> DatasetStore:
    store.import_path(write_folder(tmp_path / "in", 12), "d")
    return store


def _files(store: DatasetStore) -> str:
    digest = hashlib.sha256()
    for path in sorted((store.root / "d").glob("*/*")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def test_a_mapping_moves_labels_and_leaves_the_files(filled: DatasetStore) -> None:
    before, files = filled.open("d"), _files(filled)
    filled.set_mapping("d", merge(before.mapping, [2], 1))
    dataset = filled.open("d")
    assert dataset.classes.names == ["background", "class 1"]
    assert dataset.stored_classes == before.classes
    for number, pair in enumerate(dataset.pairs[:3]):
        assert pair.stem == f"f_{number}"
        assert (read_labels(pair) == np.minimum(labels(number), 1)).all()
    assert (dataset.pixels()[:, 1] == before.pixels()[:, 1:].sum(1)).all()
    assert dataset.content_hash != before.content_hash
    assert _files(filled) == files


def test_dropped_labels_are_ignored_and_not_counted(filled: DatasetStore) -> None:
    filled.set_mapping("d", drop(filled.open("d").mapping, 1))
    dataset = filled.open("d")
    out = read_labels(dataset.pairs[0])
    assert (out[labels(0) == 1] == 255).all()
    assert (out[labels(0) == 2] == 1).all()
    assert dataset.pixels()[0].sum() == (labels(0) != 1).sum()


def test_changes_are_taken_back_one_by_one(filled: DatasetStore) -> None:
    start = filled.open("d")
    states = [start]
    for change in (
        lambda m: rename(m, 1, "cat"),
        lambda m: merge(m, [2], 1),
        lambda m: recolor(m, 1, "#123456"),
        lambda m: reorder(m, [1, 0]),
    ):
        filled.set_mapping("d", change(filled.open("d").mapping))
        states.append(filled.open("d"))
    assert filled.can_undo("d") == 4
    assert filled.report("d").classes.names == ["cat", "background"]
    for expected in reversed(states[:-1]):
        assert filled.undo_classes("d")
        dataset = filled.open("d")
        assert (dataset.mapping, dataset.content_hash) == (expected.mapping, expected.content_hash)
        assert dataset.stored_classes == expected.stored_classes
    assert not filled.undo_classes("d")
    assert filled.open("d") == start


def test_names_alone_keep_the_hash_and_are_seen_by_other_programs(filled: DatasetStore) -> None:
    before = filled.open("d").content_hash
    filled.set_classes("d", ClassTable.of(["table", "cat", "dog"]))
    dataset = filled.open("d")
    assert dataset.content_hash == before
    assert dataset.stored_classes.names == ["table", "cat", "dog"]
    assert "mapping" not in (dataset.root / "dataset.yaml").read_text()


def test_classes_can_be_renamed_after_a_merge(filled: DatasetStore) -> None:
    filled.set_mapping("d", merge(filled.open("d").mapping, [2], 1))
    filled.set_classes("d", ClassTable.of(["table", "thing"]))
    dataset = filled.open("d")
    assert dataset.mapping.target == (0, 1, 1)
    assert dataset.classes.names == ["table", "thing"]
    assert dataset.stored_classes.names == ["background", "class 1", "class 2"]


def test_a_class_that_is_in_no_mask_yet_can_be_added(filled: DatasetStore) -> None:
    filled.set_classes("d", ClassTable.of(["table", "cat", "dog", "goat"]))
    dataset = filled.open("d")
    assert dataset.pixels().shape == (12, 4)
    assert not dataset.mapping.moves


def test_setting_the_same_again_is_no_change(filled: DatasetStore) -> None:
    filled.set_mapping("d", filled.open("d").mapping)
    assert filled.can_undo("d") == 0


def test_a_mapping_of_another_dataset_is_refused(filled: DatasetStore) -> None:
    before = filled.open("d")
    with pytest.raises(DatasetError, match="2 rows, the dataset 3 labels"):
        filled.set_mapping("d", ClassMapping.identity(ClassTable.of(["a", "b"])))
    with pytest.raises(DatasetError, match="no class"):
        filled.set_mapping("d", ClassMapping(classes=ClassTable(()), target=(255, 255, 255)))
    assert filled.open("d") == before


def test_classes_that_came_with_new_frames_survive_taking_back(filled: DatasetStore, tmp_path: Path) -> None:
    filled.set_mapping("d", merge(filled.open("d").mapping, [2], 1))
    more = write_folder(tmp_path / "more", 3, classes=4)
    for folder in ("images", "masks"):
        for path in (more / folder).iterdir():
            path.rename(path.with_stem(f"g{path.stem}"))
    (more / "classes.txt").write_text("background\nclass 1\nclass 2\ngoat\n")
    filled.add("d", more)
    goats = filled.open("d").pixels()[:, 2].sum()
    assert goats > 0
    assert filled.undo_classes("d")
    dataset = filled.open("d")
    assert dataset.classes.names == ["background", "class 1", "class 2", "goat"]
    assert dataset.pixels()[:, 3].sum() == goats


def test_the_history_is_bounded(filled: DatasetStore) -> None:
    for number in range(MOST + 3):
        filled.set_mapping("d", rename(filled.open("d").mapping, 0, f"name {number}"))
    assert filled.can_undo("d") == MOST


def test_a_damaged_history_costs_the_history_only(filled: DatasetStore) -> None:
    filled.set_mapping("d", rename(filled.open("d").mapping, 0, "x"))
    (filled.root / "d" / "class_history.json").write_text("{")
    assert filled.can_undo("d") == 0
    assert not filled.undo_classes("d")
    assert filled.open("d").classes.names[0] == "x"


def test_a_description_without_mapping_and_new_keys_opens(filled: DatasetStore) -> None:
    """As older versions wrote it."""
    root = filled.root / "d"
    (root / "dataset.yaml").write_text(
        "names: {0: a, 1: b, 2: c}\ncolors: {0: '#000000', 1: '#ff0000', 2: '#00ff00'}\n"
        "split: {seed: 3, block: 2, train: [f_0, f_1], val: [f_5]}\n"
    )
    dataset = filled.open("d")
    assert dataset.split == Split(("f_0", "f_1"), ("f_5",), 3, 2)
    assert dataset.mapping == ClassMapping.identity(dataset.classes)
    assert dataset.groups == {}


@pytest.mark.parametrize(
    "damage", ["mapping: 3", "mapping: {classes: [], target: [0]}", "split: []", "groups: 5\nsplit: x"]
)
def test_a_damaged_description_is_named(filled: DatasetStore, damage: str) -> None:
    path = filled.root / "d" / "dataset.yaml"
    path.write_text(f"{path.read_text()}{damage}\n")
    with pytest.raises(DatasetError, match="damaged"):
        filled.open("d")


def test_splitting_again_keeps_the_split_and_the_mapping(filled: DatasetStore) -> None:
    filled.set_mapping("d", merge(filled.open("d").mapping, [2], 1))
    mapping = filled.open("d").mapping
    made = filled.split_again("d", val_share=0.3, block=2, gap=1, seed=5)
    dataset = filled.open("d")
    assert (dataset.split, dataset.mapping) == (made, mapping)
    assert (made.block, made.gap, made.seed) == (2, 1, 5)
    assert made.left_out
    assert not {p.stem for p in (*dataset.part("train"), *dataset.part("val"))} & set(made.left_out)


def test_groups_by_pattern_are_kept_and_forgotten(filled: DatasetStore) -> None:
    made = filled.split_again("d", groups_pattern=r"_(\d)")
    assert made.method == "groups"
    groups = filled.open("d").groups
    assert groups["f_1"] == groups["f_10"] == groups["f_11"] == "1"
    assert not {groups[s] for s in made.train} & {groups[s] for s in made.val}
    assert filled.split_again("d").method == "groups"
    filled.set_mapping("d", drop(filled.open("d").mapping, 2))
    assert filled.open("d").groups == groups
    filled.split_again("d", groups_pattern="")
    assert filled.open("d").groups == {}
    with pytest.raises(DatasetError, match="one group"):
        filled.split_again("d", groups_pattern="f")


def test_folds_are_kept_with_the_split(filled: DatasetStore) -> None:
    scored = []
    for fold in (1, 2, 3):
        filled.split_again("d", fold=(fold, 3), gap=0)
        assert filled.open("d").split.fold == (fold, 3)
        scored += filled.open("d").split.val
    assert sorted(scored) == sorted(p.stem for p in filled.open("d").pairs)
    with pytest.raises(DatasetError, match="from 1 to 3"):
        filled.split_again("d", fold=(4, 3))


def test_a_split_by_hand_may_leave_frames_out(filled: DatasetStore) -> None:
    split = Split(("f_0", "f_1"), ("f_5",), left_out=("f_3",), method="by hand")
    filled.set_split("d", split)
    assert filled.open("d").split == split
    with pytest.raises(DatasetError, match="split"):
        filled.set_split("d", Split(("f_0",), ("f_5",), left_out=("f_5",)))


def test_datasets_of_older_imports_are_measured_when_asked(filled: DatasetStore) -> None:
    root = filled.root / "d"
    record = read_record(root)
    measured = record["frames"]
    record["frames"] = {s: {"size": f["size"], "pixels": f["pixels"]} for s, f in measured.items()}
    write_record(root, record)
    assert "not-measured" in [f.code for f in filled.health("d")]
    seen: list[tuple[int, int]] = []
    filled.measure("d", lambda done, total: seen.append((done, total)))
    assert "not-measured" not in [f.code for f in filled.health("d")]
    assert seen[-1] == (12, 12)
    frames = read_record(root)["frames"]
    assert all(frames[s]["phash"] == measured[s]["phash"] for s in frames)
