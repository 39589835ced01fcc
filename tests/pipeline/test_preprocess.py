"""Frames to network size: shape kept, labels never mixed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from segcore.pipeline.preprocess import Geometry, resize_frame, resize_labels


def test_long_side_keeps_the_shape_up_to_multiples_of_32() -> None:
    geometry = Geometry(long_side=736)
    assert geometry.size_for(1080, 1920) == (416, 736)
    assert geometry.size_for(1920, 1080) == (736, 416)
    assert geometry.size_for(100, 100) == (736, 736)


def test_squeeze_ignores_the_shape() -> None:
    assert Geometry(squeeze=(256, 256)).size_for(1080, 1920) == (256, 256)


@given(height=st.integers(1, 9000), width=st.integers(1, 9000), side=st.integers(64, 4096))
def test_network_sides_are_multiples_of_32(height: int, width: int, side: int) -> None:
    got = Geometry(long_side=side).size_for(height, width)
    assert all(s >= 32 and s % 32 == 0 for s in got)
    assert max(got) <= max(32, side + 16)


@pytest.mark.parametrize("wrong", [{}, {"long_side": 320, "squeeze": (64, 64)}, {"squeeze": (100, 64)}])
def test_geometry_is_one_of_two(wrong: dict) -> None:
    with pytest.raises(ValidationError):
        Geometry(**wrong)


def test_shrinking_averages() -> None:
    board = np.indices((64, 64)).sum(0) % 2 * 255
    frame = np.repeat(board[..., None], 3, axis=-1).astype(np.uint8)
    small = resize_frame(frame, (32, 32))
    assert abs(int(small.min()) - 128) <= 1
    assert abs(int(small.max()) - 128) <= 1


def test_fitting_frame_is_not_copied() -> None:
    frame = np.zeros((32, 64, 3), np.uint8)
    assert resize_frame(frame, (32, 64)) is frame


@given(
    st.lists(st.sampled_from([0, 3, 7, 255]), min_size=12, max_size=12),
    st.integers(1, 40),
    st.integers(1, 40),
)
def test_no_label_appears_that_was_not_there(values: list[int], height: int, width: int) -> None:
    labels = np.array(values, np.uint8).reshape(3, 4)
    assert set(np.unique(resize_labels(labels, (height, width)))) <= set(values)


def test_labels_keep_their_place_when_doubled() -> None:
    labels = np.array([[1, 2], [3, 4]], np.uint8)
    np.testing.assert_array_equal(resize_labels(labels, (4, 4)), labels.repeat(2, 0).repeat(2, 1))
