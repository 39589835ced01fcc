"""Run as a program: the same steps on one device and shared by two (logical CPUs); prints how far they differ.

`python two_devices.py '[["float32", 4, 0.3, "sgd"], …]'` with precision, batch size, clip (the global norm of
gradients, 0 for none) and optimizer of each case: plain gradient descent, because Adam would hide a wrong scale, or
"slowed", one layer at a tenth of the rate.
"""

from __future__ import annotations

import json
import sys

import keras
import numpy as np
import tensorflow as tf

from segcore.training.config import from_preset
from segcore.training.devices import Device
from segcore.training.distribute import make_shared_step, make_strategy, scope
from segcore.training.optimizer import SlowedAdam
from segcore.training.step import TrainLoss, make_train_step

CLASSES, STEPS = 3, 3


def network() -> keras.Model:
    keras.utils.set_random_seed(1)
    image = keras.Input((None, None, 3))
    x = keras.layers.Rescaling(1 / 255)(image)
    x = keras.layers.Conv2D(6, 3, padding="same", activation="relu")(x)
    x = keras.layers.BatchNormalization(momentum=0.5)(x)
    return keras.Model(image, keras.layers.Conv2D(CLASSES, 1, dtype="float32")(x))


def trained(device: Device, batches: list[tuple[np.ndarray, np.ndarray]], clip: float, kind: str) -> dict:
    """The weights, losses and counts after these batches."""
    strategy = make_strategy(device)
    with scope(strategy):
        model = network()
        if kind == "slowed":
            slow = [v.path for v in model.layers[2].trainable_variables]
            inner = SlowedAdam(0.1, slow, 0.1, epsilon=0.1, weight_decay=0.1, global_clipnorm=clip or None)
        else:
            inner = keras.optimizers.SGD(0.1, global_clipnorm=clip or None)
        optimizer = device.wrap_optimizer(inner)
        optimizer.build(model.trainable_variables)
    loss = TrainLoss(from_preset("d", "fast"), np.ones(CLASSES))
    if device.count > 1:
        step = make_shared_step(strategy, model, optimizer, loss)
    else:
        step = make_train_step(model, optimizer, loss, jit=False)
    told = []
    for images, labels in batches:
        optimizer.learning_rate = 0.1
        value, confusion = step(tf.constant(images), tf.constant(labels))
        told.append((float(value), confusion.numpy().tolist()))
    return {
        "losses": [value for value, _ in told],
        "counts": [counts for _, counts in told],
        "weights": [np.asarray(v.value) for v in model.weights],
        "iterations": int(np.asarray(optimizer.iterations.value)),
        "mirrored": strategy.num_replicas_in_sync,
    }


def compared(policy: str, size: int, clip: float, kind: str) -> dict:
    """What one device and two made of the same batches."""
    keras.mixed_precision.set_global_policy(policy)
    rng = np.random.default_rng(0)
    batches = []
    for _ in range(STEPS):
        labels = rng.integers(0, CLASSES, (size, 8, 8)).astype(np.uint8)
        labels[: size // 2] = labels[: size // 2].clip(max=1)  # unlike shares, so that a mean of means would show
        labels[0, :2] = 255
        images = (labels[..., None] * 60 + rng.integers(0, 40, (size, 8, 8, 3))).astype(np.uint8)
        batches.append((images, labels))
    one, two = (trained(Device("CPU", "", policy, jit=False, count=count), batches, clip, kind) for count in (1, 2))
    return {
        "replicas": [one["mirrored"], two["mirrored"]],
        "iterations": [one["iterations"], two["iterations"]],
        "losses": [one["losses"], two["losses"]],
        "same_counts_at_first": one["counts"][0] == two["counts"][0],
        "pixels": [int(np.sum(c)) for c in two["counts"]],
        "moved": max(float(np.abs(w).max()) for w in one["weights"]),
        "apart": max(float(np.abs(a - b).max()) for a, b in zip(one["weights"], two["weights"], strict=True)),
    }


if __name__ == "__main__":
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    print(json.dumps([compared(*case) for case in json.loads(sys.argv[1])]))
