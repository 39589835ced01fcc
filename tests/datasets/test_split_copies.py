"""New frames that look like scored ones are left out, whatever they are called."""

from __future__ import annotations

import numpy as np

from segcore.datasets.dataset import Split
from segcore.datasets.splits import extend_split
from segcore.datasets.splits.copies import without_copies

ZERO, ALL = 0, (1 << 64) - 1
HALVES = {"a_1": ZERO, "b_1": ALL, "c_1": (1 << 32) - 1, "d_1": ALL - (1 << 32) + 1}
"""Any two differ in 32 or 64 bits: 32 is usual, up to a third of it, 10, are copies."""


def looks(**more: int) -> dict[str, str]:
    return {stem: f"{value:016x}" for stem, value in (HALVES | more).items()}


def test_a_third_of_the_usual_bits_makes_a_copy() -> None:
    split = Split(train=("a_1", "c_1", "far_1", "near_1"), val=("b_1", "d_1"))
    near, far = ALL ^ ((1 << 10) - 1), ALL ^ ((1 << 11) - 1)
    left = without_copies(split, ["far_1", "near_1"], looks(near_1=near, far_1=far))
    assert (left.train, left.left_out) == (("a_1", "c_1", "far_1"), ("near_1",))


def test_old_frames_stay_and_frames_of_the_scored_naming_are_told_apart_by_number() -> None:
    split = Split(train=("a_1", "b_7"), val=("b_1",))
    assert without_copies(split, ["b_7"], looks(b_7=ALL)) == split
    assert without_copies(split, [], looks(a_1=ALL)) == split


def test_of_a_still_camera_looks_tell_nothing() -> None:
    still = {"a_1": "0" * 16, "b_1": "0" * 15 + "1", "c_1": "0" * 16, "new_1": "0" * 15 + "1"}
    split = Split(train=("a_1", "c_1", "new_1"), val=("b_1",))
    assert without_copies(split, ["new_1"], still) == split


def test_without_hashes_nothing_is_left_out() -> None:
    split = Split(train=("a_1", "new_1"), val=("b_1",))
    assert without_copies(split, ["new_1"], {}) == split


def test_frames_that_are_only_learned_from_are_never_scored() -> None:
    """f_0005 is near a training frame, f_0085 near scored ones; g is another video, of which some would be scored."""
    old = [f"f_{number:04d}" for number in range(0, 100, 10)]
    split = Split(tuple(old[:6]), tuple(old[8:]), gap=1, block=1, left_out=tuple(old[6:8]))
    new = ["f_0005", "f_0085", *(f"g_{number:04d}" for number in range(20))]
    nothing = [[1, 1]] * (len(old) + len(new))
    joined = extend_split(split, old, new, np.array(nothing), learned_only=True)
    assert joined.val == split.val
    assert "f_0085" in joined.left_out
    assert {"f_0005", *new[2:]} <= set(joined.train)
    usual = extend_split(split, old, new, np.array(nothing))
    assert set(usual.val) > set(split.val)
