"""A network of the tests: labels the tiny shapes by their strongest colour channel."""

from __future__ import annotations

from typing import Literal

import numpy as np

from segcore.classes import ClassTable
from segcore.pipeline.preprocess import Geometry, resize_frame


class ByColor:
    """A `Scorer` at a network resolution of its own; `sure` is the probability that it claims."""

    backend = "by colour"
    parallel = 1
    output: Literal["logits", "sigmoid"] = "sigmoid"

    def __init__(self, side: int, classes: int = 3, sure: float = 1.0) -> None:
        self.classes = ClassTable.of(["background", "disc", "bar"][:classes])
        self._geometry = Geometry(long_side=side)
        self._sure = sure

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        return self._geometry.size_for(height, width)

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        small = np.stack([resize_frame(f, self.size_for(*f.shape[:2])) for f in frames])
        strongest = small.argmax(axis=-1)  # red 0, green 1, blue 2
        labels = np.array([1, 0, 2], np.uint8)[strongest]
        return labels, np.full(labels.shape, 255, np.uint8)

    def prepare(self, size: tuple[int, int]) -> None:
        pass

    def scores(self, frames: np.ndarray) -> np.ndarray:
        chosen = np.eye(3, dtype=np.float32)[self.predict(frames)[0]][..., : max(2, len(self.classes))]
        return chosen * self._sure + (1 - chosen) * (1 - self._sure) / 2
