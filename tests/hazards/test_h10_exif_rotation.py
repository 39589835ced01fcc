"""A photo that its EXIF data turns is upright before it meets its mask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segcore.datasets.images import read_image, read_index_mask
from segcore.datasets.store import DatasetStore
from segcore.settings import Settings


def _turned_pair(root: Path, orientation: int, stored: np.ndarray, labels: np.ndarray) -> Path:
    for name in ("images", "masks"):
        (root / name).mkdir(parents=True)
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(stored).save(root / "images" / "a.jpg", exif=exif, quality=95, subsampling=0)
    Image.fromarray(labels).save(root / "masks" / "a.png")
    return root


@pytest.mark.parametrize(("orientation", "turn"), [(3, 2), (6, -1), (8, 1)])
def test_h10_image_and_mask_are_aligned(home: Settings, tmp_path: Path, orientation: int, turn: int) -> None:
    stored = np.zeros((32, 64, 3), np.uint8)
    stored[:8, :16] = 255
    upright = np.rot90(stored, turn)
    labels = (upright[..., 0] > 127).astype(np.uint8)
    store = DatasetStore(home)
    report = store.import_path(_turned_pair(tmp_path / "in", orientation, stored, labels), "d")
    assert report.problems == ()
    pair = store.open("d").pairs[0]
    image, mask = read_image(pair.image), read_index_mask(pair.mask)
    assert image.shape[:2] == mask.shape == upright.shape[:2]
    assert ((image[..., 0] > 127) == (mask == 1)).mean() > 0.99
    assert "exif" not in Image.open(pair.image).info


def test_h10_a_mask_of_the_unturned_image_is_explained(home: Settings, tmp_path: Path) -> None:
    stored = np.zeros((32, 64, 3), np.uint8)
    root = _turned_pair(tmp_path / "in", 6, stored, np.eye(32, 64, dtype=np.uint8))
    with pytest.raises(ValueError, match=r"64×32, its image 32×64.*EXIF"):
        DatasetStore(home).import_path(root, "d")
