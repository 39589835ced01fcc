"""Time stamps in milliseconds, a frame every 40."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segcore.video.timestamps import Timestamps


@pytest.mark.parametrize(
    ("stamps", "times", "repaired", "restarts"),
    [
        ([0, 40, 85, 9000], [0, 40, 85, 9000], 0, 0),
        ([700, 740], [700, 740], 0, 0),
        ([0, 40, 40, 30, 120], [0, 40, 50, 60, 120], 2, 0),
        ([None, None, 90], [0, 40, 90], 2, 0),
        ([0, 40, 3000, 0, 40, 80], [0, 40, 3000, 3040, 3080, 3120], 0, 1),  # two recordings, joined
        ([0, 2000, 2040, 40, 2120, 2160], [0, 2000, 2040, 2080, 2120, 2160], 0, 1),  # one stamp is damaged
        ([0, 40, 99_000_000, 120, 160], [0, 40, 80, 120, 160], 0, 1),  # far behind the end
        ([99_000_000, 40, 80], [0, 40, 80], 0, 1),
        ([0, 40, 8_000, 15_000], [0, 40, 8_000, 15_000], 0, 0),  # a little behind it: headers are not exact
    ],
)
def test_by_hand(stamps: list[int | None], times: list[int], repaired: int, restarts: int) -> None:
    clock = Timestamps(40, 1000, 10_000)
    assert [clock.time(stamp) for stamp in stamps] == times
    assert (clock.repaired, clock.restarts) == (repaired, restarts)


@given(st.lists(st.none() | st.integers(-100_000, 100_000)), st.none() | st.integers(0, 50_000))
def test_times_always_increase(stamps: list[int | None], end: int | None) -> None:
    clock = Timestamps(40, 1000, end)
    times = [clock.time(stamp) for stamp in stamps]
    assert all(a < b for a, b in itertools.pairwise(times))


@given(st.lists(st.integers(0, 5_000), unique=True))
def test_good_times_stay(stamps: list[int]) -> None:
    clock = Timestamps(40, 1000, 5_000)
    assert [clock.time(stamp) for stamp in sorted(stamps)] == sorted(stamps)
    assert (clock.repaired, clock.restarts) == (0, 0)
