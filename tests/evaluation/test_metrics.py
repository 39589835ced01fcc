"""Scores by hand on four pixels, and their laws on any."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segcore.evaluation.metrics import (
    Evaluation,
    confusion_matrix,
    dice,
    evaluation,
    iou,
    mean_present,
    precision,
    recall,
)

labels = arrays(np.uint8, (4, 5), elements=st.sampled_from([0, 1, 2, 255]))
predictions = arrays(np.uint8, (4, 5), elements=st.sampled_from([0, 1, 2]))


def test_four_pixels_by_hand() -> None:
    matrix = confusion_matrix(np.array([0, 0, 1, 255], np.uint8), np.array([0, 1, 1, 0], np.uint8), 3)
    np.testing.assert_array_equal(matrix, [[1, 1, 0], [0, 1, 0], [0, 0, 0]])
    np.testing.assert_allclose(iou(matrix), [0.5, 0.5, np.nan])
    np.testing.assert_allclose(dice(matrix), [2 / 3, 2 / 3, np.nan])
    np.testing.assert_allclose(precision(matrix), [1.0, 0.5, np.nan])
    np.testing.assert_allclose(recall(matrix), [0.5, 1.0, np.nan])
    assert mean_present(iou(matrix)) == 0.5


def test_class_that_is_only_predicted_counts_as_zero() -> None:
    matrix = confusion_matrix(np.array([0, 0], np.uint8), np.array([0, 1], np.uint8), 2)
    np.testing.assert_allclose(iou(matrix), [0.5, 0.0])


@given(labels, predictions)
def test_laws(truth: np.ndarray, predicted: np.ndarray) -> None:
    matrix = confusion_matrix(truth, predicted, 3)
    assert matrix.sum() == (truth != 255).sum()
    i, d = iou(matrix), dice(matrix)
    np.testing.assert_allclose(d, 2 * i / (1 + i))
    np.testing.assert_array_equal(confusion_matrix(truth, np.where(truth == 255, 0, truth), 3), np.diag(matrix.sum(1)))


@given(labels, predictions, labels, predictions)
def test_sums_over_images(t1: np.ndarray, p1: np.ndarray, t2: np.ndarray, p2: np.ndarray) -> None:
    both = confusion_matrix(np.stack([t1, t2]), np.stack([p1, p2]), 3)
    parts = [("a", confusion_matrix(t1, p1, 3)), ("b", confusion_matrix(t2, p2, 3))]
    np.testing.assert_array_equal(evaluation(["x", "y", "z"], parts).confusion, both)


def test_out_of_range_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="below 2"):
        confusion_matrix(np.array([2], np.uint8), np.array([0], np.uint8), 2)
    with pytest.raises(ValueError, match="shapes"):
        confusion_matrix(np.zeros(2, np.uint8), np.zeros(3, np.uint8), 2)


def test_every_image_is_kept_where_that_is_asked_for() -> None:
    got = evaluation(["background", "a"], [("f1", np.array([[4, 1], [0, 3]])), ("f2", np.array([[2, 0], [0, 0]]))])
    data = json.loads(json.dumps(got.as_json(every_image=True)))
    assert data["images"][0]["confusion"] == [[0, 0, 4], [0, 1, 1], [1, 1, 3]]
    back = Evaluation.from_json(data)
    np.testing.assert_array_equal(back.confusions, got.confusions)
    assert Evaluation.from_json(got.as_json()).confusions == ()
    data["images"][1]["confusion"] = [[0, 2, 1]]
    with pytest.raises(ValueError, match="below 2"):
        Evaluation.from_json(data)


def test_foreground_leaves_the_background_out() -> None:
    got = Evaluation(("background", "a", "b"), np.array([[90, 0, 0], [5, 5, 0], [0, 0, 0]]))
    assert got.miou == pytest.approx((90 / 95 + 0.5) / 2)
    assert got.miou_foreground == pytest.approx(0.5)


def test_json_round_trip_with_an_absent_class() -> None:
    got = evaluation(["background", "a"], [("f1", np.array([[4, 0], [0, 0]])), ("f2", np.array([[2, 2], [0, 0]]))])
    data = json.loads(json.dumps(got.as_json()))
    assert data["classes"]["a"] == {"iou": 0.0, "dice": 0.0, "precision": 0.0, "recall": None}
    back = Evaluation.from_json(data)
    np.testing.assert_array_equal(back.confusion, got.confusion)
    assert back.names == got.names
    assert [s for s, _ in back.images] == ["f1", "f2"]
    empty = Evaluation(("background", "a"), np.array([[4, 0], [0, 0]])).as_json()
    assert set(empty["classes"]["a"].values()) == {None}
