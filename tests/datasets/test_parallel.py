"""Work for many files: in order, a few at a time, the first error told."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore.datasets.parallel import in_order
from segcore.datasets.stages import Stages, enter
from segcore.datasets.tally import Tally, in_words


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(), max_size=60))
def test_results_come_in_the_order_of_the_items(items: list[int]) -> None:
    assert list(in_order(lambda i: i * 2, items)) == [i * 2 for i in items]


def test_no_more_than_a_few_results_wait() -> None:
    begun = 0
    lock = threading.Lock()

    def count(item: int) -> int:
        nonlocal begun
        with lock:
            begun += 1
        return item

    results = in_order(count, range(1000))
    assert next(results) == 0
    assert begun < 100
    results.close()  # type: ignore[attr-defined]
    assert begun < 100


def test_an_error_is_raised_when_its_turn_comes() -> None:
    def odd(item: int) -> int:
        if item == 3:
            raise ValueError("three")
        return item

    results = in_order(odd, range(50))
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="three"):
        next(results)


def test_a_tally_counts_from_many_threads() -> None:
    tally = Tally()
    list(in_order(lambda n: tally.add("unknown_ignore", n), range(100)))
    assert tally.as_dict() == {"unknown_ignore": {"files": 99, "pixels": 4950}}
    assert in_words({"unknown_ignore": {"files": 1, "pixels": 1}}) == (
        "Labels of no class: 1 pixel in 1 mask are ignored",
    )


def test_stages_tell_their_name_and_plain_functions_are_left_alone() -> None:
    steps: list[tuple[int, int, str]] = []
    stages = Stages(lambda *step: steps.append(step))
    enter(stages, "unpacking")
    stages(1, 2)
    enter(None, "nothing")
    enter(lambda _done, _total: None, "nothing")
    assert steps == [(1, 2, "unpacking")]
