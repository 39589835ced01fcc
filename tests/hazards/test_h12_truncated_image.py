"""Half an image is never part of a dataset."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile_files import good_folder, good_image
from PIL import Image

from segcore.datasets.store import DatasetStore
from segcore.settings import Settings


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".bmp"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_h12_is_listed(home: Settings, tmp_path: Path, suffix: str, share: float) -> None:
    root = good_folder(tmp_path / "in")
    path = root / "images" / "a1.png"
    path.unlink()
    path = path.with_suffix(suffix)
    Image.fromarray(good_image()).resize((320, 240)).save(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    report = DatasetStore(home).import_path(root, "d")
    assert [p.file for p in report.problems] == [f"images/a1{suffix}"]
    assert report.pairs == 3


@pytest.mark.parametrize("share", [0.2, 0.6])
def test_h12_half_a_mask_is_listed(home: Settings, tmp_path: Path, share: float) -> None:
    root = good_folder(tmp_path / "in")
    path = root / "masks" / "a1.png"
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    report = DatasetStore(home).import_path(root, "d")
    assert [p.file for p in report.problems] == ["masks/a1.png"]
