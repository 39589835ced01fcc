"""What computes a training: a GPU with mixed precision and XLA where TensorFlow sees one, else the CPU.

The GPU branch follows the documented API and has not been run on a GPU yet.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Device:
    """The chosen device, and what follows from it."""

    kind: str
    """"GPU" or "CPU"."""
    name: str
    """As shown to people."""
    policy: str
    """Keras' precision policy: "mixed_float16" or "float32"."""
    jit: bool
    """Whether steps are compiled by XLA (it makes CPU training two to six times slower)."""

    def wrap_optimizer(self, optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
        """The optimizer, with loss scaling where gradients are float16."""
        if self.policy == "float32":
            return optimizer
        import keras

        return keras.optimizers.LossScaleOptimizer(optimizer)


def device_for(gpu_names: list[str], cpu_name: str) -> Device:
    """The decision alone: the first GPU if there is one, else the CPU."""
    if gpu_names:
        return Device("GPU", f"GPU ({gpu_names[0]})", "mixed_float16", jit=True)
    return Device("CPU", f"CPU ({cpu_name})", "float32", jit=False)


def choose_device() -> Device:
    """Choose the device of this process and set TensorFlow up for it: memory growth, precision."""
    import keras
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
    names = [tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name) for gpu in gpus]
    device = device_for(names, cpu_name())
    keras.mixed_precision.set_global_policy(device.policy)
    return device


def describe_devices() -> list[dict[str, Any]]:
    """Every device that TensorFlow sees, for the System page and `segcore info`.

    Each has `kind`, `name` and `memory` (bytes; None where it is not known), a CPU its `cores` too.
    """
    import psutil
    import tensorflow as tf

    total = psutil.virtual_memory().total
    found: list[dict[str, Any]] = [{"kind": "CPU", "name": cpu_name(), "memory": total, "cores": os.cpu_count()}]
    memory = gpu_memory(os.environ.get("CUDA_VISIBLE_DEVICES", ""))
    for index, gpu in enumerate(tf.config.list_physical_devices("GPU")):
        details = tf.config.experimental.get_device_details(gpu)
        name = details.get("device_name", gpu.name)
        found.append({"kind": "GPU", "name": name, "memory": memory[index] if index < len(memory) else None})
    return found


def gpu_memory(visible: str = "") -> list[int]:
    """Bytes of each GPU as the driver tells (TensorFlow does not); `visible` as in CUDA_VISIBLE_DEVICES."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    command = [tool, "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    command += [f"--id={visible}"] if visible else []
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=15, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [int(line) * 2**20 for line in found.stdout.splitlines() if line.strip().isdigit()]


def cpu_name() -> str:
    """The processor's name as its maker writes it, where the system tells."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return " ".join(names[0].split()) if names else platform.processor() or platform.machine()
