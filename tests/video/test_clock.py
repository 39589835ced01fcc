"""The load of a job, by sums that can be done in the head."""

from __future__ import annotations

import time

import pytest

from segcore.video.clock import StageClock, load_of
from segcore.video.load import LOAD_TAG, Load, load_in


def test_shares_and_milliseconds_of_stages_and_threads() -> None:
    work = {("a", "decode"): 1.0, ("a", "scale"): 1.0, ("b", "network"): 9.0}
    load = load_of(work, {("a", "output"): 7.0, ("b", "input"): 0.5}, frames=100, seconds=10.0)
    assert [(s.name, s.ms, s.busy) for s in load.stages] == [
        ("decode", 10.0, 0.1), ("scale", 10.0, 0.1), ("network", 90.0, 0.9)
    ]  # fmt: skip
    first, second = load.threads
    assert (first.name, first.busy, first.waits_for_input, first.waits_for_output) == ("a", 0.2, 0.0, 0.7)
    assert (second.busy, second.waits_for_input) == (0.9, 0.05)


def test_a_stage_of_several_threads_is_as_busy_as_they_are_on_average() -> None:
    load = load_of({("a", "draw"): 8.0, ("b", "draw"): 4.0}, {}, frames=10, seconds=10.0)
    (draw,) = load.stages
    assert draw.busy == pytest.approx(0.6)
    assert draw.ms == 1200.0
    assert draw.threads == ("a", "b")


def test_nothing_yet_is_no_division_by_zero() -> None:
    assert StageClock().load(0) == Load()


def test_waiting_and_idling_are_no_work() -> None:
    clock = StageClock()
    for _ in range(2):
        with clock.of("nap"):
            time.sleep(0.02)
    with clock.waiting("input"):
        time.sleep(0.05)
    load = clock.load(4)
    assert 10 <= load.stages[0].ms < 30
    assert load.threads[0].waits_for_input > 0.3


def test_a_load_is_kept_with_a_run_and_read_back() -> None:
    load = load_of({("a", "draw"): 8.0}, {("a", "input"): 1.0}, frames=10, seconds=10.0)
    assert load_in({LOAD_TAG: load.model_dump_json()}) == load
    assert load_in({}) is None
    assert load_in({LOAD_TAG: '{"frames": "many"}'}) is None
