"""One bad file is one line of the report, with its name and the fix; the good ones are usable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hostile_files import good_folder, good_labels
from PIL import Image

from segcore.datasets.store import DatasetStore
from segcore.settings import Settings


def _missing_mask(root: Path) -> None:
    (root / "masks" / "a1.png").unlink()


def _missing_image(root: Path) -> None:
    (root / "images" / "a1.png").unlink()


def _resized_mask(root: Path) -> None:
    Image.fromarray(good_labels()).resize((16, 12), Image.Resampling.NEAREST).save(root / "masks" / "a1.png")


def _label_200(root: Path) -> None:
    labels = good_labels()
    labels[0, 0] = 200
    Image.fromarray(labels).save(root / "masks" / "a1.png")


def _empty_mask(root: Path) -> None:
    (root / "masks" / "a1.png").write_bytes(b"")


def _empty_image(root: Path) -> None:
    (root / "images" / "a1.png").write_bytes(b"")


def _deep_mask(root: Path) -> None:
    Image.fromarray(good_labels().astype(np.uint16) * 257).save(root / "masks" / "a1.png")


def _deep_image(root: Path) -> None:
    Image.fromarray(good_labels().astype(np.uint16) * 257).save(root / "images" / "a1.png")


def _jpeg_mask(root: Path) -> None:
    (root / "masks" / "a1.png").unlink()
    Image.fromarray(good_labels()).save(root / "masks" / "a1.jpg")


@pytest.mark.parametrize(
    ("spoil", "file", "fault"),
    [
        (_missing_mask, "images/a1.png", "no mask a1.png"),
        (_missing_image, "masks/a1.png", "no image a1"),
        (_resized_mask, "masks/a1.png", "the mask is 16×12, its image 32×24"),
        (_label_200, "masks/a1.png", "label 200 is no class"),
        (_empty_mask, "masks/a1.png", "empty"),
        (_empty_image, "images/a1.png", "empty"),
        (_deep_mask, "masks/a1.png", "8 bits"),
        (_deep_image, "images/a1.png", "8 bits"),
        (_jpeg_mask, "masks/a1.jpg", "blurs labels"),
    ],
)
def test_h11_is_listed_with_its_fix(
    home: Settings, tmp_path: Path, spoil: Callable[[Path], None], file: str, fault: str
) -> None:
    root = good_folder(tmp_path / "in")
    spoil(root)
    store = DatasetStore(home)
    report = store.import_path(root, "d")
    named = [p for p in report.problems if p.file == file]
    assert len(named) == 1
    assert fault in named[0].fault
    assert named[0].fix.endswith(".")
    assert report.pairs == 3
    assert len(report.classes) == 8
    dataset = store.open("d")
    assert [p.stem for p in dataset.pairs] == ["a0", "a2", "a3"]
    assert sorted(p.name for p in (dataset.root / "images").iterdir()) == ["a0.png", "a2.png", "a3.png"]
    assert sorted(p.name for p in (dataset.root / "masks").iterdir()) == ["a0.png", "a2.png", "a3.png"]
