"""Which frames a filter lets through, on four frames that can be checked by eye."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.common.catalog import Catalog, Filters, beside, key_of, named
from segcore.classes import ClassTable
from segcore.datasets.dataset import Dataset, Pair, Split
from segcore.datasets.mapping import ClassMapping

STEMS = ("Cat_1", "cat_2", "dog_1", "dog_2")
PIXELS = ({"0": 60, "1": 40}, {"0": 50, "2": 30}, {"1": 100}, {"0": 100})


def catalog() -> Catalog:
    pairs = tuple(Pair(stem, Path(), Path()) for stem in STEMS)
    frames = {stem: {"size": [10, 10], "pixels": pixels} for stem, pixels in zip(STEMS, PIXELS, strict=True)}
    split = Split(("Cat_1", "dog_2"), ("cat_2",), left_out=("dog_1",))
    classes = ClassTable.of(["ground", "fur", "eye"])
    mapping = ClassMapping.identity(classes)
    return Catalog.of(Dataset("d", Path(), classes, pairs, split, "", {"frames": frames}, classes, mapping))


def finding(code: str, stems: tuple[str, ...], class_id: int | None = None) -> Any:
    return SimpleNamespace(code=code, stems=stems, class_id=class_id)


FINDINGS = [
    finding("ragged", ("dog_2", "Cat_1", "dog_2")),
    finding("tiny-objects", ("Cat_1", "dog_2"), 1),
    finding("tiny-objects", ("cat_2",), 2),
    finding("duplicates", ("dog_1", "gone")),
]


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        (Filters(), [0, 1, 2, 3]),
        (Filters(find="CAT"), [0, 1]),
        (Filters(side="train"), [0, 3]),
        (Filters(side="val"), [1]),
        (Filters(side="out"), [2]),
        (Filters(shows=(1,)), [0, 2]),
        (Filters(shows=(0, 1)), [0]),
        (Filters(lacks=(1,)), [1, 3]),
        (Filters(shows=(0,), lacks=(1, 2)), [3]),
        (Filters(finding="tiny-objects:1"), [0, 3]),
        (Filters(finding="tiny-objects"), [0, 3, 1]),
        (Filters(finding="duplicates"), [2]),
        (Filters(finding="ragged"), [3, 0]),
        (Filters(finding="unheard-of"), []),
        (Filters(finding="tiny-objects", side="train", find="dog"), [3]),
    ],
    ids=repr,
)
def test_filters(filters: Filters, left: list[int]) -> None:
    assert catalog().matching(filters, FINDINGS).tolist() == left


def test_findings_have_names_for_addresses() -> None:
    assert [key_of(f) for f in FINDINGS] == ["ragged", "tiny-objects:1", "tiny-objects:2", "duplicates"]
    assert named(FINDINGS, "") == []
    assert named(FINDINGS, "tiny-objects:2") == FINDINGS[2:3]


def test_shares_of_a_frame_add_up_with_what_is_ignored() -> None:
    shares, ignored = catalog().shares(1)
    assert shares.tolist() == [0.5, 0.0, 0.3]
    assert ignored == pytest.approx(0.2)


def test_an_address_is_read_and_nonsense_in_it_is_left_out() -> None:
    asked = {"find": " cat ", "side": "val", "shows": "2,0,2,9,x,-1", "lacks": "٣", "finding": "duplicates"}
    assert Filters.from_address(asked, 3) == Filters("cat", "val", (0, 2), (), "duplicates")
    assert Filters.from_address({"side": "upside"}, 3) == Filters()


def test_before_and_after_among_the_chosen() -> None:
    chosen = np.array([2, 5, 9])
    assert beside(chosen, 5) == (1, 2, 9)
    assert beside(chosen, 2) == (0, None, 5)
    assert beside(chosen, 9) == (2, 5, None)
    assert beside(chosen[::-1], 5) == (1, 9, 2)
    assert beside(chosen, 6) == (None, None, 2)
    assert beside(np.array([], int), 4) == (None, None, None)


@settings(deadline=None, max_examples=40)
@given(st.sets(st.integers(0, 50), min_size=1))
def test_next_after_next_visits_every_chosen_frame_once(numbers: set[int]) -> None:
    chosen = np.array(sorted(numbers))
    seen, at = [], int(chosen[0])
    while at is not None:
        seen.append(at)
        at = beside(chosen, at)[2]
    assert seen == chosen.tolist()
