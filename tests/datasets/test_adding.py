"""Further labelled frames come to a dataset: by class names, without leakage, all or nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_dataset import labels, pack, picture, write, write_folder

from segcore.classes import ClassTable
from segcore.datasets.class_joining import join_classes
from segcore.datasets.dataset import read_labels
from segcore.datasets.formats import LegendRow
from segcore.datasets.images import read_image
from segcore.datasets.manifest import write_description
from segcore.datasets.mapping import ClassMapping
from segcore.datasets.repairs import Repairs
from segcore.datasets.splits import neighbours_across
from segcore.datasets.stages import Stages
from segcore.datasets.store import Dataset, DatasetStore
from segcore.errors import DatasetError, DatasetNotFound


def _more(root: Path, names: str, numbers: range, classes: int = 3) -> Path:
    for number in numbers:
        write(root / "images" / f"f_{number}.png", picture(number))
        write(root / "masks" / f"f_{number}.png", labels(number, classes))
    if names:
        (root / "classes.txt").write_text(names)
    return root


@pytest.fixture
def filled(store: DatasetStore, tmp_path: Path) -> DatasetStore:
    root = _more(tmp_path / "first", "background\ncat\ndog\n", range(6))
    store.import_path(root, "d")
    return store


def _listing(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def _map(dataset: Dataset, mapping: ClassMapping) -> None:
    write_description(dataset.root, dataset.stored_classes, dataset.split, dataset.pairs, mapping=mapping)


def test_new_frames_come_with_their_own_order_of_classes(filled: DatasetStore, tmp_path: Path) -> None:
    """dog and cat are swapped in the new masks, bird is new."""
    before = filled.open("d")
    more = _more(tmp_path / "more", "background\ndog\ncat\nbird\n", range(6, 9), 4)
    report = filled.add("d", more)
    assert (report.added, report.pairs, report.problems) == (3, 9, ())
    after = filled.open("d")
    assert after.classes.names == ["background", "cat", "dog", "bird"]
    assert [p.stem for p in after.pairs] == [f"f_{n}" for n in range(9)]
    for number, pair in enumerate(after.pairs):
        expected = labels(number) if number < 6 else np.array([0, 2, 1, 3])[labels(number, 4)]
        assert (read_labels(pair) == expected).all()
    assert after.pixels().shape == (9, 4)
    assert after.content_hash != before.content_hash
    assert after.source["added"][0]["frames"] == 3


def test_the_split_stays_and_leaks_nothing(filled: DatasetStore, tmp_path: Path) -> None:
    before = filled.open("d").split
    filled.add("d", _more(tmp_path / "more", "background\ncat\ndog\n", range(6, 30)))
    after = filled.open("d")
    assert set(before.train) <= set(after.split.train)
    assert set(before.val) <= set(after.split.val)
    sides = [*after.split.train, *after.split.val, *after.split.left_out]
    assert sorted(sides) == sorted(p.stem for p in after.pairs)
    across = neighbours_across(after.split, [p.stem for p in after.pairs])
    old = {f"f_{n}" for n in range(6)}
    assert [pair for pair in across if not old.issuperset(pair)] == []


def test_the_hash_is_that_of_an_import_of_everything(filled: DatasetStore, tmp_path: Path) -> None:
    filled.add("d", _more(tmp_path / "more", "background\ncat\ndog\n", range(6, 9)))
    filled.import_path(_more(tmp_path / "all", "background\ncat\ndog\n", range(9)), "all")
    assert filled.open("d").content_hash == filled.open("all").content_hash


def test_frames_that_are_there_are_told_and_left(filled: DatasetStore, tmp_path: Path) -> None:
    before = _listing(filled.root / "d" / "masks")
    report = filled.add("d", _more(tmp_path / "more", "background\ncat\ndog\n", range(4, 8)))
    assert (report.added, report.pairs) == (2, 8)
    assert [p.file for p in report.problems] == ["masks/f_4.png", "masks/f_5.png"]
    assert all("already" in p.fault for p in report.problems)
    after = _listing(filled.root / "d" / "masks")
    assert {name: after[name] for name in before} == before


def test_nothing_new_is_an_error_and_changes_nothing(filled: DatasetStore, tmp_path: Path) -> None:
    before = _listing(filled.root)
    with pytest.raises(DatasetError, match="already"):
        filled.add("d", _more(tmp_path / "more", "background\ncat\ndog\n", range(3)))
    with pytest.raises(DatasetError, match="already"):
        filled.add("d", _more(tmp_path / "again", "background\ncat\ndog\n", range(5, 8)), strict=True)
    assert _listing(filled.root) == before


def test_frames_are_replaced_when_allowed(filled: DatasetStore, tmp_path: Path) -> None:
    split = filled.open("d").split
    root = write_folder(tmp_path / "more", 0)
    write(root / "images" / "F_2.png", picture(99))
    write(root / "masks" / "F_2.png", labels(2)[::-1])
    (root / "classes.txt").write_text("background\ncat\ndog\n")
    report = filled.add("d", root, replace=True)
    assert (report.added, report.pairs) == (1, 6)
    after = filled.open("d")
    assert [p.stem for p in after.pairs] == [f"f_{n}" for n in range(6)]
    assert (read_labels(after.pairs[2]) == labels(2)[::-1]).all()
    assert after.split == split
    assert len(list((after.root / "masks").iterdir())) == 6, "the old mask is gone"
    again = filled.add("d", root, replace=True)
    assert again.added == 1
    assert (read_labels(filled.open("d").pairs[2]) == labels(2)[::-1]).all()
    archive, _ = filled.export("d", tmp_path)
    filled.import_path(archive, "e")
    assert [p.stem for p in filled.open("e").pairs] == [f"f_{n}" for n in range(6)]
    assert filled.open("e").content_hash == filled.open("d").content_hash


def test_merged_and_renamed_classes_are_met_by_name(filled: DatasetStore, tmp_path: Path) -> None:
    """cat and dog are "animal" now; new frames bring animal, and a cat under its old name."""
    animal = ClassMapping(classes=ClassTable.of(["table", "animal"]), target=(0, 1, 1))
    _map(filled.open("d"), animal)
    filled.add("d", _more(tmp_path / "more", "table\nanimal\ncat\n", range(6, 8)))
    after = filled.open("d")
    assert after.classes.names == ["table", "animal"]
    assert (read_labels(after.pairs[6]) == np.array([0, 1, 1])[labels(6)]).all()
    assert (read_labels(after.pairs[0]) == np.array([0, 1, 1])[labels(0)]).all()


def test_a_dropped_class_stays_dropped_and_a_new_one_comes(filled: DatasetStore, tmp_path: Path) -> None:
    dropped = ClassMapping(classes=ClassTable.of(["background", "dog"]), target=(0, 255, 1))
    _map(filled.open("d"), dropped)
    filled.add("d", _more(tmp_path / "more", "background\ncat\nbird\n", range(6, 8)))
    after = filled.open("d")
    assert after.classes.names == ["background", "dog", "bird"]
    assert (read_labels(after.pairs[6]) == np.array([0, 255, 2])[labels(6)]).all()
    assert (read_labels(after.pairs[0]) == np.array([0, 255, 1])[labels(0)]).all()


def test_classes_without_names_go_by_number(filled: DatasetStore, tmp_path: Path) -> None:
    filled.add("d", _more(tmp_path / "more", "", range(6, 8)))
    after = filled.open("d")
    assert after.classes.names == ["background", "cat", "dog"]
    assert (read_labels(after.pairs[7]) == labels(7)).all()


def test_colours_without_names_go_by_colour(filled: DatasetStore) -> None:
    dataset = filled.open("d")
    incoming = ClassTable.of(["background", "class 1"], ["#000000", dataset.classes[2].color])
    legend = (LegendRow(0, "#000000", 5, (), False), LegendRow(1, "#00ff00", 5, (), False))
    joined = join_classes(dataset, incoming, legend)
    assert joined.table[:3].tolist() == [0, 2, 255]
    assert joined.fresh == ()


def test_names_that_no_pixel_has_do_not_come(filled: DatasetStore, tmp_path: Path) -> None:
    filled.add("d", _more(tmp_path / "more", "background\ncat\ndog\nunicorn\n", range(6, 8)))
    assert filled.open("d").classes.names == ["background", "cat", "dog"]


def test_mends_and_the_users_mapping_hold_for_additions_too(filled: DatasetStore, tmp_path: Path) -> None:
    root = _more(tmp_path / "more", "", range(6, 8))
    write(root / "masks" / "f_6.png", labels(6)[::2, ::2])
    mapping = ClassMapping(classes=ClassTable.of(["dog", "fish"]), target=(255, 0, 1))
    report = filled.add("d", root, repairs=Repairs(resize_masks=True, mapping=mapping))
    assert report.added == 2
    assert any("scaled" in text for text in report.repaired)
    after = filled.open("d")
    assert after.classes.names == ["background", "cat", "dog", "fish"]
    assert (read_labels(after.pairs[7]) == np.array([255, 2, 3])[labels(7)]).all()


def test_an_unknown_dataset_is_told(store: DatasetStore, tmp_path: Path) -> None:
    with pytest.raises(DatasetNotFound):
        store.add("d", _more(tmp_path / "more", "", range(2)))


_ADD = """
    import os, signal, sys
    import segcore.datasets.adding as adding
    from segcore.datasets.store import DatasetStore
    from segcore.settings import Settings
    real = getattr(adding, sys.argv[2])
    def killed(*args, **kwargs):
        if sys.argv[3] == "after":
            real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(adding, sys.argv[2], killed)
    DatasetStore(Settings.from_env()).add("d", sys.argv[1])
