"""What each speed was measured to bring is shown only while the speeds are the ones that were measured."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from segcore.video import speed
from segcore.video.tradeoff import SpeedFigures, Tradeoff, read_tradeoff, write_tradeoff

WEIGHTS = "ab" * 32
FIGURES = SpeedFigures(ms=50, miou=None, network_size=(288, 512), backend="OpenVINO")
KNOWN = Tradeoff(video="desk.mp4", width=1920, height=1080, frames=60, speeds={"fast": FIGURES})


def test_comes_back_for_these_weights_alone(tmp_path: Path) -> None:
    assert read_tradeoff(tmp_path, WEIGHTS) is None
    write_tradeoff(tmp_path, WEIGHTS, KNOWN)
    assert read_tradeoff(tmp_path, WEIGHTS) == KNOWN
    assert read_tradeoff(tmp_path, "cd" * 32) is None


@pytest.mark.parametrize("change", [{"every": 9}, {"followed": 0.1}, {"scale": 0.5}])
def test_of_other_speeds_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict) -> None:
    write_tradeoff(tmp_path, WEIGHTS, KNOWN)
    monkeypatch.setitem(speed.SPEEDS, "fast", replace(speed.SPEEDS["fast"], **change))
    assert read_tradeoff(tmp_path, WEIGHTS) is None
