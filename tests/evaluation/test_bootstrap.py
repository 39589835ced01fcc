"""Intervals: by hand where all sets can be listed, and against theory where there is some."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from segcore.evaluation.bootstrap import ImageCounts, class_scores, intervals, mean_scores


def counts(hit: list[list[int]], true: list[list[int]], predicted: list[list[int]]) -> ImageCounts:
    parts = [np.array(part) for part in (hit, true, predicted)]
    return ImageCounts(*parts, np.where(parts[1] > 0, 0.5, np.nan))


def test_scores_of_weighted_images_by_hand() -> None:
    given = counts([[8, 2], [0, 0]], [[10, 2], [4, 0]], [[8, 4], [4, 0]])
    got = class_scores(given, np.array([[1, 1], [2, 0], [0, 3]]))
    np.testing.assert_allclose(got["iou"], [[8 / 18, 0.5], [0.8, 0.5], [0, np.nan]])
    np.testing.assert_allclose(got["precision"], [[8 / 12, 0.5], [1, 0.5], [0, np.nan]])
    np.testing.assert_allclose(got["recall"], [[8 / 14, 1], [0.8, 1], [0, np.nan]])
    np.testing.assert_allclose(got["dice"], [[16 / 26, 4 / 6], [16 / 18, 4 / 6], [0, np.nan]])
    np.testing.assert_allclose(got["boundary"], [[0.5, 0.5], [0.5, 0.5], [0.5, np.nan]])
    means = mean_scores(got)
    np.testing.assert_allclose(means["miou"], [(8 / 18 + 0.5) / 2, 0.65, 0])
    np.testing.assert_allclose(means["miou_foreground"], [0.5, 0.5, np.nan])


def test_bounds_agree_with_all_sets_of_three_images() -> None:
    given = counts([[1], [5], [9]], [[10]] * 3, [[10]] * 3)
    sets = [np.bincount(drawn, minlength=3) for drawn in itertools.product(range(3), repeat=3)]
    every = np.sort(class_scores(given, np.array(sets))["recall"][:, 0])
    low, high = intervals(given)["recall"][:, 0]
    assert low == pytest.approx(every[0])  # 1 of 27 sets: more than 2.5 %
    assert high == pytest.approx(every[-1])


def test_width_is_what_theory_says_for_a_mean_of_many() -> None:
    """Recall over images of equal size is a mean: its interval is ± 1.96 standard errors."""
    hit = np.random.default_rng(1).integers(0, 101, (400, 1))
    whole = np.full((400, 1), 100)
    low, high = intervals(ImageCounts(hit, whole, whole, np.ones((400, 1))))["recall"][:, 0]
    error = hit.std() / 100 / 20
    assert high - low == pytest.approx(2 * 1.96 * error, rel=0.05)
    assert low < hit.mean() / 100 < high


def test_too_few_images_have_no_interval() -> None:
    rare = counts([[5, 1], [5, 0], [5, 0]], [[9, 2], [9, 0], [9, 0]], [[9, 2], [9, 0], [9, 0]])
    bounds = intervals(rare, resamples=200)
    assert not np.isnan(bounds["iou"][:, 0]).any()
    assert np.isnan(bounds["iou"][:, 1]).all()
    few = counts([[5], [5]], [[9], [9]], [[9], [9]])
    assert all(np.isnan(bound).all() for bound in intervals(few, resamples=200).values())


def test_the_same_seed_gives_the_same_bounds() -> None:
    given = counts([[1], [5], [9], [2]], [[10]] * 4, [[10]] * 4)
    first, again = intervals(given, resamples=500), intervals(given, resamples=500)
    np.testing.assert_array_equal(first["iou"], again["iou"])
