"""What is sent of a line, at first and when somebody zooms in."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pages.results.watch import MOST_POINTS, Line, finer, points
from segcore.errors import ConfigError

TIMES = np.arange(100_000) / 25
VALUES = np.full(100_000, 0.1)
VALUES[54_321] = 0.9
LINE = Line("mug", "#ff0000", TIMES, VALUES)


def test_a_long_line_is_thinned_and_keeps_its_summit() -> None:
    sent = points(LINE)
    assert len(sent["x"]) <= MOST_POINTS + 2
    assert max(sent["y"]) == 0.9
    assert sent["x"][sent["y"].index(0.9)] == TIMES[54_321]
    assert (sent["x"][0], sent["x"][-1]) == (TIMES[0], TIMES[-1])
    assert sent["low"] is None


def test_of_a_short_range_every_point_is_sent_and_one_beyond() -> None:
    sent = points(LINE, 10.0, 11.0)
    assert sent["x"] == pytest.approx(np.arange(249, 277) / 25)


def test_bounds_travel_with_the_points_that_stay() -> None:
    sent = points(Line("mug", "#ff0000", TIMES, VALUES, VALUES - 0.05, VALUES + 0.05))
    assert np.asarray(sent["high"]) - np.asarray(sent["low"]) == pytest.approx(0.1)


def test_the_browser_s_question() -> None:
    short = Line("car", "#00ff00", TIMES[:3], VALUES[:3])
    answer = json.loads(finer([LINE, short], b'{"from": 10, "to": 11}'))
    assert answer[0]["x"] == points(LINE, 10, 11)["x"]
    assert answer[1]["x"] == [TIMES[2]]
    for wrong in (b"", b"[]", b'{"from": "x", "to": 1}', b"\xff"):
        with pytest.raises(ConfigError, match="Expected"):
            finer([LINE], wrong)
