"""Masks turned and scaled to their images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from segcore.datasets.images import read_header, read_image
from segcore.datasets.mask_size import scaled, turned, wrong_size


@pytest.mark.parametrize("orientation", range(1, 9))
def test_labels_are_turned_as_pillow_turns_the_image(tmp_path: Path, orientation: int) -> None:
    labels = np.arange(35, dtype=np.uint8).reshape(5, 7)
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.dstack([labels] * 3)).save(tmp_path / "a.png", exif=exif)
    assert (turned(labels, orientation) == read_image(tmp_path / "a.png")[..., 0]).all()
    header = read_header(tmp_path / "a.png")
    assert header.stored == (5, 7)
    assert header.size == ((7, 5) if orientation >= 5 else (5, 7))
    assert header.orientation == orientation


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 20), st.integers(1, 20), st.integers(1, 5))
def test_a_whole_factor_repeats_pixels(height: int, width: int, factor: int) -> None:
    labels = np.random.default_rng(height * 31 + width).integers(0, 256, (height, width), np.uint8)
    large = scaled(labels, (height * factor, width * factor))
    assert (large == labels.repeat(factor, 0).repeat(factor, 1)).all()


def test_scaling_makes_no_new_label() -> None:
    labels = np.array([[0, 200], [255, 3]], np.uint8)
    assert set(np.unique(scaled(labels, (7, 13)))) == {0, 3, 200, 255}


def test_the_error_names_both_sizes_and_the_mend() -> None:
    error = wrong_size("a.png", (10, 20), (20, 10))
    assert error.message == "a.png: the mask is 20×10, its image 10×20."
    assert "EXIF" in error.fix
    assert error.size == (10, 20)
    assert "scaled" in wrong_size("a.png", (10, 10), (20, 10)).fix
