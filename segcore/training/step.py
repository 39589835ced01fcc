"""One step of training and one of validation, compiled."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from segcore.classes import IGNORE
from segcore.training.config import TrainConfig
from segcore.training.losses import ce_dice, ce_lovasz, class_weights, dice_bce

OVERSHOOT = 1.5
"""Class weights are gone after 1 / 1.5 of the training; then they favour common classes, for the overlap part counts
each class alike, and so makes rare ones claimed too often still."""

Loss = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
"""Of (labels (N, H, W) uint8, outputs (N, H, W, C) float32): () float32."""
TrainStep = Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]


class TrainLoss:
    """The loss that the settings name, with class weights that fade out over the training.

    Weights find rare classes within the first steps; towards the end they would make them claimed too often.
    """

    def __init__(self, config: TrainConfig, pixels: np.ndarray) -> None:
        """`pixels` (C,): how many of each class the training part has."""
        self._config, self._pixels = config, pixels
        self._weights = tf.Variable(class_weights(pixels, config.class_balance), dtype=tf.float32, trainable=False)

    def __call__(self, labels: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
        """As `Loss`."""
        return _loss(self._config, labels, outputs, self._weights)

    def at(self, progress: float) -> None:
        """Set the weights for this share of the training, 0 to 1."""
        if self._config.class_balance:
            balance = self._config.class_balance * (1 - OVERSHOOT * progress)
            self._weights.assign(class_weights(self._pixels, balance))


def plain_loss(config: TrainConfig, classes: int) -> Loss:
    """The same without class weights, so that values of different times compare."""
    return lambda labels, outputs: _loss(config, labels, outputs, tf.ones(classes))


def _loss(config: TrainConfig, labels: tf.Tensor, outputs: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
    if config.loss == "dice_bce":
        return dice_bce(labels, outputs)
    by_class = ce_lovasz if config.loss == "ce_lovasz" else ce_dice
    return by_class(labels, outputs, weights)


def make_train_step(model: keras.Model, optimizer: keras.optimizers.Optimizer, loss: Loss, *, jit: bool) -> TrainStep:
    """A compiled step: (images (N, h, w, 3) uint8, labels (N, h, w) uint8) → (loss (), confusion (C, C) int32).

    The confusion matrix is the batch's own, from the outputs before the update.
    """
    classes = model.output_shape[-1]

    @tf.function(jit_compile=jit, reduce_retracing=True, autograph=False)
    def update(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            outputs = tf.cast(model(tf.cast(images, tf.float32), training=True), tf.float32)
            value = loss(labels, outputs)
            scaled = optimizer.scale_loss(value)
        gradients = tape.gradient(scaled, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return value, outputs

    @tf.function(reduce_retracing=True, autograph=False)
    def step(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        value, outputs = update(images, labels)
        return value, batch_confusion(labels, outputs, classes)  # XLA cannot count

    return step


def batch_confusion(labels: tf.Tensor, outputs: tf.Tensor, classes: int) -> tf.Tensor:
    """(C, C) int32 pixels by true (rows) and predicted class; 255 does not count."""
    true = tf.cast(tf.reshape(labels, [-1]), tf.int32)
    predicted = tf.reshape(tf.argmax(outputs, axis=-1, output_type=tf.int32), [-1])
    cell = tf.where(true == IGNORE, classes * classes, true * classes + predicted)
    counts = tf.math.bincount(cell, minlength=classes * classes + 1, maxlength=classes * classes + 1)
    return tf.reshape(counts[:-1], (classes, classes))


def make_score(model: keras.Model, loss: Loss) -> Callable:
    """A `validation.Score` of this model."""

    @tf.function(reduce_retracing=True, autograph=False)
    def score(image: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        outputs = tf.cast(model(tf.cast(image[None], tf.float32), training=False), tf.float32)
        return outputs[0], loss(labels[None], outputs)

    def call(image: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
        outputs, value = score(tf.constant(image), tf.constant(labels))
        return outputs.numpy(), float(value)

    return call
