"""Several views of a frame, averaged: larger, smaller, mirrored. For evaluation only: it costs their number in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from segcore.classes import ClassTable
from segcore.errors import ConfigError
from segcore.evaluation.answer import probabilities
from segcore.inference.load import Backend, predictor_for

if TYPE_CHECKING:
    from segcore.inference.network import TrainedNetwork
    from segcore.inference.predictor import Scorer


@dataclass(frozen=True)
class Views:
    """Which views are averaged: `scales` of what the network usually sees, each also mirrored where `flip`."""

    scales: tuple[float, ...] = (1.0,)
    flip: bool = False

    def __post_init__(self) -> None:
        if not self.scales or not all(0.25 <= scale <= 4 for scale in self.scales):
            raise ConfigError(f"Expected scales from 0.25 to 4. Received: {self.scales}.", fix="0.75,1,1.25 is usual.")

    @property
    def plain(self) -> bool:
        """Whether it is the one view that videos use."""
        return self.scales == (1.0,) and not self.flip

    def __len__(self) -> int:
        return len(self.scales) * (2 if self.flip else 1)


class AveragedPredictor:
    """Averages the probabilities of several views of each frame; see `Scorer`.

    Args:
        plain: the network as videos use it; it decides the resolution of the answer.
        scaled: the same network, one for each scale.
        flip: average over mirrored frames too.
    """

    output: Literal["logits", "sigmoid"] = "sigmoid"
    parallel = 1

    def __init__(self, plain: Scorer, scaled: Sequence[Scorer], *, flip: bool) -> None:
        self.classes: ClassTable = plain.classes
        views = len(scaled) * (2 if flip else 1)
        self.backend = f"{plain.backend}, mean of {views} views"
        self._plain, self._scaled, self._flip = plain, scaled, flip

    def prepare(self, size: tuple[int, int]) -> None:
        """Nothing is prepared: scales have sizes of their own."""

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        """Network resolution (height, width) of the answer."""
        return self._plain.size_for(height, width)

    def scores(self, frames: np.ndarray) -> np.ndarray:
        """Mean probabilities; see `Scorer.scores`."""
        size = self.size_for(*frames.shape[1:3])
        mirrored = np.ascontiguousarray(frames[:, :, ::-1]) if self._flip else None
        views = []
        for network in self._scaled:
            views.append(_fitted(probabilities(network.scores(frames), network.output), size))
            if mirrored is not None:
                views.append(_fitted(probabilities(network.scores(mirrored), network.output)[:, :, ::-1], size))
        return np.asarray(np.mean(views, axis=0, dtype=np.float32))

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Label frames; see `Predictor.predict`."""
        scores = self.scores(frames)
        return scores.argmax(-1).astype(np.uint8), np.rint(scores.max(-1) * 255).astype(np.uint8)


def averaged(network: TrainedNetwork, home: Path, views: Views, *, backend: Backend = "auto") -> Scorer:
    """A predictor that averages views; the usual one where there is but one view.

    Raises:
        BackendError: the backend cannot be used here.
        ConfigError: a scale makes frames too large or too small for the network.
    """
    plain = predictor_for(network, home, backend=backend)
    if views.plain:
        return plain
    scaled = [
        plain if scale == 1 else predictor_for(network.scaled(scale), home, backend=backend) for scale in views.scales
    ]
    return AveragedPredictor(plain, scaled, flip=views.flip)


def _fitted(planes: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(N, h, w, C) float32 at another resolution, plane by plane (OpenCV takes few channels at once)."""
    if planes.shape[1:3] == size:
        return planes
    fitted = np.empty((len(planes), *size, planes.shape[-1]), np.float32)
    for frame, out in zip(planes, fitted, strict=True):
        for number in range(out.shape[-1]):
            out[..., number] = cv2.resize(np.ascontiguousarray(frame[..., number]), size[::-1])
    return fitted
