"""Pictures in, arrays out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from small_dataset import picture, write

from segcore.datasets.images import keep_image, read_image, read_index_mask, write_index_mask
from segcore.errors import InvalidImage, InvalidMask


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif"])
def test_lossless_kinds_read_back_exactly(tmp_path: Path, suffix: str) -> None:
    assert (read_image(write(tmp_path / f"a{suffix}", picture())) == picture()).all()


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "1"])
def test_every_mode_becomes_rgb(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    Image.fromarray(picture()).convert(mode).save(path)
    image = read_image(path)
    assert image.shape == picture().shape
    assert image.dtype == np.uint8


def test_jpeg_is_kept_byte_for_byte_with_a_plain_suffix(tmp_path: Path) -> None:
    source = write(tmp_path / "A.JPEG", picture())
    kept, size, _ = keep_image(source, tmp_path, "b")
    assert kept.name == "b.jpg"
    assert size == (12, 16)
    assert kept.read_bytes() == source.read_bytes()


def test_the_content_decides_the_suffix(tmp_path: Path) -> None:
    Image.fromarray(picture()).save(tmp_path / "a.png", format="JPEG")
    assert keep_image(tmp_path / "a.png", tmp_path, "b")[0].name == "b.jpg"


def test_index_masks_round_trip(tmp_path: Path) -> None:
    labels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    write_index_mask(tmp_path / "m.png", labels)
    assert (read_index_mask(tmp_path / "m.png") == labels).all()


def test_a_colour_picture_is_no_index_mask(tmp_path: Path) -> None:
    with pytest.raises(InvalidMask, match="one 8-bit channel"):
        read_index_mask(write(tmp_path / "m.png", picture()))


def test_errors_name_the_file_and_the_fix(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    with pytest.raises(InvalidImage, match=r"a\.png.*empty") as caught:
        read_image(tmp_path / "a.png")
    assert caught.value.fix
