"""New frames join a split: old ones stay, nothing leaks."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore.datasets.dataset import Split
from segcore.datasets.splits import extend_split, neighbours_across, propose_split

ONES = np.ones((200, 2))


def _stems(numbers: range | list[int], video: str = "f_") -> list[str]:
    return [f"{video}{i:04d}" for i in numbers]


def _joined(split: Split, old: list[str], new: list[str], groups: dict[str, str] | None = None) -> Split:
    return extend_split(split, old, new, ONES[: len(old) + len(new)], groups)


def test_frames_between_join_their_neighbours() -> None:
    """Every tenth frame is there, in steps of ten; new ones between val frames are validated on."""
    old = _stems(range(0, 100, 10))
    split = Split(tuple(old[:6]), tuple(old[8:]), gap=1, block=1, left_out=tuple(old[6:8]))
    joined = _joined(split, old, ["f_0005", "f_0065", "f_0085"])
    assert "f_0005" in joined.train
    assert "f_0085" in joined.val
    assert set(split.train) <= set(joined.train)
    assert joined.val == ("f_0080", "f_0085", "f_0090")


def test_steps_are_those_of_the_old_frames() -> None:
    """Every tenth frame was there, now all are: a gap of one step stays ten numbers."""
    old = _stems(range(0, 100, 10))
    split = Split(tuple(old[:7]), tuple(old[8:]), gap=1, block=1, left_out=("f_0070",))
    joined = _joined(split, old, _stems([i for i in range(100) if i % 10]))
    assert joined.train == tuple(_stems(range(61)))
    assert joined.left_out == tuple(_stems(range(61, 71)))
    assert joined.val == tuple(_stems(range(71, 100)))


def test_both_sides_near_is_left_out() -> None:
    old = ["f_0000", "f_0010"]
    joined = _joined(Split(("f_0000",), ("f_0010",)), old, ["f_0005"])
    assert joined.left_out == ("f_0005",)


def test_a_group_takes_its_new_frames() -> None:
    old = ["a1", "a2", "b1", "b2"]
    groups = {s: s[0] for s in [*old, "a9", "b9", "c1"]}
    joined = _joined(Split(("a1", "a2"), ("b1", "b2"), method="groups"), old, ["a9", "b9", "c1"], groups)
    assert joined.train == ("a1", "a2", "a9", "c1")
    assert joined.val == ("b1", "b2", "b9")


def test_a_whole_video_stays_whole_without_named_groups() -> None:
    old = _stems(range(5), "a_") + _stems(range(5), "b_")
    joined = _joined(Split(tuple(old[:5]), tuple(old[5:]), method="groups"), old, ["b_0900"])
    assert "b_0900" in joined.val


def test_a_new_video_keeps_the_share() -> None:
    old = _stems(range(50))
    split = propose_split(old, ONES[:50])
    new = _stems(range(50), "g_")
    joined = _joined(split, old, new)
    added = len(joined.val) - len(split.val)
    assert 8 <= added <= 12
    assert neighbours_across(joined, [*old, *new]) == []


def test_what_is_scored_of_a_given_split_is_fixed() -> None:
    old = _stems(range(20))
    split = Split(tuple(old[:15]), tuple(old[15:]), method="given")
    joined = _joined(split, old, [*_stems(range(30), "g_"), "f_0020"])
    assert joined.val == split.val
    assert joined.left_out == ("f_0020",)
    assert len(joined.train) == 45


@settings(max_examples=30, deadline=None)
@given(
    old=st.sets(st.integers(0, 80), min_size=8, max_size=40),
    new=st.sets(st.integers(0, 120), min_size=1, max_size=40),
    seed=st.integers(0, 3),
)
def test_old_frames_stay_and_nothing_leaks(old: set[int], new: set[int], seed: int) -> None:
    there, come = _stems(sorted(old)), _stems(sorted(new - old))
    split = propose_split(there, ONES[: len(there)], seed=seed, gap=0 if len(there) < 8 else None)
    joined = _joined(split, there, come)
    assert set(split.train) <= set(joined.train)
    assert set(split.val) <= set(joined.val)
    assert sorted(joined.train + joined.val + joined.left_out) == sorted(there + come)
    before = set(neighbours_across(split, [*there, *come]))
    across = {(a, b) for a, b in neighbours_across(joined, [*there, *come]) if a in come or b in come}
    assert across <= before
