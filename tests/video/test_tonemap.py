"""Tone mapping: the standards' own values, and what people would see."""

from __future__ import annotations

import numpy as np
import pytest

from segcore.video.tonemap import (
    PEAK_NITS,
    SIDE,
    WHITE_NITS,
    compressed,
    cube,
    hlg_to_nits,
    nits_to_pq,
    pq_to_nits,
    to_standard,
)


def test_signals_of_the_standards() -> None:
    np.testing.assert_allclose(
        nits_to_pq(np.array([0.0, 100, 203, 1000, 10_000])), [0, 0.508, 0.581, 0.752, 1], atol=1e-3
    )
    np.testing.assert_allclose(pq_to_nits(nits_to_pq(np.array([0.1, 5.0, 4000]))), [0.1, 5, 4000], rtol=1e-6)
    np.testing.assert_allclose(hlg_to_nits(np.array([[0.75] * 3, [1.0] * 3])), [[203] * 3, [1000] * 3], rtol=0.01)


def test_the_curve_rises_and_keeps_what_is_dark() -> None:
    nits = np.linspace(0, 2 * PEAK_NITS, 4000)
    made = compressed(nits)
    assert (np.diff(made) >= -1e-9).all()
    assert made[-1] == pytest.approx(WHITE_NITS)
    np.testing.assert_allclose(made[nits < 10], nits[nits < 10], atol=1e-6)


@pytest.mark.parametrize("kind", ["pq", "hlg"])
def test_greys_stay_grey_and_white_is_bright(kind: str) -> None:
    white = 0.581 if kind == "pq" else 0.75
    greys = to_standard(np.repeat(np.array([0, white / 2, white, 1])[:, None], 3, 1), kind)  # type: ignore[arg-type]
    assert np.ptp(greys, axis=-1).max() < 2e-3
    assert greys[0, 0] == 0
    assert greys[1, 0] < greys[2, 0]
    assert 0.75 < greys[2, 0] < 0.95
    assert greys[3, 0] == pytest.approx(1, abs=1e-3)


def test_hues_stay() -> None:
    red, green, blue = to_standard(np.array([0.5, 0.46, 0.42]), "pq")
    assert red > green > blue


def test_the_table_runs_through_red_first() -> None:
    lines = cube("pq").splitlines()
    assert lines[0] == f"LUT_3D_SIZE {SIDE}"
    assert len(lines) == 1 + SIDE**3
    expected = to_standard(np.array([20, 3, 7]) / (SIDE - 1), "pq")
    found = np.array(lines[1 + 20 + SIDE * 3 + SIDE**2 * 7].split(), float)
    np.testing.assert_allclose(found, expected, atol=1e-5)
