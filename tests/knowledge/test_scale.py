"""From pixels to centimetres."""

from __future__ import annotations

import pytest

from segcore.errors import ConfigError
from segcore.knowledge.scale import Scale


def test_by_hand() -> None:
    assert Scale.of_length(100, 5).cm_per_pixel == 0.05
    assert Scale.of_points((10, 10), (40, 50), 10).cm_per_pixel == pytest.approx(0.2)
    assert Scale(0.05).area_cm2(400) == pytest.approx(1.0)


@pytest.mark.parametrize(("pixels", "cm"), [(0, 5), (100, 0), (-1, 5), (float("nan"), 5)])
def test_lengths_must_be_lengths(pixels: float, cm: float) -> None:
    with pytest.raises(ConfigError, match="above 0"):
        Scale.of_length(pixels, cm)
