"""Splits: neighbours together, a gap between the sides, classes on both, the same seed the same split."""

from __future__ import annotations

from itertools import pairwise
from string import ascii_lowercase

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore.datasets.dataset import Split
from segcore.datasets.splits import group_by_pattern, k_folds, neighbours_across, propose_split, usual_block
from segcore.errors import DatasetError


def _stems(count: int, video: str = "f_") -> list[str]:
    return [f"{video}{i:04d}" for i in range(count)]


def _numbers(stems: tuple[str, ...]) -> list[int]:
    return [int(s[-4:]) for s in stems]


def _distance(split: Split) -> int:
    """The least distance between a validation and a training frame of one video, by brute force."""
    return min(
        (abs(int(a[-4:]) - int(b[-4:])) for a in split.train for b in split.val if a[:-4] == b[:-4]), default=10_000
    )


@settings(max_examples=40, deadline=None)
@given(
    frames=st.sets(st.integers(0, 60), min_size=2, max_size=50),
    seed=st.integers(0, 5),
    share=st.sampled_from([0.1, 0.2, 0.5]),
)
def test_nothing_is_lost_nothing_is_twice_and_the_gap_is_held(frames: set[int], seed: int, share: float) -> None:
    stems = [f"f_{i:04d}" for i in sorted(frames)]
    presence = np.random.default_rng(seed).integers(0, 2, (len(stems), 3))
    split = propose_split(stems, presence, val_share=share, seed=seed)
    assert sorted(split.train + split.val + split.left_out) == stems
    assert split.train
    assert split.val
    assert split == propose_split(stems, presence, val_share=share, seed=seed)
    if split.gap:
        assert not neighbours_across(split, stems)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("block", "gap"), [(1, 0), (2, 2), (3, 5), (6, 1)])
def test_block_and_gap_are_held(seed: int, block: int, gap: int) -> None:
    split = propose_split(_stems(60), np.ones((60, 2)), seed=seed, block=block, gap=gap)
    assert (split.block, split.gap) == (block, gap)
    assert _distance(split) > gap
    at = _numbers(split.val)
    begins = [a for a in at if a - 1 not in at]
    assert all(set(range(a, a + block)) <= set(at) for a in begins)


@pytest.mark.parametrize("count", [20, 36, 48, 120, 500])
@pytest.mark.parametrize("seed", [0, 1])
def test_validation_is_a_fifth_in_few_runs_and_little_is_lost(count: int, seed: int) -> None:
    split = propose_split(_stems(count), np.ones((count, 2)), seed=seed)
    places = _numbers(split.val)
    runs = 1 + sum(b - a > 1 for a, b in pairwise(places))
    assert 0.15 <= len(places) / count <= 0.25
    assert 1 <= runs <= 4
    assert len(split.left_out) <= count / 6
    assert split.gap == split.block == usual_block(count)


def test_runs_lie_beside_holes_where_nothing_is_lost() -> None:
    """Three pieces with holes of ten frames between them: the whole piece in the middle costs nothing."""
    stems = [f"f_{i:04d}" for i in [*range(20), *range(30, 40), *range(50, 70)]]
    split = propose_split(stems, np.ones((50, 1)), seed=1)
    assert split.left_out == ()
    assert _numbers(split.val) == list(range(30, 40))


def test_numbers_count_in_steps_of_the_video() -> None:
    """Every tenth frame was labelled: a gap of two steps is 20 numbers."""
    stems = [f"f_{i:04d}" for i in range(0, 500, 10)]
    split = propose_split(stems, np.ones((50, 1)), gap=2)
    assert _distance(split) == 30


def test_a_rare_class_is_on_both_sides() -> None:
    presence = np.zeros((36, 2), int)
    presence[:, 0] = 1
    presence[[4, 30], 1] = 1
    for seed in range(4):
        split = propose_split(_stems(36), presence, seed=seed)
        assert {"f_0004", "f_0030"} <= {*split.val, *split.train}
        assert ("f_0004" in split.val) != ("f_0030" in split.val)


