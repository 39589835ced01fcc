"""Splits: neighbours together, classes on both sides, the same seed the same split."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore.datasets.splits import split_blocks


def _stems(count: int, video: str = "f_") -> list[str]:
    return [f"{video}{i:04d}" for i in range(count)]


@settings(max_examples=60, deadline=None)
@given(count=st.integers(2, 80), seed=st.integers(0, 5), classes=st.integers(1, 5))
def test_both_sides_cover_all_and_share_nothing(count: int, seed: int, classes: int) -> None:
    presence = np.random.default_rng(seed).integers(0, 2, (count, classes))
    split = split_blocks(_stems(count), presence, seed=seed)
    assert split.train
    assert split.val
    assert sorted(split.train + split.val) == _stems(count)
    assert split == split_blocks(_stems(count), presence, seed=seed)


@pytest.mark.parametrize("count", [20, 36, 48, 120, 500])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_validation_is_a_fifth_in_few_runs(count: int, seed: int) -> None:
    split = split_blocks(_stems(count), np.ones((count, 2)), seed=seed)
    places = [int(s[2:]) for s in split.val]
    runs = 1 + sum(b - a > 1 for a, b in pairwise(places))
    assert 0.13 <= len(places) / count <= 0.27
    assert 1 <= runs <= 4
    assert len(places) / runs >= 2


def test_a_rare_class_is_on_both_sides() -> None:
    presence = np.zeros((36, 2), int)
    presence[:, 0] = 1
    presence[[4, 30], 1] = 1
    for seed in range(8):
        split = split_blocks(_stems(36), presence, seed=seed)
        assert ("f_0004" in split.val) != ("f_0030" in split.val)


def test_a_class_seen_once_is_trained_on() -> None:
    presence = np.zeros((30, 2), int)
    presence[:, 0] = 1
    presence[12, 1] = 1
    assert "f_0012" in split_blocks(_stems(30), presence).train


def test_runs_do_not_reach_over_two_videos() -> None:
    stems = _stems(15, "a_") + _stems(15, "b_")
    split = split_blocks(stems, np.ones((30, 1)), block=5, seed=4)
    for video in "ab":
        places = [int(s[2:]) for s in split.val if s[0] == video]
        assert len(places) in (0, 2, 3, 5, 6, 7, 8, 10)


def test_one_frame_is_trained_on() -> None:
    split = split_blocks(["a"], np.ones((1, 1)))
    assert (split.train, split.val) == (("a",), ())


def test_given_block_is_recorded() -> None:
    assert split_blocks(_stems(40), np.ones((40, 1)), block=8).block == 8


@pytest.mark.parametrize("seed", range(8))
def test_every_part_of_the_video_is_scored(seed: int) -> None:
    """Where all frames hold all classes, no half of the time is without validation frames."""
    stems = [f"frame_{i:04d}" for i in range(36)]
    split = split_blocks(stems, np.ones((36, 3)), seed=seed)
    at = [-1, *(stems.index(stem) for stem in split.val), 36]
    assert max(b - a for a, b in pairwise(at)) <= 18
