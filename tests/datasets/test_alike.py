"""Image and mask folders of any name are told by the files in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segcore.datasets.formats import candidates
from segcore.datasets.formats.folders.alike import flatness
from segcore.datasets.formats.folders.layout import find_unnamed
from segcore.datasets.store import DatasetStore
from segcore.settings import Settings

NAMES = ("a1", "a2", "a3")


def photographs(folder: Path, suffix: str = ".jpg", names: tuple[str, ...] = NAMES) -> None:
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for name in names:
        Image.fromarray(rng.integers(0, 255, (40, 60, 3), np.uint8)).save(folder / f"{name}{suffix}")


def labels(folder: Path, piece: str = "", names: tuple[str, ...] = NAMES) -> None:
    folder.mkdir(parents=True)
    image = np.zeros((40, 60, 3), np.uint8)
    image[10:20, 10:30] = (200, 30, 90)
    for name in names:
        Image.fromarray(image).save(folder / f"{name}{piece}.png")


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
@pytest.mark.parametrize("piece", ["", "_gt"])
def test_neighbours_of_one_name_are_images_and_masks(tmp_path: Path, suffix: str, piece: str) -> None:
    photographs(tmp_path / "set" / "zz photos", suffix)
    labels(tmp_path / "set" / "lab", piece)
    assert find_unnamed(tmp_path) == [(tmp_path / "set" / "zz photos", tmp_path / "set" / "lab")]
    assert [(reader.name, words) for reader, words in candidates(tmp_path)] == [
        ("folders", "folders zz photos/ and lab/ hold files of the same names, those in the second are masks")
    ]


def test_such_folders_are_imported(tmp_path: Path) -> None:
    photographs(tmp_path / "source" / "pics")
    labels(tmp_path / "source" / "lab")
    store = DatasetStore(Settings.from_env({"SEGCORE_HOME": str(tmp_path / "home")}))
    report = store.import_path(tmp_path / "source", "odd")
    assert (report.pairs, [c.color for c in report.classes]) == (3, ["#000000", "#c81e5a"])


def test_what_nobody_can_tell_is_not_guessed(tmp_path: Path) -> None:
    photographs(tmp_path / "two photographs" / "a")
    photographs(tmp_path / "two photographs" / "b", ".png")
    photographs(tmp_path / "strangers" / "a")
    labels(tmp_path / "strangers" / "b", names=("x", "y", "z"))
    labels(tmp_path / "three" / "a")
    labels(tmp_path / "three" / "c")
    photographs(tmp_path / "three" / "b")
    for case in ("two photographs", "strangers", "three"):
        assert find_unnamed(tmp_path / case) == []
        assert candidates(tmp_path / case) == []


def test_flatness_by_hand(tmp_path: Path) -> None:
    image = np.zeros((1, 5, 3), np.uint8)
    image[0, 2:] = 9
    Image.fromarray(image).save(tmp_path / "one step of four.png")
    assert flatness(tmp_path / "one step of four.png") == 0.25
    (tmp_path / "broken.png").write_bytes(b"no picture")
    assert flatness(tmp_path / "broken.png") == 1.0
