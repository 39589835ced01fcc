"""What turns gradients into steps: Adam and AdamW, in which the pretrained encoder may learn more slowly than the rest.

A decoder that starts from random weights needs a high rate. The same rate shakes an encoder that has seen a million
photos out of what it knows, and a few hundred frames do not bring it back: on CamVid, 4500 steps, validation mIoU is
0.68 with one rate for all and 0.75 with a tenth of it for the encoder (docs/benchmarks.md). Rates by layer: Howard &
Ruder, "Universal Language Model Fine-tuning for Text Classification" (2018), "discriminative fine-tuning".
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import keras
import tensorflow as tf

from segcore.training.config import TrainConfig

CLIP_NORM = 5.0
"""Gradients are clipped to this global norm: the first steps of a new decoder are wild."""


class FusedAdam(keras.optimizers.Adam):
    """Adam, or AdamW where it is given a weight decay, with one operation of TensorFlow for each variable's step.

    Keras writes the same step (Kingma & Ba, "Adam", 2015, section 2's last form) in about 20 operations, of which each
    is traced, optimised, and passes once over the memory.
    """

    def apply(self, grads: Sequence[tf.Tensor], trainable_variables: Sequence[keras.Variable] | None = None) -> None:
        """Step against these gradients, as Keras does."""
        step = tf.cast(self.iterations.value + 1, tf.float32)
        self._powers = tf.pow(float(self.beta_1), step), tf.pow(float(self.beta_2), step)
        super().apply(grads, trainable_variables)

    def update_step(
        self, gradient: tf.Tensor, variable: keras.Variable | tf.Variable, learning_rate: tf.Tensor
    ) -> None:
        """One variable's step."""
        index = self._get_variable_index(variable)
        kind = variable.dtype

        def number(value: float | tf.Tensor) -> tf.Tensor:
            return tf.cast(value, kind)

        tf.raw_ops.ResourceApplyAdam(
            var=_handle(variable),
            m=_handle(self._momentums[index]),
            v=_handle(self._velocities[index]),
            beta1_power=number(self._powers[0]),
            beta2_power=number(self._powers[1]),
            lr=number(learning_rate),
            beta1=number(self.beta_1),
            beta2=number(self.beta_2),
            epsilon=number(self.epsilon),
            grad=number(gradient),
        )


def _handle(variable: keras.Variable | tf.Variable) -> tf.Tensor:
    """What TensorFlow's operations know a variable by; of this replica, where it has several."""
    return (variable.value if isinstance(variable, keras.Variable) else variable).handle


class SlowedAdam(FusedAdam):
    """The same, but some variables learn, and decay, at a share of the rate.

    Args:
        learning_rate: of all others.
        slow: `path` of each slow variable.
        share: of the rate, above 0 to 1, for these.
        **settings: as `keras.optimizers.Adam` takes them.
    """

    def __init__(self, learning_rate: float, slow: Collection[str], share: float, **settings: Any) -> None:
        super().__init__(learning_rate, **settings)
        self._slow, self._share = frozenset(slow), share
        self._is_slow: list[bool] = []

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Prepare for these variables."""
        if self.built:
            return
        self._is_slow = [variable.path in self._slow for variable in variables]
        slow = [v for v, is_slow in zip(variables, self._is_slow, strict=True) if is_slow]
        self.exclude_from_weight_decay(var_list=slow)  # Keras would decay them at the full rate
        super().build(variables)

    def update_step(
        self, gradient: tf.Tensor, variable: keras.Variable | tf.Variable, learning_rate: tf.Tensor
    ) -> None:
        """One variable's step."""
        if self._is_slow[self._get_variable_index(variable)]:
            learning_rate = learning_rate * self._share
            if self.weight_decay:
                factor = tf.cast(learning_rate, variable.dtype) * self.weight_decay
                self.assign_sub(variable, variable * factor)
        super().update_step(gradient, variable, learning_rate)


def make_optimizer(config: TrainConfig, encoder: Collection[str] = ()) -> keras.optimizers.Optimizer:
    """The optimizer that the settings name.

    Args:
        config: its rate, decay, and the encoder's share of the rate.
        encoder: `path` of each variable of a pretrained encoder; none where it starts from random weights.
    """
    slow = encoder if config.encoder_rate < 1 else ()
    clip = CLIP_NORM if config.optimizer == "adamw" else None
    decay = config.weight_decay if config.optimizer == "adamw" and config.weight_decay else None
    if slow:
        return SlowedAdam(config.learning_rate, slow, config.encoder_rate, weight_decay=decay, global_clipnorm=clip)
    return FusedAdam(config.learning_rate, weight_decay=decay, global_clipnorm=clip)