"""


@pytest.mark.parametrize(
    ("where", "when", "frames"),
    [
        ("extend_split", "before", 6),
        ("write_description", "before", 6),
        ("write_description", "after", 6),
        ("write_record", "before", 6),
        ("write_record", "after", 8),
    ],
)
def test_a_kill_leaves_the_old_or_the_new(
    filled: DatasetStore, tmp_path: Path, where: str, when: str, frames: int
) -> None:
    more = _more(tmp_path / "more", "background\ncat\nbird\n", range(6, 8))
    before = filled.open("d")
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_ADD), str(more), where, when], check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    dataset = filled.open("d")
    assert len(dataset.pairs) == frames
    assert all(read_labels(pair).max() < len(dataset.classes) for pair in dataset.pairs)
    assert set(dataset.split.train) | set(dataset.split.val) <= {p.stem for p in dataset.pairs}
    if frames == 6:
        assert dataset.split == before.split
        assert filled.add("d", more).added == 2
        assert [p.name for p in filled.root.iterdir()] == ["d"], "what the killed one left is gone"
    assert [p.stem for p in filled.open("d").pairs] == [f"f_{n}" for n in range(8)]
    assert filled.open("d").classes.names == ["background", "cat", "dog", "bird"]


def _cvat_masks_only(root: Path, numbers: range, below: str = "") -> Path:
    colors = np.array([(0, 0, 0), (200, 0, 0), (0, 0, 200)], np.uint8)
    for number in numbers:
        write(root / "SegmentationClass" / below / f"f_{number}.png", colors[labels(number)])
    (root / "labelmap.txt").write_text("background:0,0,0::\ncat:200,0,0::\ndog:0,0,200::\n")
    (root / "ImageSets" / "Segmentation").mkdir(parents=True)
    listed = "".join(f"{below}f_{n}\n" for n in numbers)
    (root / "ImageSets" / "Segmentation" / "default.txt").write_text(listed)
    return root


@pytest.mark.parametrize("below", ["", "images/"])
@pytest.mark.parametrize("zipped", [False, True])
def test_masks_without_images_find_them_in_the_task(
    filled: DatasetStore, tmp_path: Path, below: str, zipped: bool
) -> None:
    """What CVAT exports where images are not saved with it, below the task's own folder or not."""
    for number in range(6, 10):
        write(tmp_path / "task" / "images" / f"f_{number}.png", picture(number))
    root = _cvat_masks_only(tmp_path / "masks", range(6, 9), below)
    task = pack(tmp_path / "task", tmp_path / "task.zip") if zipped else tmp_path / "task"
    before = _listing(root)
    report = filled.add("d", pack(root, tmp_path / "masks.zip") if zipped else root, images=task)
    assert (report.added, report.pairs, report.problems) == (3, 9, ())
    added = filled.open("d").pairs[6:]
    for number, pair in zip(range(6, 9), added, strict=True):
        assert (read_labels(pair) == labels(number)).all()
        assert (read_image(pair.image) == picture(number)).all()
    assert _listing(root) == before


