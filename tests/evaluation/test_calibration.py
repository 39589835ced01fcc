"""Calibration by hand on a few pixels."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.classes import IGNORE
from segcore.evaluation.calibration import BINS, added, binned, calibration_error, confidence_counts


def test_pixels_are_counted_by_confidence_and_by_being_right() -> None:
    truth = np.array([0, 1, 1, IGNORE], np.uint8)
    labels = np.array([0, 1, 0, 0], np.uint8)
    counts = confidence_counts(truth, labels, np.array([255, 128, 128, 7], np.uint8))
    assert counts.sum() == 3
    assert counts[255].tolist() == [0, 1]
    assert counts[128].tolist() == [1, 1]


def test_error_by_hand() -> None:
    """Ten pixels at 1.0, eight right: a gap of 0.2. Ten at 0.4, six right: again 0.2."""
    counts = np.zeros((256, 2), np.int64)
    counts[255] = (2, 8)
    counts[102] = (4, 6)  # 102 / 255 = 0.4
    bins = binned(counts)
    assert len(bins) == BINS
    assert sum(b.pixels for b in bins) == 20
    assert calibration_error(bins) == pytest.approx(0.2)
    assert calibration_error(added([bins, bins])) == pytest.approx(0.2)
    assert sum(b.pixels for b in added([bins, bins])) == 40


def test_a_network_that_is_as_sure_as_it_is_right_has_no_error() -> None:
    counts = np.zeros((256, 2), np.int64)
    counts[255] = (0, 50)
    counts[51] = (80, 20)  # 51 / 255 = 0.2
    assert calibration_error(binned(counts)) == pytest.approx(0.0)


def test_nothing_scored_has_no_error() -> None:
    assert calibration_error(binned(np.zeros((256, 2), np.int64))) is None
