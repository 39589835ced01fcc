"""The store: import, open, change, export, delete."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from small_dataset import labels, pack, picture, write_folder

from segcore.access import LOCAL_NAME
from segcore.classes import ClassTable
from segcore.datasets.images import read_image, read_index_mask
from segcore.datasets.store import DatasetStore, Split
from segcore.errors import DatasetError, DatasetExists, DatasetNotFound


@pytest.fixture
def filled(store: DatasetStore, tmp_path: Path) -> DatasetStore:
    store.import_path(write_folder(tmp_path / "in", 6), "d")
    return store


def test_what_goes_in_is_there(filled: DatasetStore) -> None:
    dataset = filled.open("d")
    assert filled.names() == ["d"]
    assert [p.stem for p in dataset.pairs] == [f"f_{i}" for i in range(6)]
    for number, pair in enumerate(dataset.pairs):
        assert (read_image(pair.image) == picture(number)).all()
        assert (read_index_mask(pair.mask) == labels(number)).all()
    assert dataset.size_of("f_0") == (12, 16)
    assert dataset.classes.names == ["background", "class 1", "class 2"]


def test_pixels_count_every_pixel(filled: DatasetStore) -> None:
    pixels = filled.open("d").pixels()
    assert pixels.shape == (6, 3)
    assert (pixels.sum(1) == 12 * 16).all()
    assert pixels[0, 1] == (labels(0) == 1).sum()


def test_parts_cover_the_dataset(filled: DatasetStore) -> None:
    dataset = filled.open("d")
    train, val = dataset.part("train"), dataset.part("val")
    assert set(train) | set(val) == set(dataset.part("all"))
    assert not set(train) & set(val)
    assert val


def test_export_and_import_give_the_same_content(filled: DatasetStore, tmp_path: Path) -> None:
    before = filled.open("d")
    filled.set_classes("d", ClassTable.of(["table", "cat", "dog"], ["#000000", "#112233", "#445566"]))
    archive, warnings = filled.export("d", tmp_path)
    assert (archive, warnings) == (tmp_path / "d.zip", ())
    filled.import_path(archive, "e")
    after = filled.open("e")
    assert after.content_hash == before.content_hash
    assert after.split == before.split
    assert after.classes == filled.open("d").classes


def test_the_hash_sees_one_pixel_and_not_the_packing(store: DatasetStore, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in")
    store.import_path(root, "a")
    store.import_path(pack(root, tmp_path / "a.zip"), "b")
    from small_dataset import write

    changed = labels(0)
    changed[0, 0] = 2 - changed[0, 0]
    write(root / "masks" / "f_0.png", changed)
    store.import_path(root, "c")
    hashes = [store.open(name).content_hash for name in "abc"]
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_name_is_given_once(filled: DatasetStore, tmp_path: Path) -> None:
    with pytest.raises(DatasetExists, match="'d'"):
        filled.import_path(tmp_path / "in", "d")


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "x" * 65, "a b", "a.", "-rf"])
def test_odd_names_are_refused(store: DatasetStore, tmp_path: Path, name: str) -> None:
    with pytest.raises(DatasetError, match="name"):
        store.import_path(write_folder(tmp_path / "in"), name)
    assert not store.exists(name)


def test_open_says_what_there_is(filled: DatasetStore) -> None:
    with pytest.raises(DatasetNotFound, match="There are: d"):
        filled.open("nothing")


def test_a_deleted_dataset_is_in_the_bin_and_comes_back_as_it_was(filled: DatasetStore) -> None:
    before = filled.open("d")
    bin_id = filled.delete("d")
    assert filled.names() == []
    (entry,) = filled.deleted()
    assert (entry.id, entry.name, entry.owner, entry.by) == (bin_id, "d", LOCAL_NAME, LOCAL_NAME)
    assert filled.restore(bin_id) == "d"
    assert filled.open("d") == before
    assert filled.deleted() == []
    with pytest.raises(DatasetNotFound, match="in the bin"):
        filled.restore(bin_id)


def test_a_name_that_was_taken_meanwhile_gets_a_number(filled: DatasetStore, tmp_path: Path) -> None:
    first = filled.delete("d")
    filled.import_path(write_folder(tmp_path / "again"), "d")
    second = filled.delete("d")
    assert first != second
    assert [filled.restore(first), filled.restore(second)] == ["d", "d-2"]
    assert filled.open("d-2").name == "d-2"


def test_what_is_purged_leaves_nothing(filled: DatasetStore) -> None:
    filled.purge(filled.delete("d"))
    assert filled.deleted() == []
    assert [p.name for p in filled.root.iterdir()] == [".bin"]


def test_a_deletion_that_was_killed_before_the_renaming_changed_nothing(
    filled: DatasetStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = filled.open("d")

    def killed(*_: Path) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            filled.delete("d")
    assert filled.open("d") == before
    assert filled.deleted() == []


def test_strict_refuses_what_otherwise_is_reported(store: DatasetStore, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in")
    (root / "masks" / "f_2.png").unlink()
    with pytest.raises(DatasetError, match=r"images/f_2\.png"):
        store.import_path(root, "d", strict=True)
    assert list(store.root.iterdir()) == []
    report = store.import_path(root, "d")
    assert report.pairs == 3
    assert store.report("d") == report


def test_classes_may_not_fall_below_the_labels(filled: DatasetStore) -> None:
    with pytest.raises(DatasetError, match="label 2"):
        filled.set_classes("d", ClassTable.of(["a", "b"]))


def test_set_split(filled: DatasetStore) -> None:
    split = Split(("f_0", "f_1"), ("f_4",), seed=3, block=1)
    filled.set_split("d", split)
    assert filled.open("d").split == split
    assert (filled.root / "d" / "val.txt").read_text() == "./images/f_4.png\n"
    for wrong in ({"val": ()}, {"val": ("f_0",)}, {"val": ("nobody",)}):
        with pytest.raises(DatasetError, match="split"):
            filled.set_split("d", dataclasses.replace(split, **wrong))


def test_progress_counts_to_the_end(store: DatasetStore, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    store.import_path(write_folder(tmp_path / "in"), "d", on_progress=lambda d, t: seen.append((d, t)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)] * 2


def test_damage_is_named(filled: DatasetStore) -> None:
    (filled.root / "d" / "import.json").write_text("{")
    with pytest.raises(DatasetError, match="damaged"):
        filled.open("d")
