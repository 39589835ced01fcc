"""What the health check remarks, and that its report is kept and renewed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_dataset import labels, picture, write, write_folder

from segcore.datasets.dataset import Dataset
from segcore.datasets.health import FILE, balance, check, read_report, write_report
from segcore.datasets.health.finding import MOST_STEMS, Finding
from segcore.datasets.manifest import read_record, write_record
from segcore.datasets.mapping import drop, merge, rename
from segcore.datasets.store import DatasetStore, Split


def _by_code(dataset: Dataset) -> dict[str, Finding]:
    """The last finding of each code."""
    return {finding.code: finding for finding in check(dataset)}


@pytest.fixture
def healthy(store: DatasetStore, tmp_path: Path) -> DatasetStore:
    """24 frames that differ, split 16 / 6 with two left out; all classes on both sides."""
    store.import_path(write_folder(tmp_path / "in", 24), "d")
    stems = [f"f_{i}" for i in range(24)]
    store.set_split("d", Split(tuple(stems[:16]), tuple(stems[18:]), 0, 2, tuple(stems[16:18]), gap=2))
    return store


def _with(dataset: Dataset, stem: str, **facts: object) -> Dataset:
    """The dataset as if other things had been measured of a frame."""
    frames = dataset.source["frames"]
    return replace(dataset, source=dataset.source | {"frames": frames | {stem: frames[stem] | facts}})


def test_balance_counts_by_hand(store: DatasetStore, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in", 3)
    write(root / "masks" / "f_1.png", np.zeros_like(labels()))
    store.import_path(root, "d")
    store.set_split("d", Split(("f_0", "f_1"), ("f_2",)))
    row = balance(store.open("d"))[1]
    assert (row.frames, row.train_frames, row.val_frames) == (2, 1, 1)
    assert row.pixel_share == ((labels(0) == 1).sum() + (labels(2) == 1).sum()) / (3 * 12 * 16)


def test_a_healthy_dataset_has_good_news_only(healthy: DatasetStore) -> None:
    found = {f.code: f.level for f in check(healthy.open("d"))}
    found.pop("tiny-objects", None)  # the frames of this test are 16 pixels wide: all is tiny
    found.pop("label-noise", None)
    assert found == {"sizes": "ok", "split": "ok"}


def test_findings(store: DatasetStore, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in", 3)
    empty = np.zeros_like(labels())
    empty[0, 0] = 255
    write(root / "masks" / "f_1.png", empty)
    write(root / "images" / "g.png", np.vstack([picture()] * 2))
    write(root / "masks" / "g.png", np.vstack([labels()] * 2))
    (root / "classes.txt").write_text("background\ncat\ndog\ngoat\n")
    store.import_path(root, "d")
    store.set_split("d", Split(("f_1",), ("f_0", "f_2", "g")))
    findings = check(store.open("d"))
    titles = {f.title: f for f in findings}
    assert titles["4 pairs, 2 frame sizes"].stems == ("g",)
    assert titles["Very few frames"].level == "warning"
    assert titles["goat: in no frame"].class_id == 3
    assert set(titles["cat: not in the training frames"].stems) == {"f_0", "f_2", "g"}
    assert titles["1 mask holds background only"].stems == ("f_1",)
    assert titles["0.1% of all pixels are ignored"].stems == ("f_1",)
    assert {f.code for f in findings} >= {"sizes", "few-frames", "class-missing", "class-val-only", "empty-masks"}
    assert all(f.advice for f in findings if f.level in ("warning", "error"))


def test_a_class_of_one_side(healthy: DatasetStore) -> None:
    dataset = healthy.open("d")
    for pair in dataset.part("val"):
        dataset = _with(dataset, pair.stem, pixels={"0": 128, "1": 64})
    finding = _by_code(dataset)["class-train-only"]
    assert (finding.level, finding.class_id) == ("note", 2)
    assert len(finding.stems) == 18


def test_rare_classes_by_pixels_and_by_frames(healthy: DatasetStore) -> None:
    dataset = healthy.open("d")
    for pair in dataset.pairs:
        dataset = _with(dataset, pair.stem, pixels={"0": 19_990, "1": 9, "2": 20_000})
    finding = _by_code(dataset)["rare-class"]
    assert (finding.title, finding.class_id) == ("class 1: only 0.023% of all pixels", 1)
    for pair in dataset.pairs:
        two = {"2": 500} if pair.stem in ("f_0", "f_20") else {}
        dataset = _with(dataset, pair.stem, pixels={"0": 500, "1": 500} | two)
    assert _by_code(dataset)["rare-class"].stems == ("f_0", "f_20")


def test_tiny_objects_by_class_as_they_are_mapped(healthy: DatasetStore) -> None:
    healthy.set_mapping("d", rename(merge(healthy.open("d").mapping, [2], 1), 1, "thing"))
    dataset = healthy.open("d")
    for number, pair in enumerate(dataset.pairs):
        few = {"1": 1, "2": 2} if number == 5 else {}
        dataset = _with(dataset, pair.stem, objects={"1": 1, "2": 2} if number < 6 else {}, tiny=few)
    assert "tiny-objects" not in _by_code(dataset)  # 3 of 18
    dataset = _with(dataset, "f_7", objects={"2": 4}, tiny={"2": 4})
    finding = _by_code(dataset)["tiny-objects"]
    assert (finding.title, finding.level) == ("thing: 7 of 22 regions are tiny", "note")
    assert finding.stems == ("f_7", "f_5")


def test_objects_of_dropped_classes_do_not_count(healthy: DatasetStore) -> None:
    healthy.set_mapping("d", drop(healthy.open("d").mapping, 2))
    dataset = healthy.open("d")
    for pair in dataset.pairs:
        dataset = _with(dataset, pair.stem, objects={"1": 1, "2": 5}, tiny={"2": 5})
    assert "tiny-objects" not in _by_code(dataset)


def test_ragged_borders(healthy: DatasetStore) -> None:
    dataset = healthy.open("d")
    for pair in dataset.pairs:
        dataset = _with(dataset, pair.stem, border=1000, thin=20)
    assert "label-noise" not in _by_code(dataset)
    dataset = _with(_with(dataset, "f_3", border=1000, thin=200), "f_9", border=100, thin=90)
    finding = _by_code(dataset)["label-noise"]
    assert (finding.title, finding.stems) == ("Ragged borders in 2 of 24 masks", ("f_9", "f_3"))
    assert "label-noise" not in _by_code(_with(_with(dataset, "f_3", thin=1), "f_9", border=49, thin=49))


def test_frames_that_hold_nothing_but_ignored_pixels(healthy: DatasetStore) -> None:
    dataset = _with(healthy.open("d"), "f_4", pixels={"255": 192})
    finding = _by_code(dataset)["ignored"]
    assert finding.level == "warning"
    assert finding.stems == ("f_4",)
    assert "1 frame holds nothing else" in finding.detail


def test_doubles_and_what_sits_on_two_sides(store: DatasetStore, tmp_path: Path) -> None:
    root = write_folder(tmp_path / "in", 20)
    for double, of in ((12, 3), (19, 3)):
        shutil.copyfile(root / "images" / f"f_{of}.png", root / "images" / f"f_{double}.png")
    write(root / "masks" / "f_12.png", labels(1))
    write(root / "masks" / "f_19.png", labels(3))
    store.import_path(root, "d")
    stems = [f"f_{i}" for i in range(20)]
    store.set_split("d", Split(tuple(stems[:15]), tuple(stems[17:]), left_out=tuple(stems[15:17])))
    found = _by_code(store.open("d"))
    assert found["duplicates"].stems == ("f_3", "f_12", "f_19")
    assert "3 frames hold 1 picture only. 1 picture of them with labels that differ" in found["duplicates"].detail
    across = found["duplicates-across-split"]
    assert (across.level, across.stems[-1]) == ("error", "f_19")
    assert across.title == "1 validation frame looks like one learned from"
    assert "near-duplicates" not in found
    store.set_split("d", Split(tuple(stems[:15]), tuple(stems[16:19]), left_out=("f_15", "f_19")))
    assert "duplicates-across-split" not in _by_code(store.open("d"))


def test_look_alikes(healthy: DatasetStore) -> None:
    dataset = healthy.open("d")
    for number, pair in enumerate(dataset.pairs):
        apart = np.random.default_rng(number).integers(0, 2**63)
        dataset = _with(dataset, pair.stem, phash=f"{int(apart):016x}")
    seen = int(dataset.source["frames"]["f_2"]["phash"], 16)
    dataset = _with(dataset, "f_21", phash=f"{seen ^ 0b10101:016x}")
    found = _by_code(dataset)
    assert (found["near-duplicates"].level, found["near-duplicates"].stems) == ("note", ("f_2", "f_21"))
    assert (found["duplicates-across-split"].level, found["duplicates-across-split"].stems) == (
        "warning",
        ("f_2", "f_21"),
    )


def test_neighbours_on_two_sides(healthy: DatasetStore) -> None:
    stems = [f"f_{i}" for i in range(24)]
    assert "neighbours-across-split" not in _by_code(healthy.open("d"))
    healthy.set_split("d", Split(tuple(stems[:20]), tuple(stems[20:])))
    finding = _by_code(healthy.open("d"))["neighbours-across-split"]
    assert (finding.level, finding.stems) == ("warning", ("f_19", "f_20"))


@pytest.mark.parametrize(
    ("split", "words"),
    [
        (Split(("f_0",), ("f_9",), method="given"), "as the source gave it"),
        (Split(("f_0",), ("f_9",), method="by hand"), "by hand"),
        (Split(("f_0",), ("f_9",), method="groups"), "groups that stay whole"),
        (Split(("f_0",), ("f_9",), method="folds", fold=(2, 5)), "Fold 2 of 5"),
        (Split(("f_0",), ("f_9",), block=3, gap=2), "runs of 3 neighbours and more, 2 between the sides"),
        (Split(("f_0",), ("f_9",)), "Split by image"),
    ],
)
def test_words_for_splits(healthy: DatasetStore, split: Split, words: str) -> None:
    assert words in _by_code(replace(healthy.open("d"), split=split))["split"].title


def test_an_empty_side_is_an_error(healthy: DatasetStore) -> None:
    finding = _by_code(replace(healthy.open("d"), split=Split(("f_0",), ())))["split"]
    assert finding.level == "error"


def test_the_report_is_kept_and_renewed(healthy: DatasetStore) -> None:
    root = healthy.root / "d"
    first = write_report(root)
    kept = (root / FILE).stat().st_mtime_ns, (root / FILE).read_bytes()
    assert read_report(root) == first
    assert (root / FILE).stat().st_mtime_ns == kept[0]
    healthy.set_mapping("d", rename(healthy.open("d").mapping, 1, "cat"))
    assert (root / FILE).read_bytes() != kept[1]
    assert read_report(root) == check(healthy.open("d"))
    (root / FILE).write_text("{")
    assert read_report(root) == check(healthy.open("d"))
    (root / FILE).unlink()
    assert healthy.health("d") == check(healthy.open("d"))


def test_a_stale_report_is_written_anew(healthy: DatasetStore) -> None:
    root = healthy.root / "d"
    write_report(root)
    record = read_record(root)
    record["content_hash"] = "other"
    record["frames"]["f_0"]["size"] = [99, 99]
    write_record(root, record)
    assert "2 frame sizes" in next(f.title for f in read_report(root) if f.code == "sizes")


def test_findings_survive_json() -> None:
    finding = Finding("sizes", "note", "t", "d", "a", ("x", "y"), 3)
    assert Finding.from_dict(finding.as_dict()) == finding
    assert finding.as_dict()["stems"] == ["x", "y"]


def test_a_finding_names_at_most_200_frames(store: DatasetStore, tmp_path: Path) -> None:
    store.import_path(write_folder(tmp_path / "in", 4), "d")
    dataset = store.open("d")
    frames = {f"g_{i}": dataset.source["frames"]["f_0"] | {"pixels": {"0": 192}} for i in range(300)}
    pairs = tuple(replace(dataset.pairs[0], stem=s) for s in frames)
    many = replace(dataset, pairs=pairs, source=dataset.source | {"frames": frames})
    finding = _by_code(many)["empty-masks"]
    assert finding.title == "300 masks hold background only"
    assert len(finding.stems) == MOST_STEMS
