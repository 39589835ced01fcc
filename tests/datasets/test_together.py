"""Images and masks in one folder."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from small_dataset import write

from segcore.datasets.dataset import read_labels
from segcore.datasets.formats.folders.together import find_together
from segcore.datasets.store import DatasetStore
from segcore.errors import DatasetError


def _drawn(number: int) -> np.ndarray:
    labels = np.zeros((48, 64), np.uint8)
    cv2.circle(labels, (20 + number, 24), 12, 1, -1)
    return labels


def _photo(number: int) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 256, (48, 64, 3), np.uint8)


@pytest.mark.parametrize(
    ("image", "mask", "words"),
    [
        ("f{}.jpg", "f{}.png", "of the same name"),
        ("f{}.jpg", "f{}_mask.png", "*_mask"),
        ("f{}.png", "mask_f{}.png", "mask_*"),
        ("f_{}.png", "f_{}.gt.png", "*.gt"),
    ],
)
@pytest.mark.parametrize("inside", ["", "everything"])
def test_masks_are_told_from_images(
    store: DatasetStore, tmp_path: Path, image: str, mask: str, words: str, inside: str
) -> None:
    root = tmp_path / "in"
    for number in range(4):
        write(root / inside / image.format(number), _photo(number))
        write(root / inside / mask.format(number), _drawn(number))
    (root / inside / "classes.txt").write_text("background\nball\n")
    (root / inside / "notes.md").write_text("of the summer")
    found = find_together([root / inside])
    assert found is not None
    assert words in found.words
    report = store.import_path(root, "d")
    assert (report.pairs, report.problems, report.classes.names) == (4, (), ["background", "ball"])
    for number, pair in enumerate(store.open("d").pairs):
        assert pair.stem == Path(image.format(number)).stem
        assert (read_labels(pair) == _drawn(number)).all()


def test_missing_masks_are_told(store: DatasetStore, tmp_path: Path) -> None:
    for number in range(4):
        write(tmp_path / "in" / f"f{number}.jpg", _photo(number))
        if number != 2:
            write(tmp_path / "in" / f"f{number}_L.png", _drawn(number))
    report = store.import_path(tmp_path / "in", "d")
    assert report.pairs == 3
    assert [p.file for p in report.problems] == ["f2.jpg"]


def test_photographs_alone_are_no_dataset(store: DatasetStore, tmp_path: Path) -> None:
    for number in range(4):
        write(tmp_path / "in" / f"f{number}.png", _photo(number))
        write(tmp_path / "in" / f"f{number}_edited.png", _photo(number + 10))
    with pytest.raises(DatasetError, match="No labelled frames recognised"):
        store.import_path(tmp_path / "in", "d")
