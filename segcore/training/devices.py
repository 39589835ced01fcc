"""What computes a training: all GPUs that TensorFlow sees, with mixed precision and XLA, else the CPU.

Every choice can be overruled in the settings, and what was chosen is recorded with the run. The GPU branch
follows the documented interfaces; sharing among devices is tested with two logical CPUs. It has not been run on
a GPU yet.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from segcore.errors import ConfigError
from segcore.training.hardware import advice_here, cpu_name, driver_gpus

if TYPE_CHECKING:
    import keras

    from segcore.training.config import TrainConfig

HALF_FROM = (7, 0)
"""NVIDIA's compute capability from which half precision is faster: the first with tensor cores."""

PRECISIONS = {
    "float32": "full precision",
    "mixed_float16": "half precision (float16)",
    "mixed_bfloat16": "half precision (bfloat16)",
}


@dataclass(frozen=True)
class Gpu:
    """A GPU as TensorFlow sees it."""

    name: str
    capability: tuple[int, int] = HALF_FROM
    """NVIDIA's compute capability; where it is not known, taken for one that gains by half precision."""


@dataclass(frozen=True)
class Device:
    """The chosen device, and what follows from it."""

    kind: str
    """"GPU" or "CPU"."""
    name: str
    """As shown to people."""
    policy: str
    """Keras' precision policy: "float32", "mixed_float16" or "mixed_bfloat16"."""
    jit: bool
    """Whether steps are compiled by XLA."""
    count: int = 1
    """How many devices share each batch."""
    note: str = ""
    """What a person should know about this choice; empty where nothing."""

    @property
    def words(self) -> str:
        """The choice in one line: "2 GPUs (NVIDIA H100) · half precision (float16)"."""
        return " · ".join([self.name, PRECISIONS[self.policy], *(["XLA"] if self.jit else [])])

    def tags(self) -> dict[str, str]:
        """The choice as a run records it."""
        return {
            "segcore.device": self.words,
            "segcore.devices": str(self.count),
            "segcore.precision": self.policy,
            "segcore.jit": "on" if self.jit else "off",
            "segcore.device_note": self.note,
        }

    def wrap_optimizer(self, optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
        """The optimizer, with loss scaling where gradients are float16 (bfloat16 has float32's range)."""
        if self.policy != "mixed_float16":
            return optimizer
        import keras

        return keras.optimizers.LossScaleOptimizer(optimizer)


def device_for(
    gpus: Sequence[Gpu],
    processor: str,
    *,
    device: str = "auto",
    precision: str = "auto",
    jit: str = "auto",
    batch_size: int = 8,
    advice: str = "",
) -> Device:
    """The decision alone.

    Args:
        gpus: those that TensorFlow sees.
        processor: the CPU's name.
        device, precision, jit: as in `TrainConfig`.
        batch_size: as many GPUs are taken as can share a batch evenly.
        advice: what to say where no GPU was found.

    Raises:
        ConfigError: a GPU is demanded and there is none, or XLA for several.
    """
    if device == "gpu" and not gpus:
        raise ConfigError("The settings demand a GPU, and TensorFlow sees none.", fix=advice or "Set device=auto.")
    if device == "cpu" or not gpus:
        policy = "float32" if precision == "auto" else precision
        note = advice if device == "auto" else ""
        if policy != "float32":
            note = f"Half precision makes a processor many times slower. {note}".strip()
        return Device("CPU", f"CPU ({processor})", policy, jit == "on", note=note)
    taken = gpus[: shares_of(batch_size, len(gpus))]
    if jit == "on" and len(taken) > 1:
        raise ConfigError(
            f"XLA compiles the steps of one GPU, and this machine has {len(gpus)}.",
            fix="Set jit=auto, or let the training see one GPU only (CUDA_VISIBLE_DEVICES=0).",
        )
    fast = all(gpu.capability >= HALF_FROM for gpu in taken)
    policy = ("mixed_float16" if fast else "float32") if precision == "auto" else precision
    names = ", ".join(dict.fromkeys(gpu.name for gpu in taken))
    name = f"GPU ({names})" if len(taken) == 1 else f"{len(taken)} GPUs ({names})"
    return Device("GPU", name, policy, jit != "off" and len(taken) == 1, len(taken), _gpu_note(gpus, taken))


def shares_of(batch_size: int, devices: int) -> int:
    """Into how many equal shares a batch can be cut, at most one a device: 8 images on 3 devices make 2 shares."""
    return next(count for count in range(min(batch_size, devices), 0, -1) if batch_size % count == 0)


def _gpu_note(gpus: Sequence[Gpu], taken: Sequence[Gpu]) -> str:
    if len(taken) < len(gpus):
        return f"{len(taken)} of {len(gpus)} GPUs are used: choose a batch size that is a multiple of {len(gpus)}."
    return ""


def decide(config: TrainConfig | None = None) -> Device:
    """The decision for this machine; nothing is set up yet. Opens TensorFlow.

    Raises:
        ConfigError: as `device_for`.
    """
    gpus = visible_gpus()
    asked: dict[str, Any] = {}
    if config is not None:
        asked = {
            "device": config.device,
            "precision": config.precision,
            "jit": config.jit,
            "batch_size": config.batch_size,
        }
    return device_for(gpus, cpu_name(), advice="" if gpus else advice_here(), **asked)


def choose_device(config: TrainConfig | None = None) -> Device:
    """Choose the device of this process and set TensorFlow up for it: which GPUs, memory growth, precision.

    Raises:
        ConfigError: as `device_for`.
    """
    import keras
    import tensorflow as tf

    device = decide(config)
    gpus = tf.config.list_physical_devices("GPU")
    if device.kind == "CPU" and gpus:
        tf.config.set_visible_devices([], "GPU")
    else:
        tf.config.set_visible_devices(gpus[: device.count], "GPU")
        for gpu in gpus[: device.count]:
            tf.config.experimental.set_memory_growth(gpu, True)
    keras.mixed_precision.set_global_policy(device.policy)
    return device


def visible_gpus() -> list[Gpu]:
    """The GPUs that TensorFlow sees."""
    import tensorflow as tf

    found = []
    for gpu in tf.config.list_physical_devices("GPU"):
        details = tf.config.experimental.get_device_details(gpu)
        found.append(Gpu(details.get("device_name", gpu.name), details.get("compute_capability", HALF_FROM)))
    return found


def describe_devices() -> list[dict[str, Any]]:
    """Every device that TensorFlow sees, for the System page and `segcore info`.

    Each has `kind`, `name` and `memory` (bytes; None where it is not known), a CPU its `cores` too.
    """
    import psutil

    total = psutil.virtual_memory().total
    found: list[dict[str, Any]] = [{"kind": "CPU", "name": cpu_name(), "memory": total, "cores": os.cpu_count()}]
    listed = driver_gpus(os.environ.get("CUDA_VISIBLE_DEVICES", ""))
    for index, gpu in enumerate(visible_gpus()):
        memory = listed[index].memory if index < len(listed) else None
        found.append({"kind": "GPU", "name": gpu.name, "memory": memory})
    return found


def describe_choice() -> dict[str, Any]:
    """What a training with untouched settings would use here: its words, and the note where there is one."""
    device = decide()
    return {
        "device": device.words,
        "kind": device.kind,
        "count": device.count,
        "precision": device.policy,
        "jit": device.jit,
        "note": device.note,
    }
