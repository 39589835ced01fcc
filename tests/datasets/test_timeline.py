"""Neighbours in time, read off the names of frames."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.datasets.splits.likeness import alike_for
from segcore.datasets.splits.timeline import Timeline, number_of, video_of


@pytest.mark.parametrize(
    ("stem", "video", "number"),
    [
        ("frame_0042", "frame_", 42),
        ("0006R0_f00930", "0006R0_f", 930),
        ("clip2_7_left", "clip2__left", 7),
        ("beach", "beach", 0),
        ("12", "", 12),
    ],
)
def test_names(stem: str, video: str, number: int) -> None:
    assert (video_of(stem), number_of(stem)) == (video, number)


def test_videos_follow_each_other_and_time_is_in_steps() -> None:
    line = Timeline.of(["b_10", "b_5", "a_2", "b_30", "a_1", "b_0"])
    assert line.stems == ("a_1", "a_2", "b_0", "b_5", "b_10", "b_30")
    assert line.order.tolist() == [4, 2, 5, 1, 0, 3]
    assert line.video.tolist() == [0, 0, 1, 1, 1, 1]
    assert line.time.tolist() == [0, 1, 0, 1, 2, 6]
    assert line.begins.tolist() == [0, 0, 2, 2, 2, 2]
    assert line.ends.tolist() == [2, 2, 6, 6, 6, 6]


def test_reach_by_hand() -> None:
    line = Timeline.of(["a_1", "a_2", "b_0", "b_5", "b_10", "b_30"])
    first, last = line.reach(1)
    assert first.tolist() == [0, 0, 2, 2, 3, 5]
    assert last.tolist() == [1, 1, 3, 4, 4, 5]
    first, last = line.reach(100)
    assert (first.tolist(), last.tolist()) == (line.begins.tolist(), (line.ends - 1).tolist())


def test_groups_divide_videos() -> None:
    line = Timeline.of(["f_1", "f_2"], {"f_1": "monday", "f_2": "tuesday"})
    assert line.video.tolist() == [0, 1]


def test_the_step_can_be_that_of_some_frames() -> None:
    assert Timeline.of(["f_0", "f_5", "f_10"], usual=["f_0", "f_10"]).time.tolist() == [0, 0.5, 1]
    assert Timeline.of(["f_0", "f_5", "f_10"], usual=["f_5"]).time.tolist() == [0, 1, 2]


def test_numbers_too_large_for_floats_still_differ() -> None:
    line = Timeline.of([f"t{10**18 + i}" for i in range(3)])
    assert line.time.tolist() == [0, 1, 2]


def test_empty() -> None:
    line = Timeline.of([])
    assert len(line) == 0
    assert [len(side) for side in line.reach(2)] == [0, 0]


def test_alike_for_by_hand() -> None:
    """One bit more differs each step, of at most 40: a quarter and less of any two frames' difference."""
    stems = [f"f_{i}" for i in range(40)]
    line = Timeline.of(stems)
    looks = {s: f"{(1 << i) - 1:016x}" for i, s in enumerate(stems)}
    steps = np.abs(np.subtract.outer(np.arange(40), np.arange(40)))[np.triu_indices(40, 1)]
    usual = np.median(steps)
    assert alike_for(line, looks) == int(np.ceil(0.75 * usual)) - 1
    noise = np.random.default_rng(0).integers(0, 2**63, 40)
    assert alike_for(line, {s: f"{int(n):016x}" for s, n in zip(stems, noise, strict=True)}) == 0
    assert alike_for(line, {}) == 0
