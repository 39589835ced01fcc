"""Boundary F by hand on small masks, and its laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segcore.classes import IGNORE
from segcore.evaluation.boundary import boundary_counts, f_score, tolerance

masks = arrays(np.uint8, (12, 16), elements=st.sampled_from([0, 0, 1, 2]))


def square(left: int, side: int = 20) -> np.ndarray:
    """A square of class 1 on 480×360, its tolerance 4.5 pixels."""
    mask = np.zeros((360, 480), np.uint8)
    mask[100 : 100 + side, left : left + side] = 1
    return mask


def test_tolerance_is_a_share_of_the_diagonal() -> None:
    assert tolerance(360, 480) == pytest.approx(4.5)
    assert tolerance(1080, 1920) == pytest.approx(16.52, abs=0.01)


def test_outline_of_a_square_counts_once() -> None:
    counts = boundary_counts(square(100), square(100), 2)
    assert counts[1] == (76, 76, 76, 76)  # 4 · 20 - 4 pixels
    assert counts[0] == (80, 80, 80, 80)  # those around it; its own rim is the frame's and does not count
    assert f_score(counts[1]) == 1.0


def test_a_shift_within_the_tolerance_is_met_and_beyond_it_is_not() -> None:
    assert f_score(boundary_counts(square(100), square(104), 2)[1]) == 1.0
    # 10 to the right: of both long edges those 10 + 4 columns within 4.5 pixels of the other's, and of the upright
    # edge inside the other square the 4 pixels next to either of its long edges
    counts = boundary_counts(square(100), square(110), 2)[1]
    assert counts[0] == counts[2] == 76
    assert counts[1] == counts[3] == 2 * 14 + 2 * 4
    assert f_score(counts) == pytest.approx(36 / 76)


def test_a_class_on_one_side_only_scores_nothing() -> None:
    counts = boundary_counts(square(100), np.zeros((360, 480), np.uint8), 2)
    assert counts[1] == (0, 0, 76, 0)
    assert f_score(counts[1]) == 0.0
    assert math.isnan(f_score((0, 0, 0, 0)))


def test_ignored_pixels_have_no_border() -> None:
    truth = square(100)
    truth[:, 110:] = IGNORE  # the right half of the square is unknown: left 10 columns remain
    counts = boundary_counts(truth, square(100), 2)
    assert counts[1] == (38, 38, 38, 38)  # left edge 20, upper and lower 9 more each; none along column 109


@given(masks, masks)
def test_laws(truth: np.ndarray, labels: np.ndarray) -> None:
    there, back = boundary_counts(truth, labels, 3), boundary_counts(labels, truth, 3)
    assert there.keys() == back.keys()
    for class_id, (predicted, met, true, found) in there.items():
        assert 0 <= met <= predicted
        assert 0 <= found <= true
        assert back[class_id] == (true, found, predicted, met)
    for counts in boundary_counts(truth, truth, 3).values():
        assert f_score(counts) == 1.0
