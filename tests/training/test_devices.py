"""The choice of the device: a pure decision, and what TensorFlow says here."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from tiny_training import tiny

from segcore.errors import ConfigError
from segcore.training.devices import Gpu, choose_device, describe_choice, describe_devices, device_for, shares_of
from segcore.training.optimizer import make_optimizer
from segcore.training.step import TrainLoss, make_train_step

H100, OLD = Gpu("NVIDIA H100", (9, 0)), Gpu("GeForce GTX 1080", (6, 1))


def test_a_gpu_is_taken_with_mixed_precision_and_xla() -> None:
    device = device_for([H100], "a CPU")
    assert (device.kind, device.policy, device.jit, device.count) == ("GPU", "mixed_float16", True, 1)
    assert device.words == "GPU (NVIDIA H100) · half precision (float16) · XLA"
    optimizer = device.wrap_optimizer(keras.optimizers.Adam(1e-3))
    assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer)


def test_all_gpus_share_a_batch_without_xla() -> None:
    device = device_for([H100] * 4, "a CPU", batch_size=8)
    assert (device.count, device.jit) == (4, False)
    assert device.words == "4 GPUs (NVIDIA H100) · half precision (float16)"
    few = device_for([H100] * 4, "a CPU", batch_size=2)
    assert few.count == 2
    assert few.note.startswith("2 of 4 GPUs are used")
    assert [shares_of(8, n) for n in (1, 2, 3, 4, 7, 8, 9)] == [1, 2, 2, 4, 4, 8, 8]
    assert shares_of(7, 4) == 1


def test_gpus_without_tensor_cores_compute_in_full_precision() -> None:
    assert device_for([OLD], "a CPU").policy == "float32"
    assert device_for([H100, OLD], "a CPU").policy == "float32"
    assert device_for([OLD], "a CPU", precision="mixed_float16").policy == "mixed_float16"


def test_without_one_the_cpu_computes_in_float32_and_it_is_said_why() -> None:
    device = device_for([], "some CPU", advice="No GPU was found.")
    assert (device.kind, device.name, device.policy, device.jit) == ("CPU", "CPU (some CPU)", "float32", False)
    assert device.note == "No GPU was found."
    optimizer = keras.optimizers.Adam(1e-3)
    assert device.wrap_optimizer(optimizer) is optimizer


def test_every_choice_can_be_overruled() -> None:
    cpu = device_for([H100], "some CPU", device="cpu", precision="mixed_bfloat16", jit="on", advice="unused")
    assert (cpu.kind, cpu.policy, cpu.jit) == ("CPU", "mixed_bfloat16", True)
    assert cpu.note == "Half precision makes a processor many times slower."
    assert not isinstance(cpu.wrap_optimizer(keras.optimizers.Adam(1e-3)), keras.optimizers.LossScaleOptimizer)
    assert not device_for([H100], "some CPU", jit="off").jit
    with pytest.raises(ConfigError, match=r"TensorFlow sees none\. Install it"):
        device_for([], "some CPU", device="gpu", advice="Install it.")
    with pytest.raises(ConfigError, match="one GPU"):
        device_for([H100] * 2, "some CPU", jit="on")


def test_what_is_chosen_is_what_is_there_and_what_is_recorded() -> None:
    there = {entry["kind"] for entry in describe_devices()}
    device = choose_device(tiny())
    assert device.kind == ("GPU" if "GPU" in there else "CPU")
    told = describe_choice()
    assert told["device"] == device.words == device.tags()["segcore.device"]
    assert (told["kind"] == "CPU") == bool(told["note"])


def test_a_step_can_be_compiled_by_xla_and_gives_the_same() -> None:
    images = tf.random.stateless_uniform((2, 16, 16, 3), (1, 2), 0, 255, tf.int32)
    labels = tf.cast(images[..., 0] // 90, tf.uint8)
    told = []
    for jit in (False, True):
        keras.utils.set_random_seed(3)
        image = keras.Input((None, None, 3))
        x = keras.layers.Conv2D(4, 3, strides=2, padding="same")(image)
        x = keras.layers.BatchNormalization()(keras.layers.DepthwiseConv2D(3, padding="same")(x))
        x = keras.layers.UpSampling2D(2, interpolation="bilinear")(keras.layers.Conv2D(3, 1)(x))
        model = keras.Model(image, x)
        optimizer = make_optimizer(tiny())
        optimizer.build(model.trainable_variables)
        step = make_train_step(model, optimizer, TrainLoss(tiny(), np.ones(3)), jit=jit)
        told.append([step(tf.cast(images, tf.uint8), labels) for _ in range(3)])
    for plain, compiled in zip(*told, strict=True):
        assert float(compiled[0]) == pytest.approx(float(plain[0]), rel=1e-3)
        assert int(tf.reduce_sum(compiled[1])) == 2 * 16 * 16
