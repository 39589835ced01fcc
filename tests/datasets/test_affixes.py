"""Names that differ by one piece on either side."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore.datasets.formats.folders.affixes import Affixes, core, find_affixes


@pytest.mark.parametrize(
    ("name", "pattern", "shared"),
    [
        ("a_mask", "_mask", "a"),
        ("a_mask", "*_mask", "a"),
        ("mask_a", "mask_*", "a"),
        ("a", None, "a"),
        ("a", "_mask", None),
        ("_mask", "_mask", None),
        ("x_a_y", "x_*_y", "a"),
    ],
)
def test_the_shared_part_by_hand(name: str, pattern: str | None, shared: str | None) -> None:
    assert core(name, pattern) == shared


@pytest.mark.parametrize(
    ("images", "masks", "expected"),
    [
        (["a", "b"], ["a_mask", "b_mask"], Affixes("*", "*_mask", 2)),
        (["0001TP_6690", "0001TP_6720"], ["0001TP_6690_L", "0001TP_6720_L"], Affixes("*", "*_L", 2)),
        (["a_sat", "b_sat"], ["a_mask", "b_mask"], Affixes("*_sat", "*_mask", 2)),
        (["a_img", "b_img"], ["a", "b"], Affixes("*_img", "*", 2)),
        (["a", "b"], ["mask-a", "mask-b"], Affixes("*", "mask-*", 2)),
        (["f1", "f2"], ["f1gt", "f2gt"], Affixes("*", "*gt", 2)),
        (["img1", "img2"], ["mask1", "mask2"], Affixes("img*", "mask*", 2)),
        (["a_1", "a_2"], ["a_1_mask", "a_2_mask"], Affixes("*", "*_mask", 2)),
        (["a", "b"], ["c", "d"], None),
        (["only"], [], None),
        (["cat1"], ["dog1"], None),
        (["a"], ["a_mask"], Affixes("*", "*_mask", 1)),
    ],
)
def test_common_pieces_by_hand(images: list[str], masks: list[str], expected: Affixes | None) -> None:
    assert find_affixes(images, masks) == expected


@settings(max_examples=50, deadline=None)
@given(
    st.sets(st.from_regex(r"[a-z]{1,6}[0-9]{1,3}", fullmatch=True), min_size=2, max_size=12),
    st.sampled_from(["_mask", "-gt", "_L", ".label", "_seg_v2"]),
)
def test_a_suffix_is_always_found(names: set[str], suffix: str) -> None:
    found = find_affixes(names, {name + suffix for name in names})
    assert found is not None
    assert found.count == len(names)
    assert {core(name + suffix, found.mask) for name in names} == {core(name, found.image) for name in names}
