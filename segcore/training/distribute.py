"""One batch shared among the GPUs of a machine, with the result that one device would have.

Each device computes its share of the images; the outputs are then gathered, so that the loss (Dice is no mean over
images), batch normalisation and clipping see the whole batch on every device.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import tensorflow as tf

from segcore.training.devices import Device
from segcore.training.step import Loss, TrainStep, batch_confusion, make_train_step


def make_strategy(device: Device) -> tf.distribute.Strategy:
    """Mirrored variables on all devices of the choice; TensorFlow's plain strategy for a single one."""
    if device.count == 1:
        return tf.distribute.get_strategy()
    logical = tf.config.list_logical_devices(device.kind)[: device.count]
    return tf.distribute.MirroredStrategy([entry.name for entry in logical])


@contextmanager
def scope(strategy: tf.distribute.Strategy) -> Iterator[None]:
    """Where network and optimizer are made, so that every device has them."""
    if strategy.num_replicas_in_sync == 1:
        yield
        return
    with strategy.scope():
        yield


def make_step(
    strategy: tf.distribute.Strategy,
    model: keras.Model,
    optimizer: keras.optimizers.Optimizer,
    loss: Loss,
    *,
    jit: bool,
) -> TrainStep:
    """The step that fits the strategy: on one device, or shared by several (not compiled by XLA then)."""
    if strategy.num_replicas_in_sync == 1:
        return make_train_step(model, optimizer, loss, jit=jit)
    return make_shared_step(strategy, model, optimizer, loss)


def make_shared_step(
    strategy: tf.distribute.Strategy, model: keras.Model, optimizer: keras.optimizers.Optimizer, loss: Loss
) -> TrainStep:
    """`step.make_train_step` for several devices: the same arguments, the same answer.

    Args:
        strategy: of `make_strategy`; model and optimizer were made in its scope.
        model: its batch normalisation is made to count over all devices.
        optimizer: may scale losses; its clipping to a global norm moves into the step.
        loss: of the whole batch.
    """
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.synchronized = True
    replicas, classes = strategy.num_replicas_in_sync, model.output_shape[-1]
    clip = _take_clip(optimizer)

    def replica(images: tf.Tensor, labels: tf.Tensor, every_label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        context = tf.distribute.get_replica_context()
        variables = model.trainable_variables
        with tf.GradientTape() as tape:
            outputs = tf.cast(model(tf.cast(images, tf.float32), training=True), tf.float32)
            every_output = tf.ensure_shape(context.all_gather(outputs, axis=0), (None, None, None, classes))
            value = loss(every_label, every_output)
            # each device has the whole loss: the gradients that reach its share are summed over all of them
            scaled = optimizer.scale_loss(value / replicas)
        gradients = context.all_reduce(tf.distribute.ReduceOp.SUM, tape.gradient(scaled, variables))
        if clip is not None:
            gradients, _ = tf.clip_by_global_norm(gradients, optimizer.scale_loss(tf.constant(clip, tf.float32)))
        # Keras sums over the devices once more
        optimizer.apply([gradient / replicas for gradient in gradients], variables)
        return value, batch_confusion(labels, outputs, classes)

    @tf.function(reduce_retracing=True, autograph=False)
    def step(images: tf.Tensor, labels: tf.Tensor, every_label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        values, confusions = strategy.run(replica, args=(images, labels, every_label))
        return (
            strategy.reduce(tf.distribute.ReduceOp.MEAN, values, axis=None),
            strategy.reduce(tf.distribute.ReduceOp.SUM, confusions, axis=None),
        )

    return lambda images, labels: step(share(strategy, images), share(strategy, labels), labels)


def share(strategy: tf.distribute.Strategy, batch: tf.Tensor) -> tf.Tensor:
    """A batch (N, …) as values of each device: equal shares, neighbours together."""
    parts = tf.split(batch, strategy.num_replicas_in_sync)
    return strategy.experimental_distribute_values_from_function(
        lambda context: parts[context.replica_id_in_sync_group]
    )


def _take_clip(optimizer: keras.optimizers.Optimizer) -> float | None:
    """The optimizer's global norm, taken from it: it would clip each device's gradients on their own."""
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    clip: float | None = inner.global_clipnorm
    inner.global_clipnorm = None
    return clip
