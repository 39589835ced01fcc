"""The network of a video job: of the size that its speed asks for, computed in the way that is quickest here."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from segcore.inference.load import tried_predictor
from segcore.inference.network import TrainedNetwork
from segcore.runs.store import RunStore
from segcore.video.source import open_source
from segcore.video.speed import SPEEDS

if TYPE_CHECKING:
    from segcore.inference.predictor import Scorer
    from segcore.inference.trial import Trial
    from segcore.video.config import SegmentConfig

FRAMES, APART = 8, 6
"""A trial looks at so many frames of the video, so far apart."""


def network_for(store: RunStore, run: str, config: SegmentConfig) -> tuple[Scorer, Trial]:
    """The predictor of a video job, and the trial that chose it.

    Raises:
        RunError, WeightsError: the run has no network, or not the one that was written.
        BackendError: it cannot be computed here.
        VideoError: the video cannot be read.
    """
    network = TrainedNetwork.of_run(store, run).scaled(SPEEDS[config.speed].scale)
    frames = trial_frames(network, config)
    return tried_predictor(network, store.settings.home, frames, backend=config.backend, precision=config.precision)


def trial_frames(network: TrainedNetwork, config: SegmentConfig) -> np.ndarray:
    """Some of a video's first frames: (N, h, w, 3) uint8 RGB, at network resolution."""
    with open_source(config.video, start_s=config.start_s, end_s=config.end_s, fps=config.fps) as source:
        size = network.spec.geometry.size_for(source.info.height, source.info.width)
        return np.stack([frame.scaled(size) for frame in itertools.islice(source, 0, FRAMES * APART, APART)])
