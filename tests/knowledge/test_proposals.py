"""Frames to label next: doubtful, sharp, unlike each other, apart in time; and how sure one frame is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from segcore.knowledge.certainty import LOOK, certainty_of
from segcore.knowledge.motion import small_grey
from segcore.knowledge.proposals import blurred, doubts, propose, spread


def test_certainty_looks_away_from_borders() -> None:
    labels = np.zeros((40, 80), np.uint8)
    labels[:, 40:] = 1
    confidence = np.full((40, 80), 255, np.uint8)
    confidence[:, 38:42] = 0
    picture = np.zeros((40, 80, 3), np.uint8)
    found = certainty_of(labels, confidence, picture, small_grey(picture))
    assert (found.confidence, found.unsure, found.sharpness) == (1, 0, 0)
    confidence[:, :8] = 102
    found = certainty_of(labels, confidence, picture, small_grey(picture))
    assert found.unsure == pytest.approx(8 / 76, abs=0.01)
    assert found.confidence == pytest.approx(1 - 0.6 * 8 / 76, abs=0.01)
    assert len(found.look) == np.prod(LOOK)


def test_certainty_of_labels_that_are_all_border() -> None:
    labels = np.tile(np.arange(8, dtype=np.uint8) // 2 % 2, (8, 1))
    picture = np.zeros((8, 8, 3), np.uint8)
    found = certainty_of(labels, np.full((8, 8), 200, np.uint8), picture, small_grey(picture))
    assert np.isnan([found.confidence, found.unsure]).all()


def table(count: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "frame": np.arange(count),
            "time_s": np.arange(count) / 10,
            "confidence": 0.9,
            "unsure": 0.01,
            "unstable": 0.01,
            "sharpness": 100.0,
            "look": [bytes(rng.integers(0, 256, int(np.prod(LOOK)), np.uint8)) for _ in range(count)],
        }
    )


def test_the_most_doubtful_come_first_and_say_why() -> None:
    frames = table(100)
    frames.loc[[20, 70], "unsure"] = 0.2
    frames.loc[70, "confidence"] = 0.5
    frames.loc[40, "unstable"] = 0.3
    found = propose(frames, 3)
    assert found[0].frame == 70
    assert {one.frame for one in found} >= {20, 40}
    assert found[0].reasons == ("20.0 % of pixels unsure",)
    assert next(one for one in found if one.frame == 40).reasons == ("30.0 % changing from frame to frame",)


def test_neighbours_are_not_both_chosen_and_blurred_frames_never() -> None:
    frames = table(100)
    frames.loc[30:39, "unsure"] = 0.5
    frames.loc[50, ["unsure", "sharpness"]] = [0.9, 10.0]
    found = propose(frames, 4)
    assert all(abs(a.time_s - b.time_s) >= 9.9 / 8 for a in found for b in found if a is not b)
    assert 50 not in [one.frame for one in found]
    assert np.flatnonzero(blurred(frames["sharpness"].to_numpy(float))).tolist() == [50]


def test_few_frames_are_all_proposed() -> None:
    assert sorted(one.frame for one in propose(table(3), 12)) == [0, 1, 2]
    assert propose(table(0), 3) == []


def test_unknown_stability_counts_not() -> None:
    frames = table(4)
    frames["unstable"] = np.nan
    frames["unsure"] = [0.1, 0.4, 0.2, 0.3]
    assert doubts(frames).argsort().tolist() == [0, 2, 3, 1]


def test_spread_prefers_what_looks_different() -> None:
    looks = np.array([[0.0], [0.1], [9.0], [5.0]], np.float32)
    chosen = spread(looks, np.array([1.0, 0.95, 0.9, 0.9]), np.zeros(4), 3, gap_s=0.0, candidates=4)
    assert chosen == [0, 2, 3]
