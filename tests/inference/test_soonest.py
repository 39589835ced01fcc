"""The network of a camera: one frame at a time, in the precision that is quickest with the same labels."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from segcore.inference import soonest
from segcore.inference.compute import Compute


class Answers:
    """Labels by a way; float32 sleeps longer."""

    classes, backend, parallel = ("a", "b"), "answers", 2

    def __init__(self, way: Compute, wrong: bool) -> None:
        self.way, self.wrong, self.calls = way, wrong, 0

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        return height, width

    def prepare(self, size: tuple[int, int]) -> None:
        pass

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        import time

        self.calls += 1
        time.sleep(0.02 if self.way.precision == "float32" else 0.001)
        bad = self.wrong and self.way.precision == "bfloat16"
        labels = np.full(frames.shape[:3], 1 if bad else 0, np.uint8)
        return labels, labels


@pytest.mark.parametrize(("wrong", "chosen"), [(False, "bfloat16"), (True, "float32")])
def test_it_takes_the_quicker_precision_where_labels_agree(
    monkeypatch: pytest.MonkeyPatch, wrong: bool, chosen: str
) -> None:
    made: list[Answers] = []

    def make(way: Compute, *_: object) -> Answers:
        made.append(Answers(way, wrong))
        return made[-1]

    monkeypatch.setattr(soonest, "predictor_of", make)
    monkeypatch.setattr(soonest, "has_bfloat16", lambda: True)
    predictor = soonest.SoonestPredictor(SimpleNamespace(int8_for=lambda _size: None), Path())
    frame = np.zeros((1, 4, 6, 3), np.uint8)
    labels, _ = predictor.predict(frame)
    assert {(one.way.precision, one.way.at_once) for one in made} == {("float32", 1), ("bfloat16", 1)}
    assert labels.max() == 0
    before = {one.way.precision: one.calls for one in made}
    predictor.predict(frame)
    after = {one.way.precision: one.calls for one in made}
    assert {name for name in after if after[name] > before[name]} == {chosen}
