"""A network for frames that come one at a time and are waited for: a camera's."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from segcore.inference.compute import Compute
from segcore.inference.load import predictor_of
from segcore.inference.network import TrainedNetwork
from segcore.inference.openvino_backend import has_bfloat16
from segcore.inference.predictor import Predictor
from segcore.inference.trial import run_trial, ways

_TRIAL_S = 2.0


class SoonestPredictor:
    """All of the processor works on one frame, where a video's frames share it; see `Predictor`. Not thread-safe.

    In which precision is tried on the first frames that come, as for a video (see `trial`).

    Args:
        network: what to run.
        home: SEGCORE_HOME; converted graphs are kept there.
    """

    parallel = 1

    def __init__(self, network: TrainedNetwork, home: Path) -> None:
        self._network, self._home = network, home
        self._made: dict[Compute, Predictor] = {}
        self._first = self._make(Compute(backend="openvino", at_once=1))
        self._chosen: Predictor | None = None
        self.classes, self.backend = self._first.classes, self._first.backend

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        """See `Predictor`."""
        return self._first.size_for(height, width)

    def prepare(self, size: tuple[int, int]) -> None:
        """See `Predictor`."""
        self._first.prepare(size)

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See `Predictor`."""
        if self._chosen is None:
            int8 = self._network.int8_for(self.size_for(*frames.shape[1:3])) is not None
            alone = [way for way in ways("openvino", bfloat16=has_bfloat16(), int8=int8) if way.at_once == 1]
            self._chosen = self._made[run_trial(alone, self._make, frames, seconds=_TRIAL_S).chosen]
        return self._chosen.predict(frames)

    def _make(self, way: Compute) -> Predictor:
        if way not in self._made:
            self._made[way] = predictor_of(way, self._network, self._home)
        return self._made[way]
