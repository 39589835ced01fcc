"""The choice of the device: a pure decision, and what TensorFlow says here."""

from __future__ import annotations

import keras

from segcore.training.devices import choose_device, describe_devices, device_for


def test_a_gpu_is_taken_with_mixed_precision_and_xla() -> None:
    device = device_for(["NVIDIA H100", "NVIDIA H100"], "a CPU")
    assert (device.kind, device.policy, device.jit) == ("GPU", "mixed_float16", True)
    assert "NVIDIA H100" in device.name
    optimizer = device.wrap_optimizer(keras.optimizers.Adam(1e-3))
    assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer)


def test_without_one_the_cpu_computes_in_float32() -> None:
    device = device_for([], "some CPU")
    assert (device.kind, device.name, device.policy, device.jit) == ("CPU", "CPU (some CPU)", "float32", False)
    optimizer = keras.optimizers.Adam(1e-3)
    assert device.wrap_optimizer(optimizer) is optimizer


def test_what_is_chosen_is_what_is_there() -> None:
    there = {entry["kind"] for entry in describe_devices()}
    assert choose_device().kind == ("GPU" if "GPU" in there else "CPU")