def test_images_of_other_names_are_told(filled: DatasetStore, tmp_path: Path) -> None:
    write(tmp_path / "task" / "other.png", picture(0))
    root = _cvat_masks_only(tmp_path / "masks", range(6, 9))
    with pytest.raises(DatasetError, match="no picture has the name of a mask"):
        filled.add("d", root, images=tmp_path / "task")
    assert [p.name for p in filled.root.iterdir()] == ["d"]


def test_a_change_of_classes_meanwhile_is_told_and_one_of_the_split_is_kept(
    filled: DatasetStore, tmp_path: Path
) -> None:
    more = _more(tmp_path / "more", "background\ncat\ndog\n", range(6, 8))
    dataset = filled.open("d")
    merged = ClassMapping(classes=ClassTable.of(["table", "animal"]), target=(0, 1, 1))

    def merge(_done: int, _total: int, stage: str) -> None:
        if stage == "importing":
            _map(dataset, merged)

    before = _listing(filled.root / "d" / "masks")
    with pytest.raises(DatasetError, match="were changed while"):
        filled.add("d", more, on_progress=Stages(merge))
    assert _listing(filled.root / "d" / "masks") == before
    _map(dataset, dataset.mapping)
    other = replace(dataset.split, train=dataset.split.val, val=dataset.split.train)

    def turn(_done: int, _total: int, stage: str) -> None:
        if stage == "importing":
            filled.set_split("d", other)

    filled.add("d", more, on_progress=Stages(turn))
    assert set(other.train) <= set(filled.open("d").split.train)
    assert set(other.val) <= set(filled.open("d").split.val)
