"""What is written, whatever the format: the network at one input size, with or without the step to labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from segcore.inference.labelling import labelling_graph
from segcore.inference.network import TrainedNetwork


@dataclass(frozen=True)
class Graph:
    """A network at a fixed size: exporters cannot follow free ones through bilinear scaling.

    Attributes:
        model: (N, h, w, 3) float32 in [0, 255] → (N, h, w, C) float32.
        size: (h, w).
        output: what the network gives: "logits" or "sigmoid".
        labels: whether the written file gives labels instead of scores.
    """

    model: keras.Model
    size: tuple[int, int]
    output: Any
    labels: bool

    @classmethod
    def of(cls, network: TrainedNetwork, size: tuple[int, int], *, labels: bool) -> Graph:
        """The graph of a network. Builds it."""
        image = keras.Input((*size, 3), name="frames")
        model = keras.Model(image, network.build()(image), name=network.spec.architecture)
        return cls(model, size, network.spec.output, labels)

    @property
    def dtype(self) -> tf.DType:
        """Of the input."""
        return tf.uint8 if self.labels else tf.float32

    def function(self, batch: int | None = None) -> tf.types.experimental.PolymorphicFunction:
        """A tf.function: {"scores"} of float32 frames, or {"labels", "confidence"} of uint8 frames.

        Args:
            batch: frames a call; None: any number.
        """
        inside = labelling_graph(self.model, self.output, self.size) if self.labels else self._scores

        @tf.function(
            input_signature=[tf.TensorSpec((batch, *self.size, 3), self.dtype, name="frames")], autograph=False
        )
        def run(frames: tf.Tensor) -> dict[str, tf.Tensor]:
            return inside(frames)

        return run

    def _scores(self, frames: tf.Tensor) -> dict[str, tf.Tensor]:
        return {"scores": tf.cast(self.model(frames, training=False), tf.float32)}
