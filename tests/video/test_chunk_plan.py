"""Chunks cover all of time, once; records that do not follow each other are noticed."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segcore.video.chunks.plan import Plan
from segcore.video.chunks.record import ChunkRecord, Witness, chained

PLANS = st.builds(Plan, st.integers(-(10**6), 10**9), st.integers(1, 10**7))


def test_six_hundred_frames_at_thirty_a_second_are_twenty_seconds() -> None:
    plan = Plan.of(600, every=1, fps=30.0, time_base=Fraction(1, 15360), start_s=2.0)
    assert (plan.start, plan.length) == (2 * 15360, 20 * 15360)
    assert Plan.of(600, every=5, fps=30.0, time_base=Fraction(1, 15360)).length == 100 * 15360
    assert [plan.number_of(t * 15360) for t in (0, 2, 21, 22, 41, 42)] == [0, 0, 0, 1, 1, 2]


@given(PLANS, st.integers(-(10**7), 10**10))
def test_a_time_lies_in_the_stretch_of_its_chunk(plan: Plan, pts: int) -> None:
    number = plan.number_of(pts)
    assert pts < plan.begins(number + 1)
    assert pts >= plan.begins(number) or number == 0


@given(PLANS, st.lists(st.integers(0, 10**7), min_size=1, max_size=50))
def test_later_frames_are_in_the_same_or_a_later_chunk(plan: Plan, gaps: list[int]) -> None:
    numbers = [plan.number_of(int(t)) for t in plan.start + np.cumsum(gaps)]
    assert numbers == sorted(numbers)
    assert all(plan.number_of(plan.begins(n)) == n for n in numbers)


@given(st.integers(1, 5000), st.integers(1, 300), st.floats(0.1, 1000), st.fractions(Fraction(1, 10**6), 1))
def test_a_chunk_is_never_empty_of_time(frames: int, every: int, fps: float, time_base: Fraction) -> None:
    plan = Plan.of(frames, every=every, fps=fps, time_base=time_base)
    assert plan.length >= 1
    assert plan.length == pytest.approx(float(frames * every / (Fraction(fps) * time_base)), abs=1)


def record(number: int, before: Witness | None, last: Witness) -> ChunkRecord:
    return ChunkRecord(
        number=number, frames=1, labelled=1, before=before, last=last, ends="border", seconds=0, damage={}
    )


def test_chunks_must_follow_each_other() -> None:
    seen = [Witness(index=n, pts=n, crc=n) for n in range(4)]
    good = [record(0, None, seen[0]), record(1, seen[0], seen[1]), record(5, seen[1], seen[2])]
    assert chained([]) == 0
    assert chained(good) == 3
    assert chained(good[1:]) == 0
    assert chained([good[0], good[2]]) == 1
    other = seen[0].model_copy(update={"crc": 9})
    assert chained([good[0], record(1, other, seen[1]), good[2]]) == 1


def test_a_witness_knows_the_picture() -> None:
    small = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    assert Witness.of(3, 7, small) == Witness.of(3, 7, small.copy())
    small[0, 0, 0] += 1
    assert Witness.of(3, 7, small) != Witness.of(3, 7, small - 1)
