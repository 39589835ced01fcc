"""Hysteresis and stretches, by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segcore.knowledge.frame_times import FrameTimes
from segcore.knowledge.spans import hysteresis, stays

SECONDS = FrameTimes(range(10), range(10))


def flags(text: str) -> np.ndarray:
    return np.array([c == "#" for c in text])


def test_hysteresis() -> None:
    values = np.array([2, 3, 5, 3, 2, 1, 3, 4, 2, 2], float)
    assert hysteresis(values, 4, 2).tolist() == flags("..###..###").tolist()
    assert hysteresis(values, 3, 3).tolist() == (values >= 3).tolist()
    assert hysteresis(np.zeros(0), 1, 1).tolist() == []


@pytest.mark.parametrize(
    ("there", "bridge_s", "min_s", "found"),
    [
        ("..###.....", 0, 0, [(2, 4)]),
        ("#........#", 0, 0, [(0, 0), (9, 9)]),
        ("##.##..##.", 2, 0, [(0, 4), (7, 8)]),
        ("##.##..##.", 2.5, 0, [(0, 8)]),
        ("##.##..##.", 2, 3, [(0, 4)]),
        ("#.........", 0, 1, [(0, 0)]),
        ("#.........", 0, 1.5, []),
        ("..........", 9, 0, []),
    ],
)
def test_stays(there: str, bridge_s: float, min_s: float, found: list[tuple[int, int]]) -> None:
    assert stays(flags(there), SECONDS, bridge_s=bridge_s, min_s=min_s) == found


@given(st.lists(st.booleans(), min_size=10, max_size=10), st.integers(0, 5), st.integers(0, 5))
def test_stays_are_apart_and_long_enough(there: list[bool], bridge_s: int, min_s: int) -> None:
    found = stays(np.array(there), SECONDS, bridge_s=bridge_s, min_s=min_s)
    assert all(there[a] and there[b] and b - a + 1 >= min_s for a, b in found)
    assert all(b - a - 1 >= max(bridge_s, 1) for (_, a), (b, _) in pairwise(found))


def test_uneven_frames_count_by_their_time() -> None:
    times = FrameTimes([4, 6, 7, 20], [0.0, 1.0, 1.1, 5.0])
    assert times.ends.tolist() == [1.0, 1.1, 5.0, 6.0]
    assert times.places([20, 4, 7]).tolist() == [3, 0, 2]
    assert stays(np.array([True, False, True, False]), times, bridge_s=0.2, min_s=0) == [(0, 2)]
    assert stays(np.array([True, True, False, True]), times, bridge_s=0.2, min_s=1.05) == [(0, 1)]


def test_frame_times_of_a_ledger() -> None:
    ledger = pd.DataFrame({"frame": [1, 0, 1, 0], "time_s": [0.5, 0.0, 0.5, 0.0]})
    times = FrameTimes.of_ledger(ledger)
    assert (times.frames.tolist(), times.starts.tolist(), times.step, len(times)) == ([0, 1], [0.0, 0.5], 0.5, 2)
    assert len(FrameTimes([], [])) == 0
