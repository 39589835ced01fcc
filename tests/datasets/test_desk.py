"""The course's desk data, as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from segcore.datasets.splits import neighbours_across
from segcore.datasets.store import DatasetStore


@pytest.mark.data
def test_desk_has_36_pairs_and_8_classes(store: DatasetStore, desk_folder: Path, tmp_path: Path) -> None:
    report = store.import_path(desk_folder, "desk")
    assert (report.pairs, len(report.classes), report.problems) == (36, 8, ())
    assert report.evidence == "3-channel masks with R=G=B: pixel value = class"
    dataset = store.open("desk")
    assert (dataset.pixels("train").sum(0) > 0).all()
    assert (dataset.pixels("val").sum(0) > 0).all()
    split = dataset.split
    assert (len(split.train) >= 24, len(split.val) >= 6, split.block >= 2) == (True, True, True)
    assert neighbours_across(split, [p.stem for p in dataset.pairs]) == []
    times = {side: [int(stem[-4:]) for stem in stems] for side, stems in (("train", split.train), ("val", split.val))}
    assert min(abs(a - b) for a in times["train"] for b in times["val"]) > split.block
    store.import_path(store.export("desk", tmp_path)[0], "again")
    assert store.open("again").content_hash == dataset.content_hash
