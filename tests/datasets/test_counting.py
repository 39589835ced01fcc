"""Counting pixels in bands gives what NumPy gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore.datasets import counting
from segcore.datasets.counting import counts_of, values_of
from segcore.datasets.formats.masks import near_colors
from segcore.datasets.formats.masks.near_colors import flat_places


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 300), st.integers(0, 2**24))
def test_as_numpy_counts(height: int, width: int, band: int, top: int) -> None:
    rng = np.random.default_rng(height * 41 + width)
    codes = rng.integers(0, top + 1, (height, width), np.uint32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "_BAND", band)
        values, counts = values_of(codes)
        few = counts_of((codes % 256).astype(np.uint8))
    expected, often = np.unique(codes, return_counts=True)
    assert (values == expected).all()
    assert (counts == often).all()
    assert (few == np.bincount((codes % 256).ravel(), minlength=256)).all()


@pytest.mark.parametrize("shape", [(50, 7), (50, 7, 3), (1, 1), (17, 40, 3)])
def test_flat_places_in_bands_are_those_of_the_whole(shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    picture = np.random.default_rng(1).integers(0, 3, shape, np.uint8) // 2 * 9
    whole = flat_places(picture, 0)
    monkeypatch.setattr(near_colors, "_BAND", 1)
    assert (flat_places(picture, 0) == whole).all()
