"""Equal and alike frames."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from segcore.datasets.health.duplicates import alike_across, alike_groups, equal_groups


def _hashes(*values: int) -> np.ndarray:
    return np.array(values, np.uint64)


def test_equal_groups() -> None:
    assert equal_groups(["a", "b", "a", "c", "b", "a"]) == [[0, 2, 5], [1, 4]]
    assert equal_groups([]) == []


def test_alike_groups_by_hand() -> None:
    assert alike_groups(_hashes(0, 2**40 - 1, 0b11, 2**40 - 2, 2**64 - 1), bits=2) == [[0, 2], [1, 3]]
    assert alike_groups(_hashes(0, 0b111), bits=2) == []
    assert alike_groups(_hashes(7)) == []


def test_alike_across_by_hand() -> None:
    train = _hashes(0, 0xFF00, 0xFFFF)
    val = _hashes(0xFFFE, 2**63 - 1, 0)
    assert alike_across(train, val, bits=3) == [(0, 2, 0), (2, 0, 1)]
    assert alike_across(_hashes(), val) == []
    assert alike_across(train, _hashes()) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 2**10 - 1), max_size=40), st.integers(0, 4))
def test_groups_are_those_of_the_slow_way(values: list[int], bits: int) -> None:
    """Each in one group at most, all alike its first; what is in none is like no first and like nothing free."""
    groups = alike_groups(_hashes(*values), bits)
    inside = [i for group in groups for i in group]
    assert len(inside) == len(set(inside))
    for group in groups:
        assert all((values[group[0]] ^ values[i]).bit_count() <= bits for i in group)
    free = [i for i in range(len(values)) if i not in inside]
    assert all((values[a] ^ values[b]).bit_count() > bits for a in free for b in free if a != b)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 600), st.integers(0, 5))
def test_across_finds_every_validation_frame_with_a_double(count: int, seed: int) -> None:
    """More frames than are looked at together."""
    rng = np.random.default_rng(seed)
    train = rng.integers(0, 2**63, 50).astype(np.uint64)
    val = rng.integers(0, 2**63, count).astype(np.uint64)
    doubles = rng.random(count) < 0.3
    val[doubles] = train[rng.integers(0, 50, int(doubles.sum()))]
    found = alike_across(train, val, bits=3)
    assert {v for _, v, _ in found} == set(np.flatnonzero(doubles).tolist())
    assert all(train[t] == val[v] for t, v, _ in found)
