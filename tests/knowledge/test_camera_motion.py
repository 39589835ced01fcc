"""The camera's motion from what objects do: exact where all lie still, unmoved by those that do not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segcore.knowledge.camera_motion import FEWEST, drift_of

PLACES = np.array([[10.0, 20.0], [300.0, 40.0], [150.0, 200.0], [40.0, 180.0], [280.0, 220.0], [90.0, 90.0]])


def test_a_pan_is_found() -> None:
    drift = drift_of(PLACES, np.tile([30.0, -12.0], (len(PLACES), 1)))
    assert drift
    assert drift.at(np.array([[0.0, 0.0], [500.0, 500.0]])) == pytest.approx(np.array([[30.0, -12.0]] * 2))


def test_a_turn_about_a_point_is_found() -> None:
    middle, turn = np.array([160.0, 120.0]), 0.2  # radians a second, from x to y
    arm = PLACES - middle
    drift = drift_of(PLACES, turn * np.column_stack([-arm[:, 1], arm[:, 0]]))
    assert drift
    assert drift.at(middle[None]) == pytest.approx(np.zeros((1, 2)), abs=1e-9)
    assert drift.at(middle[None] + [10.0, 0.0]) == pytest.approx(np.array([[0.0, 2.0]]))


@given(zoom=st.floats(-0.5, 0.5), moved=st.lists(st.floats(-400, 400), min_size=2, max_size=2))
def test_one_that_moves_by_itself_does_not_count(zoom: float, moved: list[float]) -> None:
    velocities = zoom * PLACES
    velocities[2] += moved
    drift = drift_of(PLACES, velocities)
    assert drift
    assert np.abs(drift.at(PLACES) - zoom * PLACES).max() < 3 + 0.02 * np.abs(moved).max()


def test_of_few_objects_nobody_can_tell() -> None:
    few = PLACES[: FEWEST - 1]
    assert drift_of(few, np.zeros_like(few)) is None
    assert drift_of(np.zeros((0, 2)), np.zeros((0, 2))) is None


def test_all_at_one_place_is_a_pan() -> None:
    drift = drift_of(np.full((6, 2), 50.0), np.full((6, 2), 7.0))
    assert drift
    assert drift.at(np.array([[50.0, 50.0]])) == pytest.approx(np.array([[7.0, 7.0]]))
