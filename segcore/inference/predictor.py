"""`Predictor` is the seam between networks and everything that uses them: video code knows only this."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from segcore.classes import ClassTable

Answers = tuple[np.ndarray, np.ndarray]
"""Labels and confidence of frames, as `Predictor.predict` gives them."""


@runtime_checkable
class Predictor(Protocol):
    """A trained network, ready to label frames."""

    classes: ClassTable
    backend: str
    """What computes, as shown to people: "OpenVINO 2026.4 CPU", "TensorFlow 2.21 GPU (NVIDIA …)"."""

    parallel: int
    """How many frames one call should hold to keep the device busy."""

    def prepare(self, size: tuple[int, int]) -> None:
        """Convert and compile for a network size now rather than at the first frame."""
        ...

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        """Network resolution (height, width) for frames of this size."""
        ...

    def predict(self, frames: np.ndarray) -> Answers:
        """Label frames.

        Args:
            frames: (N, H, W, 3) uint8 RGB, of any one size (scaled by `preprocess.resize_frame` where it is
                not the network's).

        Returns:
            labels (N, h, w) uint8, confidence (N, h, w) uint8 (probability of the label × 255), both at
            network resolution.
        """
        ...


@runtime_checkable
class Overlapping(Predictor, Protocol):
    """A predictor that takes further frames before it has answered, so that its device never waits for them."""

    def start(self, frames: Sequence[np.ndarray]) -> Callable[[], Answers]:
        """Begin to label frames, as `predict` does; what is returned waits for the answer. One thread at a time.

        Args:
            frames: (H, W, 3) uint8 RGB each, of one size; not to be changed before they have their answer.
        """
        ...


def started(predictor: Predictor, frames: Sequence[np.ndarray]) -> Callable[[], Answers]:
    """`Overlapping.start` where the predictor has it; else frames are labelled now."""
    if isinstance(predictor, Overlapping):
        return predictor.start(frames)
    answers = predictor.predict(np.stack(frames))
    return lambda: answers


@runtime_checkable
class Scorer(Predictor, Protocol):
    """A predictor that also gives what it decides by: for measuring how good a network is."""

    output: Literal["logits", "sigmoid"]
    """What `scores` gives: logits (softmax over classes) or independent probabilities."""

    def scores(self, frames: np.ndarray) -> np.ndarray:
        """The network's own outputs, for measuring (`predict` is quicker).

        Args:
            frames: as for `predict`.

        Returns:
            (N, h, w, C) float32 at network resolution; `scaled_labels.labels_at` makes labels of any size of them.
        """
        ...