def test_a_class_seen_once_is_trained_on() -> None:
    presence = np.zeros((30, 2), int)
    presence[:, 0] = 1
    presence[12, 1] = 1
    assert "f_0012" in propose_split(_stems(30), presence).train


@pytest.mark.parametrize("seed", range(3))
def test_every_part_of_the_video_is_scored(seed: int) -> None:
    split = propose_split(_stems(100), np.ones((100, 3)), seed=seed)
    at = [-1, *_numbers(split.val), 100]
    assert max(b - a for a, b in pairwise(at)) <= 60


def test_runs_and_gaps_do_not_reach_over_two_videos() -> None:
    stems = _stems(15, "a_") + _stems(15, "b_")
    split = propose_split(stems, np.ones((30, 1)), block=5, gap=5, seed=4)
    assert _distance(split) > 5
    assert neighbours_across(split, stems) == []
    whole = [v for v in "ab" if all(s in split.train for s in stems if s[0] == v)]
    assert len(whole) == 1  # the other video alone bears the loss


@settings(max_examples=30, deadline=None)
@given(sizes=st.lists(st.integers(1, 9), min_size=4, max_size=12), seed=st.integers(0, 3))
def test_groups_are_never_torn(sizes: list[int], seed: int) -> None:
    stems = _stems(sum(sizes))
    groups = dict(zip(stems, np.repeat([f"episode {i}" for i in range(len(sizes))], sizes).tolist(), strict=True))
    split = propose_split(stems, np.ones((len(stems), 1)), groups=groups, seed=seed)
    assert split.method == "groups"
    assert sorted(split.train + split.val) == stems
    assert split.val
    assert split.train
    assert not {groups[s] for s in split.train} & {groups[s] for s in split.val}


def test_groups_are_chosen_so_that_rare_classes_are_on_both_sides() -> None:
    stems = _stems(50)
    groups = {s: f"g{i // 5}" for i, s in enumerate(stems)}
    presence = np.ones((50, 3), int)
    presence[:, 1:] = 0
    presence[[7, 33], 1] = 1
    presence[[21, 48], 2] = 1
    split = propose_split(stems, presence, groups=groups)
    for pair in (("f_0007", "f_0033"), ("f_0021", "f_0048")):
        assert sum(s in split.val for s in pair) == 1


def test_many_videos_stay_whole_without_being_told() -> None:
    stems = [s for letter in ascii_lowercase[:10] for s in _stems(8, f"{letter}_")]
    split = propose_split(stems, np.ones((80, 1)))
    assert (split.method, split.left_out) == ("groups", ())
    assert len({s[0] for s in split.val}) == 2
    assert not {s[0] for s in split.val} & {s[0] for s in split.train}


def test_pictures_that_are_no_video_lose_nothing() -> None:
    stems = [a + b for a in ascii_lowercase for b in ascii_lowercase][:200]
    presence = np.zeros((200, 6))
    presence[:, 0] = 1
    for c in range(1, 6):
        presence[[c, c + 100], c] = 1  # five classes of two pictures each
    split = propose_split(stems, presence)
    assert (len(split.val), split.left_out, split.gap) == (40, (), 0)
    sides = presence[[stems.index(s) for s in split.val]].sum(0)
    assert (sides[1:] == 1).all()


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_frames_are_trained_on(count: int) -> None:
    split = propose_split(_stems(count), np.ones((count, 1)))
    assert (split.train, split.val) == (tuple(_stems(count)), ())


def test_two_frames_have_a_side_each() -> None:
    split = propose_split(_stems(2), np.ones((2, 1)))
    assert (len(split.train), len(split.val)) == (1, 1)


@pytest.mark.parametrize(
    "wrong", [{"val_share": 0.0}, {"val_share": 1.0}, {"block": 0}, {"gap": -1}, {"gap": 40, "block": 5}]
)
def test_options_out_of_range_are_named(wrong: dict[str, float]) -> None:
    with pytest.raises(DatasetError):
        propose_split(_stems(36), np.ones((36, 1)), **wrong)  # type: ignore[arg-type]


