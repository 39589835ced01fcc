"""A running average of a network's weights: what is scored and kept.

Polyak & Juditsky, "Acceleration of Stochastic Approximation by Averaging" (1992), in the exponential form of
Tarvainen & Valpola, "Mean teachers are better role models" (2017): while the learning rate is still high the weights
jump about their valley, and their average lies in it. So a training that is stopped early is nearly as good as one that
was annealed, and its curve tells what it would give.
"""

from __future__ import annotations

import keras
import tensorflow as tf


class WeightAverage:
    """The average of a model's weights, statistics of batch normalisation included, in a network of its own.

    Args:
        model: that is trained.
        twin: a network of the same build; its weights are replaced by the model's.
        decay: share of the old average that stays at each step, 0 to below 1; 0 copies the model.
    """

    def __init__(self, model: keras.Model, twin: keras.Model, decay: float) -> None:
        self.model = twin
        self._decay = decay
        twin.set_weights(model.get_weights())
        pairs = list(zip(model.weights, twin.weights, strict=True))

        @tf.function(input_signature=[tf.TensorSpec((), tf.float32)], autograph=False)
        def move(share: tf.Tensor) -> None:
            for current, mean in pairs:
                mean.assign_add(tf.cast(share, mean.dtype) * (tf.cast(current, mean.dtype) - mean))

        self._move = move

    def update(self, step: int) -> None:
        """Take in the weights after this step (from 1); early ones count less, so that the start is soon forgotten."""
        self._move(tf.constant(1 - decay_at(step, self._decay), tf.float32))


def decay_at(step: int, decay: float) -> float:
    """The decay that rises with the steps: min(decay, (1 + step) / (10 + step)), as in TensorFlow's moving averages."""
    return min(decay, (1 + step) / (10 + step))
