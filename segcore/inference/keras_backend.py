"""Inference by TensorFlow: a compiled function, by XLA where there is a GPU."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from segcore.classes import ClassTable
from segcore.inference.labelling import labelling_graph, score_graph
from segcore.inference.network import TrainedNetwork
from segcore.pipeline.preprocess import resize_frame

_GPU_BATCH = 16
_CPU_BATCH = 2


class KerasPredictor:
    """Labels frames with TensorFlow; see `Scorer`.

    Args:
        network: what to run.
        batch: frames a call; None: by the device.
    """

    def __init__(self, network: TrainedNetwork, *, batch: int | None = None) -> None:
        self.classes: ClassTable = network.spec.classes
        self.output = network.spec.output
        self._network = network
        self._gpus = tf.config.list_physical_devices("GPU")
        self.parallel = batch or (_GPU_BATCH if self._gpus else _CPU_BATCH)
        self._model = network.build()
        self._graphs: dict[tuple[int, int], tf.types.experimental.PolymorphicFunction] = {}
        self._scorers: dict[tuple[int, int], tf.types.experimental.PolymorphicFunction] = {}
        self.backend = f"TensorFlow {tf.__version__} {_device(self._gpus)}"

    def size_for(self, height: int, width: int) -> tuple[int, int]:
        """Network resolution (height, width) for frames of this size."""
        return self._network.spec.geometry.size_for(height, width)

    def predict(self, frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Label frames; see `Predictor.predict`."""
        size = self.size_for(*frames.shape[1:3])
        small = np.stack([resize_frame(frame, size) for frame in frames])
        out = self._graph(size)(tf.constant(small))
        return out["labels"].numpy(), out["confidence"].numpy()

    def scores(self, frames: np.ndarray) -> np.ndarray:
        """The network's own outputs; see `Scorer.scores`."""
        size = self.size_for(*frames.shape[1:3])
        if size not in self._scorers:
            self._scorers[size] = score_graph(self._model, size)
        small = np.stack([resize_frame(frame, size) for frame in frames])
        return self._scorers[size](tf.constant(small))["scores"].numpy()

    def prepare(self, size: tuple[int, int]) -> None:
        """Trace for a network size now rather than at the first frame."""
        self._graph(size)(tf.zeros((self.parallel, *size, 3), tf.uint8))

    def _graph(self, size: tuple[int, int]) -> tf.types.experimental.PolymorphicFunction:
        if size not in self._graphs:
            self._graphs[size] = labelling_graph(
                self._model, self._network.spec.output, size, compiled=bool(self._gpus)
            )
        return self._graphs[size]


def _device(gpus: list[Any]) -> str:
    if not gpus:
        return "CPU"
    name = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "unknown")
    return f"GPU ({name})"
