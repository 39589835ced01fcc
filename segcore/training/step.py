"""One step of training and one of validation, compiled."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from segcore.classes import IGNORE
from segcore.training.config import TrainConfig
from segcore.training.losses import ce_dice, ce_lovasz, class_weights, dice_bce

CLIP_NORM = 5.0
"""Gradients are clipped to this global norm: the first steps of a new decoder are wild."""

Loss = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
TrainStep = Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]


def make_loss(config: TrainConfig, pixels: np.ndarray) -> Loss:
    """The loss that the settings name, as a function of (labels (N, H, W) uint8, outputs (N, H, W, C)).

    Args:
        config: `loss` and `class_balance`.
        pixels: (C,) of each class in the training part.
    """
    if config.loss == "dice_bce":
        return dice_bce
    weights = tf.constant(class_weights(pixels, config.class_balance), tf.float32)
    by_class = ce_lovasz if config.loss == "ce_lovasz" else ce_dice
    return lambda labels, logits: by_class(labels, logits, weights)


def make_optimizer(config: TrainConfig) -> keras.optimizers.Optimizer:
    """The optimizer that the settings name."""
    if config.optimizer == "adam":
        return keras.optimizers.Adam(config.learning_rate)
    return keras.optimizers.AdamW(config.learning_rate, weight_decay=config.weight_decay, global_clipnorm=CLIP_NORM)


def make_train_step(model: keras.Model, optimizer: keras.optimizers.Optimizer, loss: Loss, *, jit: bool) -> TrainStep:
    """A compiled step: (images (N, h, w, 3) uint8, labels (N, h, w) uint8) → (loss (), confusion (C, C) int32).

    The confusion matrix is the batch's own, from the outputs before the update.
    """
    classes = model.output_shape[-1]

    @tf.function(jit_compile=jit, reduce_retracing=True)
    def update(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            outputs = tf.cast(model(tf.cast(images, tf.float32), training=True), tf.float32)
            value = loss(labels, outputs)
            scaled = optimizer.scale_loss(value)
        gradients = tape.gradient(scaled, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return value, outputs

    @tf.function(reduce_retracing=True)
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

    @tf.function(reduce_retracing=True)
    def score(image: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        outputs = tf.cast(model(tf.cast(image[None], tf.float32), training=False), tf.float32)
        return outputs[0], loss(labels[None], outputs)

    def call(image: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
        outputs, value = score(tf.constant(image), tf.constant(labels))
        return outputs.numpy(), float(value)

    return call