def test_the_gap_grows_with_how_long_frames_look_alike() -> None:
    """Ten scenes of four frames: neighbours differ in 2 bits a step, scenes in many."""
    rng = np.random.default_rng(0)
    looks = {}
    for i, stem in enumerate(_stems(120)):
        if i % 4 == 0:
            scene = int(rng.integers(0, 2**63))
        looks[stem] = f"{scene ^ (1 << i % 4):016x}"
    assert usual_block(120) == 4
    assert propose_split(_stems(120), np.ones((120, 1)), looks=looks).gap == 4
    slow = {s: f"{2 ** (i // 2) - 1:016x}" for i, s in enumerate(_stems(120))}
    assert propose_split(_stems(120), np.ones((120, 1)), looks=slow).gap == 10  # a twelfth of all, at most


def test_neighbours_by_hand() -> None:
    stems = ["v_1", "v_2", "v_3", "v_7", "w_4"]
    split = Split(("v_1", "v_7"), ("v_2", "v_3", "w_4"))
    assert neighbours_across(split, stems) == [("v_1", "v_2")]
    wide = Split(("v_1", "v_7"), ("v_2", "v_3", "w_4"), gap=4)
    assert neighbours_across(wide, stems) == [("v_1", "v_2"), ("v_1", "v_3"), ("v_7", "v_3")]
    assert neighbours_across(split, stems, {"v_1": "a", "v_2": "b", "v_3": "b"}) == []


def test_groups_by_pattern() -> None:
    stems = ["clip1_001", "clip1_002", "clip2_001"]
    assert group_by_pattern(stems, r"^(.+?)_") == {"clip1_001": "clip1", "clip1_002": "clip1", "clip2_001": "clip2"}
    assert set(group_by_pattern(stems, r"\d+$").values()) == {"001", "002"}
    with pytest.raises(DatasetError, match="not a pattern"):
        group_by_pattern(stems, "(")
    with pytest.raises(DatasetError, match="'clip2_001'"):
        group_by_pattern(stems, "clip1")


@pytest.mark.parametrize("k", [2, 3, 5])
def test_folds_score_every_frame_once(k: int) -> None:
    stems = _stems(40)
    folds = k_folds(stems, np.ones((40, 2)), k, gap=2)
    assert sorted(s for fold in folds for s in fold.val) == stems
    for i, fold in enumerate(folds, 1):
        assert fold.fold == (i, k)
        assert sorted(fold.train + fold.val + fold.left_out) == stems
        assert _distance(fold) > 2
        assert abs(len(fold.val) - 40 / k) <= 2
    assert folds == k_folds(stems, np.ones((40, 2)), k, gap=2)


def test_folds_keep_groups_whole() -> None:
    stems = _stems(24)
    groups = {s: f"g{i // 3}" for i, s in enumerate(stems)}
    for fold in k_folds(stems, np.ones((24, 1)), 4, groups=groups):
        assert len(fold.val) == 6
        assert not {groups[s] for s in fold.train} & {groups[s] for s in fold.val}


def test_folds_deal_rare_classes_out() -> None:
    presence = np.ones((30, 2))
    presence[:, 1] = 0
    presence[[1, 2, 3, 4, 27, 28], 1] = 1
    for fold in k_folds(_stems(30), presence, 2, gap=1):
        assert {1, 2, 3, 4, 27, 28} & set(_numbers(fold.val))
        assert {1, 2, 3, 4, 27, 28} & set(_numbers(fold.train))


@pytest.mark.parametrize(("k", "gap"), [(1, 0), (41, 0), (2, 30)])
def test_folds_that_cannot_be(k: int, gap: int) -> None:
    with pytest.raises(DatasetError, match="folds"):
        k_folds(_stems(40), np.ones((40, 1)), k, gap=gap)
